import { finding, replacement, type Finding } from '../../../checks/finding.ts';
import { setting, settingNode } from '../../../checks/read.ts';
import { entryOf, isList, isMap, isScalar, scalarOf, type MapNode, type RecipeNode } from '../../../document/nodes.ts';
import type { Recipe } from '../../../recipe.ts';

/** Settings that another setting switches off, or of which only a part counts. */
export function ignoredSettings(recipe: Recipe): Finding[] {
  return [...secondTextKeys(recipe), ...checkpointWithFusion(recipe), ...parallelExportOfShards(recipe), ...twoDatasets(recipe)];
}

function secondTextKeys(recipe: Recipe): Finding[] {
  const keys = settingNode(recipe, 'text_keys');
  if (!isList(keys) || keys.items.length < 2) return [];
  const [first] = keys.items;
  const span = { start: keys.items[1]?.start ?? keys.start, end: keys.items.at(-1)?.end ?? keys.end };
  return [finding('ignored-setting', 'warning', span, `Only the first of text_keys is used${isScalar(first) ? `, ${first.text}` : ''}; an op on another column says so by its own text_key.`, { tag: 'unnecessary' })];
}

function checkpointWithFusion(recipe: Recipe): Finding[] {
  if (setting(recipe, 'use_checkpoint') !== true || setting(recipe, 'op_fusion') !== true) return [];
  const key = keyOf(recipe, 'use_checkpoint');
  return key === null ? [] : [finding('ignored-setting', 'warning', key, 'op_fusion turns use_checkpoint off, silently.', { tag: 'unnecessary' })];
}

function parallelExportOfShards(recipe: Recipe): Finding[] {
  const size = setting(recipe, 'export_shard_size');
  if (setting(recipe, 'export_in_parallel') !== true || typeof size !== 'number' || size === 0) return [];
  const key = keyOf(recipe, 'export_in_parallel');
  return key === null ? [] : [finding('ignored-setting', 'information', key, 'export_in_parallel counts only where one file is written, with export_shard_size 0.', { tag: 'unnecessary' })];
}

function twoDatasets(recipe: Recipe): Finding[] {
  const path = setting(recipe, 'dataset_path');
  const dataset = settingNode(recipe, 'dataset');
  const key = keyOf(recipe, 'dataset');
  const empty = dataset === null || dataset === undefined || (isList(dataset) && dataset.items.length === 0) || isScalar(dataset);
  if (typeof path !== 'string' || path === '' || empty || key === null) return [];
  return [finding('ignored-setting', 'warning', key, 'dataset is not looked at while dataset_path is given.', { tag: 'unnecessary' })];
}

function keyOf({ root }: Recipe, name: string): RecipeNode | null {
  return isMap(root) ? (entryOf(root, name)?.key ?? null) : null;
}

/** What each place of data needs, and what the program does not know how to read. */
export function sources(recipe: Recipe): Finding[] {
  const dataset = settingNode(recipe, 'dataset');
  const configs = isMap(dataset) ? entryOf(dataset, 'configs')?.value : dataset;
  if (!isList(configs)) return [];
  return configs.items.filter(isMap).flatMap((source) => sourceFindings(recipe, source));
}

/** Sources whose loading ends in NotImplementedError. */
const UNREADABLE = new Set(['arxiv', 'wiki', 'commoncrawl', 'modelscope']);
const SNAPSHOT = /^\d{4}-\d{2}$/;

function sourceFindings(recipe: Recipe, source: MapNode): Finding[] {
  const type = scalarOf(source, 'type');
  const from = scalarOf(source, 'source');
  const findings: Finding[] = [];
  if (type?.text === 'local' && entryOf(source, 'path') === undefined) findings.push(finding('missing-parameter', 'error', type, 'A local source needs a path.'));
  if (type?.text === 'remote' && from !== null && UNREADABLE.has(from.text)) {
    findings.push(finding('unsupported-executor', 'warning', from, `Data-Juicer checks the settings of ${from.text}, but loading it is not implemented: the run ends in NotImplementedError.`));
  }
  if (from?.text === 'huggingface' && String(setting(recipe, 'executor_type')).startsWith('ray')) {
    findings.push(finding('unsupported-executor', 'warning', from, 'Under ray, loading from huggingface is not implemented: the run ends in NotImplementedError.'));
  }
  if (from?.text === 's3') findings.push(...s3Findings(source));
  return [...findings, ...snapshotFindings(recipe, source)];
}

function s3Findings(source: MapNode): Finding[] {
  const path = scalarOf(source, 'path');
  if (path === null || path.text.startsWith('s3://')) return [];
  return [finding('wrong-type', 'error', path, 'The path of an s3 source starts with s3://.', { fixes: [replacement('Write s3:// in front', path, `s3://${path.text.replace(/^\/+/, '')}`)] })];
}

function snapshotFindings({ text }: Recipe, source: MapNode): Finding[] {
  const ends = ['start_snapshot', 'end_snapshot'].map((key) => scalarOf(source, key));
  const findings = ends.filter((node) => node !== null && !SNAPSHOT.test(node.text)).map((node) => finding('wrong-type', 'error', node as RecipeNode, 'A snapshot is a year and a week, 2020-50.'));
  const [start, end] = ends;
  const crossed = findings.length === 0 && start !== null && end !== null && start !== undefined && end !== undefined && start.text > end.text;
  if (!crossed) return findings;
  const edits = [[start, end], [end, start]].map(([place, other]) => ({ start: place?.start ?? 0, end: place?.end ?? 0, text: text.slice(other?.start, other?.end) }));
  return [finding('min-above-max', 'error', end, 'end_snapshot is before start_snapshot.', { fixes: [{ title: 'Swap start_snapshot and end_snapshot', edits }] })];
}
