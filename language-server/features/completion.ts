import type { DataColumn } from '../../extension/protocol/recipes.ts';
import type { ColumnKind } from '../../extension/protocol/shards.ts';
import { isJson } from '../document/json.ts';
import { parseRecipe } from '../document/parse.ts';
import type { Span } from '../document/nodes.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { typeName, type Operation, type Parameter, type Type } from '../dialects/schema.ts';
import { costText, defaultText, operationMarkdown, parameterMarkdown } from './describe.ts';
import { locate, type Place } from './locate.ts';

export interface Completion {
  readonly label: string;
  readonly kind: 'operation' | 'parameter' | 'value' | 'column';
  /** What is shown behind the label. */
  readonly detail: string;
  readonly markdown: string;
  /** A snippet with `$0` for the cursor. */
  readonly insert: string;
  readonly span: Span;
  readonly sort: string;
  readonly deprecated: boolean;
}

/** Stands where the word under the cursor is; nobody writes it. */
const MARK = 'loupe0mark';

/** A path that is being written: what of it stands before the word under the cursor, and where that word is. */
export interface WrittenPath {
  readonly folder: string;
  readonly span: Span;
}

export interface Suggestions {
  readonly items: readonly Completion[];
  /** Where a file of this machine is named, the path as far as it is written; null elsewhere. */
  readonly path: WrittenPath | null;
}

const NONE: Suggestions = { items: [], path: null };

/**
 * What may be written at an offset. The text is read once more with a mark in place of the word under the cursor, so that
 * an empty line has a place in the tree too.
 */
export function suggest(text: string, dialect: Dialect, offset: number, columns: readonly DataColumn[] = []): Suggestions {
  const span = wordAt(text, offset);
  const json = isJson(text) ? quotesAround(text, span) : null;
  const mark = json === 'none' ? `"${MARK}"` : MARK;
  const { root } = parseRecipe(`${text.slice(0, span.start)}${mark}${text.slice(span.end)}`);
  const place = root === null ? null : locate(root, dialect, span.start + 1);
  if (place === null) return NONE;
  return { items: completionsAt(place, dialect, { span, columns, rest: restOfLine(text, span.end), json, opened: /\{\s*"?$/.test(text.slice(0, span.start)) }), path: pathAt(place, text, span) };
}

function pathAt(place: Place, text: string, span: Span): WrittenPath | null {
  if (place.kind !== 'value' || place.parameter.role !== 'input') return null;
  const before = text.slice(place.node.start, span.start).replace(/^["']/, '');
  const folder = before.slice(before.search(/\S*$/));
  return /^[a-z][a-z0-9+.-]*:/i.test(folder) ? null : { folder, span };
}

interface Cursor {
  readonly span: Span;
  readonly columns: readonly DataColumn[];
  readonly rest: string;
  /** Which quotes of JSON stand around the word already; null in YAML. */
  readonly json: 'none' | 'both' | null;
  /** Whether a map was opened just before. */
  readonly opened: boolean;
}

/** An open quote counts as both: editors write the other one themselves. */
function quotesAround(text: string, { start }: Span): 'none' | 'both' {
  return text[start - 1] === '"' ? 'both' : 'none';
}

function wordAt(text: string, offset: number): Span {
  let start = offset;
  let end = offset;
  while (start > 0 && /[\w.$-]/.test(text[start - 1] ?? '')) start--;
  if (text[start] === '-' && text[start + 1] === ' ') start = offset;
  while (end < text.length && /[\w.-]/.test(text[end] ?? '')) end++;
  return { start, end };
}

function restOfLine(text: string, offset: number): string {
  const end = text.indexOf('\n', offset);
  return text.slice(offset, end === -1 ? undefined : end).trim();
}

function completionsAt(place: Place, dialect: Dialect, cursor: Cursor): Completion[] {
  switch (place.kind) {
    case 'operation':
      return [...place.form.operations.values()].filter(({ internal }) => internal !== true).map((operation) => operationItem(operation, place, dialect, cursor));
    case 'key': {
      const given = new Set(place.map?.entries.map(({ key }) => key.text));
      return place.owner.fields.filter(({ name }) => !given.has(name)).map((parameter, i) => parameterItem(parameter, place.owner.title, i, cursor));
    }
    case 'value':
      return valueItems(place, cursor);
  }
}

function operationItem(operation: Operation, { form, bare }: StepPlace, dialect: Dialect, cursor: Cursor): Completion {
  const needs = costText(operation);
  return {
    label: operation.name,
    kind: 'operation',
    detail: `${operation.kind}${needs === '' ? '' : ` (${needs})`}`,
    markdown: operationMarkdown(operation, dialect),
    ...(cursor.json === null ? yamlStep(operation, { form, bare }, cursor) : jsonStep(operation, { form, bare }, cursor)),
    sort: `${operation.cost.gpu || operation.cost.api ? 1 : 0}${operation.name}`,
    deprecated: false,
  };
}

type Written = Pick<Completion, 'insert' | 'span'>;
type StepPlace = Pick<Extract<Place, { kind: 'operation' }>, 'form' | 'bare'>;

/** With the colon, or `func:`, already there, only the name is missing. */
function yamlStep(operation: Operation, { form, bare }: StepPlace, { span, rest }: Cursor): Written {
  const { head, indent } = form.snippet(operation);
  if (!head.endsWith(':')) return { insert: bare ? head : operation.name, span };
  if (rest.startsWith(':')) return { insert: operation.name, span };
  const lines = operation.parameters.filter(({ required }) => required).map((parameter, i) => `\n${' '.repeat(indent)}${parameter.name}: $${i + 1}`);
  return { insert: `${head}${lines.join('')}`, span };
}

/** `"name": {...}`, in braces of its own where a list is open. */
function jsonStep(operation: Operation, { form, bare }: StepPlace, cursor: Cursor): Written {
  const { name, parameters } = operation;
  const [key = '', value] = form.snippet(operation).head.split(': ');
  if (value !== undefined) return bare && cursor.json === 'none' ? { insert: `{"${key}": "${name}"}`, span: cursor.span } : jsonText(name, cursor);
  const args = parameters.filter(({ required }) => required).map((parameter, i) => `"${parameter.name}": $${i + 1}`);
  const step = jsonKey(name, `{${args.length === 0 ? '$0' : args.join(', ')}}`, cursor);
  return cursor.opened || cursor.json === 'both' ? step : { ...step, insert: `{${step.insert}}` };
}

/** A key with its value, behind the quotes that are there already; the name alone where a colon follows. */
function jsonKey(name: string, value: string, { span, rest, json }: Cursor): Written {
  const behind = json === 'both' && rest.startsWith('"') ? rest.slice(1).trimStart() : rest;
  if (behind.startsWith(':')) return { insert: name, span };
  const end = behind === rest ? span.end : span.end + 1;
  return { insert: `${json === 'both' ? '' : '"'}${name}": ${value}`, span: { start: span.start, end } };
}

/** A value in the quotes that text has in JSON. */
function jsonText(text: string, { span, json }: Pick<Cursor, 'span' | 'json'>): Written {
  return { insert: json === 'none' && !/^(?:true|false|null)$/.test(text) ? `"${text}"` : text, span };
}

function parameterItem(parameter: Parameter, owner: string, index: number, cursor: Cursor): Completion {
  const { span, rest, json } = cursor;
  const value = simpleDefault(parameter);
  return {
    label: parameter.name,
    kind: 'parameter',
    detail: `${typeName(parameter.type)}${parameter.required ? ', required' : ''}`,
    markdown: parameterMarkdown(parameter, owner),
    ...(json === null ? { insert: rest.startsWith(':') ? parameter.name : `${parameter.name}: ${value === null ? '$0' : `\${1:${value}}`}`, span } : jsonKey(parameter.name, value === null ? '$0' : `\${1:${jsonValue(parameter, value)}}`, cursor)),
    sort: `${parameter.required ? 0 : 1}${String(index).padStart(3, '0')}`,
    deprecated: parameter.deprecated !== undefined,
  };
}

function jsonValue({ default: value }: Parameter, written: string): string {
  return typeof value === 'string' ? `"${written}"` : written;
}

/** A default that can be written as it is. */
function simpleDefault({ default: value }: Parameter): string | null {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && /^[\w./-]+$/.test(value) ? value : null;
}

function valueItems({ parameter, type }: Extract<Place, { kind: 'value' }>, { span, columns, json }: Cursor): Completion[] {
  const item = (label: string, kind: 'value' | 'column', detail: string, sort: string): Completion => ({ label, kind, detail, markdown: '', ...(json === null ? { insert: label, span } : jsonText(label, { span, json })), sort, deprecated: false });
  const isDefault = defaultText(parameter.default)?.replaceAll('"', '');
  const values = [...valuesOf(type), ...(parameter.suggestions ?? [])].map((value) => item(value, 'value', value === isDefault ? 'default' : '', `1${value}`));
  const known = parameter.role === 'column' || parameter.role === 'consumes' ? columns.map(({ name, type: of, kind }) => item(name, 'column', of, `0${fits(parameter, kind) ? 0 : 1}${name}`)) : [];
  return [...known, ...values];
}

/** Columns of the type that is wanted come first. */
function fits({ name }: Parameter, kind: ColumnKind): boolean {
  if (/^(?:image|audio|video)_key$/.test(name)) return kind === 'list';
  return /^text_/.test(name) ? kind === 'text' : true;
}

function valuesOf(type: Type): readonly string[] {
  switch (type.kind) {
    case 'choice':
      return type.values;
    case 'boolean':
      return ['true', 'false'];
    case 'null':
      return ['null'];
    case 'union':
      return type.of.flatMap(valuesOf);
    default:
      return [];
  }
}
