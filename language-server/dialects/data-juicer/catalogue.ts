import { annotationType, isBareClass } from '../python/annotations.ts';
import { choice, union, withRange, type Cost, type Default, type Operation, type Parameter, type Role, type Type } from '../schema.ts';
import { baseParameters } from './base-parameters.ts';
import { describeOperation, describeParameter } from './describe.ts';
import { rangeOf } from './ranges.ts';
import { RAW, type DataJuicerVersion, type RawCatalogue, type RawOp, type RawParameter } from './raw.ts';

/** The ops of one version by name, what is only for the program itself left in and marked. */
export function operationsOf(version: DataJuicerVersion): ReadonlyMap<string, Operation> {
  return buildOperations(version, RAW[version]);
}

/** The same from the user's own sources; values that only code checks are those of the shipped version. */
export function ownOperations(version: DataJuicerVersion, ops: Readonly<Record<string, RawOp>>): ReadonlyMap<string, Operation> {
  return buildOperations(version, { ops, enums: RAW[version].enums });
}

function buildOperations(version: string, { ops, enums }: Pick<RawCatalogue, 'ops' | 'enums'>): ReadonlyMap<string, Operation> {
  return new Map(Object.entries(ops).map(([name, op]) => [name, operation(version, name, op, enums[name] ?? {})]));
}

function operation(version: string, name: string, op: RawOp, enums: Readonly<Record<string, readonly string[] | string>>): Operation {
  const own = op.params.map((parameter) => parameterOf(name, parameter, enums[parameter.name]));
  const names = new Set(own.map((parameter) => parameter.name));
  const internal = op.kind.endsWith('.py');
  const executors = executorsOf(name, op.kind);
  return {
    name,
    kind: internal ? 'internal op' : op.kind,
    description: describeOperation(name),
    parameters: checkedBy(version, [...own, ...baseParameters(version, isFilter(name, op.kind)).filter((parameter) => !names.has(parameter.name))]),
    cost: costOf(op),
    open: false,
    produces: [...op.stats.map((stat) => `__dj__stats__.${stat}`), ...op.meta.map((key) => `__dj__meta__.${key}`)],
    source: op.file,
    definition: `class ${op.cls}`,
    ...(internal ? { internal } : {}),
    ...(executors === null ? {} : { executors }),
  };
}

/** Before there was a preflight, nobody looked at the types of arguments. */
function checkedBy(version: string, parameters: readonly Parameter[]): readonly Parameter[] {
  return version === '1.4.3' ? parameters.map((parameter) => ({ ...parameter, refused: false })) : parameters;
}

/** Three deduplicators of Ray are filters to the program, and take what filters take. */
function isFilter(name: string, kind: string): boolean {
  return kind === 'filter' || /^ray_(?:document|image|video)_deduplicator$/.test(name);
}

/** Executors by kind, as the base classes of 1.6.1 declare them; of 1.4.3 the same hold, found when the op is loaded. */
function executorsOf(name: string, kind: string): readonly string[] | null {
  if (name.startsWith('ray_') && kind === 'deduplicator') return ['ray', 'ray_partitioned'];
  return kind === 'selector' || kind === 'grouper' || kind === 'aggregator' || kind === 'deduplicator' ? ['default'] : null;
}

function costOf({ accelerator, model, model_types: types }: RawOp): Cost {
  const api = types.includes('api');
  // The models of NLTK, SentencePiece, KenLM and fastText are small, and run on the CPU; they too are downloaded.
  return { model: model !== null, gpu: accelerator === 'cuda', api, download: model !== null && types.some((type) => type !== 'api') };
}

function parameterOf(op: string, { name, type, required, ...rest }: RawParameter, values: readonly string[] | string | undefined): Parameter {
  const base = typeOf(op, name, type);
  const role = roleOf(op, name);
  const described = describeParameter(op, name);
  const documented = typeof values === 'string' ? (values.match(/[\w.-]+/g) ?? []).slice(1) : [];
  return {
    name,
    type: Array.isArray(values) ? enumerated(base, values as readonly string[]) : base,
    required,
    refused: isBareClass(type) && !POSTPONED.has(op),
    ...(type === null ? {} : { typeText: type }),
    ...('default' in rest && !required ? { default: defaultOf(rest.default) } : {}),
    ...(role === null ? {} : { role }),
    ...(described === '' ? {} : { description: described }),
    ...(documented.length > 0 ? { suggestions: documented } : {}),
  };
}

/** Ops whose files postpone annotations (`from __future__ import annotations`): the preflight sees text there, and lets every value through. */
const POSTPONED = new Set(
  'agent_bad_case_signal_mapper agent_insight_llm_mapper agent_tool_relevance_mapper agent_trace_coherence_mapper dialog_clarification_quality_mapper dialog_coreference_mapper dialog_error_recovery_mapper dialog_memory_consistency_mapper dialog_non_repetition_mapper dialog_proactivity_mapper dialog_topic_shift_mapper pii_llm_suspect_mapper'.split(' '),
);

function defaultOf(value: unknown): Default {
  const symbol = (value as { readonly $py?: string } | null)?.$py;
  return symbol === undefined ? (value as Default) : { symbol };
}

function enumerated(base: Type, values: readonly string[]): Type {
  const named = choice(...values);
  return base.kind === 'union' ? union(named, ...base.of.filter(({ kind }) => kind !== 'string')) : named;
}

function typeOf(op: string, name: string, annotation: string | null): Type {
  const type = annotationType(annotation);
  const range = rangeOf(op, name);
  return range === null ? type : withRange(type, range);
}

function roleOf(op: string, name: string): Role | null {
  if (name === 'field_key') return 'consumes';
  if (/^(?:min|max)_size$/.test(name) && op.endsWith('_size_filter')) return 'bytes';
  if (/(?:^|_)pattern$/.test(name)) return 'python-regex';
  if (name === 'lang') return 'language';
  if (/^(?:text|image|audio|video|query|response|history|prompt|system|instruction)_key(?:_second)?$|^(?:input_keys|group_by_keys|inspect_keys|download_field|upload_field)$/.test(name)) return 'column';
  return null;
}
