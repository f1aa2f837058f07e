import { finding, replacement, type Finding, type Fix } from '../../checks/finding.ts';
import { nearest } from '../../checks/nearest.ts';
import { entryOf, isList, isMap, isScalar, listOf, mapOf, scalarOf, scalarsOf, type MapNode, type ScalarNode, type Span } from '../../document/nodes.ts';
import { valueOf } from '../../document/scalars.ts';
import type { Recipe } from '../../recipe.ts';
import type { Rule } from '../dialect.ts';
import { attributeParts, emits, type Taggers } from './taggers.ts';

/** The streams of `dolma mix`. */
export function streamsOf({ root }: Recipe): readonly MapNode[] {
  return isMap(root) ? (listOf(root, 'streams')?.items.filter(isMap) ?? []) : [];
}

function keySpan(map: MapNode, key: string): Span {
  return entryOf(map, key)?.key ?? map.entries[0]?.key ?? { start: map.start, end: map.start };
}

/** What the mixer refuses when it starts. */
export function mixStreams(recipe: Recipe): Finding[] {
  return streamsOf(recipe).flatMap((stream) => [...withoutWork(stream), ...emptyFilter(stream), ...replacementsWithoutScore(stream)]);
}

function withoutWork(stream: MapNode): Finding[] {
  if (entryOf(stream, 'filter') !== undefined || entryOf(stream, 'span_replacement') !== undefined) return [];
  return [finding('incomplete-parameters', 'error', keySpan(stream, 'name'), 'A stream needs filter or span_replacement; dolma mix refuses one without.')];
}

function emptyFilter(stream: MapNode): Finding[] {
  const filter = mapOf(stream, 'filter');
  if (filter === null) return [];
  const rules = ['include', 'exclude'].flatMap((key) => scalarsOf(entryOf(filter, key)?.value));
  return rules.length > 0 ? [] : [finding('incomplete-parameters', 'error', keySpan(stream, 'filter'), 'A filter needs include or exclude; dolma mix refuses one without.')];
}

function replacementsWithoutScore(stream: MapNode): Finding[] {
  const replacements = listOf(stream, 'span_replacement')?.items.filter(isMap) ?? [];
  return replacements
    .filter((each) => entryOf(each, 'min_score') === undefined && entryOf(each, 'max_score') === undefined)
    .map((each) => finding('incomplete-parameters', 'error', keySpan(each, 'span'), 'A span replacement needs min_score or max_score; dolma mix refuses one without.'));
}

/** Names in the expressions of a mix: attributes that are read, and span types that their tagger writes. */
export function mixExpressions(taggers: Taggers): Rule {
  return (recipe) => streamsOf(recipe).flatMap((stream) => {
    const attributes = listOf(stream, 'attributes');
    const read = new Set(scalarsOf(attributes).flatMap(({ text }) => [text, ...text.split('/')]));
    return expressionsOf(stream).flatMap((expression) => expressionFindings(recipe.text, expression, { read, attributes, taggers }));
  });
}

/** Expressions of a stream's filters and span replacements. */
export function expressionsOf(stream: MapNode): readonly ScalarNode[] {
  const filter = mapOf(stream, 'filter');
  const rules = filter === null ? [] : ['include', 'exclude'].flatMap((key) => scalarsOf(entryOf(filter, key)?.value));
  const spans = listOf(stream, 'span_replacement')?.items.filter(isMap).map((each) => scalarOf(each, 'span')) ?? [];
  return [...rules, ...spans.filter((span) => span !== null)];
}

interface Attributes {
  readonly read: ReadonlySet<string>;
  readonly attributes: Span | null;
  readonly taggers: Taggers;
}

function expressionFindings(text: string, expression: ScalarNode, known: Attributes): Finding[] {
  const findings: Finding[] = [];
  if (expression.text.startsWith('$@')) {
    const start = text.indexOf('$@', expression.start);
    const span = { start, end: start + 2 };
    findings.push(finding('bad-expression', 'warning', span, 'A JSONPath starts with `$.`; with `$@` this one is not what it looks like, and the rule does not apply.', { fixes: [replacement('Write $', span, '$')] }));
  }
  for (const name of new Set(expression.text.match(/[A-Za-z0-9][A-Za-z0-9_-]*__[A-Za-z0-9_-]+/g) ?? [])) {
    const place = text.indexOf(name, expression.start);
    const span = place === -1 || place >= expression.end ? expression : { start: place, end: place + name.length };
    findings.push(...nameFindings(name, span, expression, text, known));
  }
  return findings;
}

function nameFindings(name: string, span: Span, expression: ScalarNode, text: string, { read, attributes, taggers }: Attributes): Finding[] {
  const parts = attributeParts(name);
  if (parts === null) return [];
  const { experiment, tagger: taggerName, span: type } = parts;
  const findings: Finding[] = [];
  if (!read.has(experiment)) {
    const related = attributes === null ? {} : { related: { span: attributes, message: 'The attributes that are read.' } };
    findings.push(finding('used-before-produced', 'warning', span, `${experiment} is not among the attributes of this stream, so the rule on ${name} never applies.`, related));
  }
  const tagger = taggers.get(taggerName);
  if (tagger !== undefined && !emits(tagger, type)) {
    const close = nearest(type, tagger.spans, 1).map((pattern) => filled(pattern, type));
    const fixes = close.map((now) => renaming(`Change to ${now}`, { text, expression }, name, `${experiment}__${taggerName}__${now}`));
    findings.push(finding('never-produced', 'warning', span, `The tagger ${taggerName} writes no ${type}, so the rule never applies.${close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : ''}`, { fixes }));
  }
  return findings;
}

/** The pattern with what the misspelt name has in its place: `..._*grams` and `..._2gram` make `..._2grams`. */
function filled(pattern: string, name: string): string {
  const [head = ''] = pattern.split('*');
  const digits = /^\d+/.exec(name.slice(head.length))?.[0] ?? /\d+/.exec(name)?.[0] ?? '';
  return pattern.replace('*', digits);
}

/** Every mention of a name within one expression. */
function renaming(title: string, { text, expression }: { text: string; expression: ScalarNode }, old: string, now: string): Fix {
  const edits = [];
  for (let at = text.indexOf(old, expression.start); at !== -1 && at < expression.end; at = text.indexOf(old, at + old.length)) edits.push({ start: at, end: at + old.length, text: now });
  return { title, edits };
}

/** The size of a Bloom filter, or what it can be computed from. */
export function bloomFilter(recipe: Recipe): Finding[] {
  const map = isMap(recipe.root) ? mapOf(recipe.root, 'bloom_filter') : null;
  if (map === null) return [];
  const positive = (key: string): boolean => {
    const node = scalarOf(map, key);
    if (node === null) return false;
    return node.text.includes('${') || Number(valueOf(node, 'python-floats')) > 0;
  };
  if (positive('size_in_bytes') || (positive('estimated_doc_count') && positive('desired_false_positive_rate'))) return [];
  return [finding('incomplete-parameters', 'error', keySpan(recipe.root as MapNode, 'bloom_filter'), 'A Bloom filter needs size_in_bytes, or estimated_doc_count and desired_false_positive_rate, above 0.')];
}

/** Attributes are written where a folder of each path is called `documents`. */
export function documentFolders(recipe: Recipe): Finding[] {
  const dedupe = isMap(recipe.root) ? mapOf(recipe.root, 'dedupe') : null;
  if (dedupe === null) return [];
  const folder = scalarOf(dedupe, 'document_dir')?.text ?? 'documents';
  const paths = scalarsOf(entryOf(recipe.root as MapNode, 'documents')?.value);
  return paths
    .filter(({ text }) => !text.includes('${') && !text.split('/').some((part) => globMatches(part, folder)))
    .map((path) => finding('incomplete-parameters', 'error', path, `No folder of this path is called ${folder}, which dolma dedupe replaces by attributes; it refuses the path.`));
}

/** A part of a path as Python's fnmatch takes it: `doc*` is a folder `documents` too. */
function globMatches(glob: string, name: string): boolean {
  if (!/[*?[]/.test(glob)) return glob === name;
  const pattern = glob.replace(/[.+^$(){}|\\]/g, '\\$&').replaceAll('*', '.*').replaceAll('?', '.');
  try {
    return new RegExp(`^${pattern}$`).test(name);
  } catch {
    return true;
  }
}

export function partitions(recipe: Recipe): Finding[] {
  const dedupe = isMap(recipe.root) ? mapOf(recipe.root, 'dedupe') : null;
  const index = dedupe === null ? null : scalarOf(dedupe, 'partition_index');
  if (dedupe === null || index === null) return [];
  const count = Number(scalarOf(dedupe, 'num_partitions')?.text ?? '1');
  const value = Number(index.text);
  if (Number.isNaN(value) || Number.isNaN(count) || value < count) return [];
  return [finding('conflicting-parameters', 'error', index, `partition_index counts from 0 and has to be below num_partitions, which is ${count}.`)];
}

export function tagDestinations({ root }: Recipe): Finding[] {
  if (!isMap(root) || entryOf(root, 'taggers') === undefined) return [];
  const documents = entryOf(root, 'documents')?.value;
  const destination = entryOf(root, 'destination');
  if (!isList(documents) || destination === undefined || !isList(destination.value) || documents.items.some((item) => !isScalar(item))) return [];
  if (documents.items.length === destination.value.items.length) return [];
  return [finding('conflicting-parameters', 'error', destination.key, `There are ${documents.items.length} documents and ${destination.value.items.length} destinations; each path needs its own.`)];
}

/** A warning only: the sources have taggers that no published package has yet. */
export function unknownTaggers(taggers: Taggers): Rule {
  return (recipe) => unknownIn(recipe, taggers);
}

function unknownIn({ root, dialect }: Recipe, taggers: Taggers): Finding[] {
  if (!isMap(root) || entryOf(root, 'taggers') === undefined || scalarsOf(entryOf(root, 'tagger_modules')?.value).length > 0) return [];
  return scalarsOf(entryOf(root, 'taggers')?.value)
    .filter(({ text }) => !taggers.has(text) && text !== '' && !text.includes('${'))
    .map((node) => {
      const close = nearest(node.text, taggers.keys(), 2);
      return finding('unknown-value', 'warning', node, `${dialect.program} has no tagger ${node.text}.${close.length > 0 ? ` Did you mean ${close.join(' or ')}?` : ''}`, { fixes: close.map((each) => replacement(`Change to ${each}`, node, each)) });
    });
}
