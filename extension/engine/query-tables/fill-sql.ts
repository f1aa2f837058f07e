import { literalPattern } from '../duckdb/literal-path.ts';
import { quoteText } from '../duckdb/quote.ts';
import { KIND_TYPE } from './facts-sql.ts';
import type { TableField } from './field.ts';
import type { LinesFile, SourceColumn } from './table-source.ts';

/** Where lines have more keys than this, only those asked for are looked up. */
export const NARROW = 64;
/** DuckDB reads with buffers of twice this size, in bytes. */
const SMALLEST_OBJECT = 4 * 1024 * 1024;

/**
 * What DuckDB takes and our reader does not, or not in the same way. The first two begin with a plain character,
 * which makes them a hundred times faster on text than patterns that begin with a class.
 */
const TRAILING_COMMA = quoteText(',[ \\t\\r]*[}\\]]');
const LONG_NUMBER = quoteText(`"[ \\t\\r]*:[ \\t\\r]*-?(?:${longNumbers().join('|')})`);
/** NaN and infinities in any spelling, as an item or a field. */
const WORD = quoteText('[:,\\[][ \\t\\r]*[-+]?(?i:nan|inf|infinity)[ \\t\\r]*[],}]');
const WORD_ALONE = quoteText('^[-+]?[A-Za-z]');

/**
 * The statement that fills a table from lines: for each field its text `c` and its kind `k`. DuckDB reads JSON more
 * loosely than our reader does: it takes trailing commas, any spelling of NaN, the first of two values of one key, and
 * rounds numbers of many digits. A line where one of these may be so is marked `odd`, to be read again by our reader;
 * the tests are cheap and mark too many rather than too few.
 */
export function fillSql(table: string, lines: LinesFile, fields: readonly TableField[], columns: readonly SourceColumn[]): string {
  const plan = planLookups(fields, columns);
  const cells = fields.flatMap((field, at) => {
    const { text, kind } = cellSql(field, plan.positions[at] ?? null);
    return [`${text} AS c${at}`, `(${kind})::${KIND_TYPE} AS k${at}`];
  });
  const paths = `[${plan.paths.map(quoteText).join(', ')}]`;
  const lookups = plan.paths.length === 0 ? '' : `, json_extract_string(o, ${paths}) AS v, json_type(o, ${paths}) AS k`;
  return `CREATE TABLE ${table} AS SELECT ${[...cells, `${oddSql(fields, columns, plan)} AS odd`].join(', ')}
    FROM (SELECT json, o${lookups}
      FROM (SELECT json::VARCHAR AS json, CASE WHEN starts_with(json::VARCHAR, '{') THEN json::VARCHAR END AS o FROM ${scanSql(lines)}))`;
}

/** What is looked up in each line: fields inside columns, then whole columns. */
interface Lookups {
  readonly paths: readonly string[];
  /** How many of the paths lead inside columns. */
  readonly inner: number;
  /** For each field its place among the paths, from 1; null for what is not looked up. */
  readonly positions: readonly (number | null)[];
  /** Every key that is known is looked up. */
  readonly narrow: boolean;
}

function planLookups(fields: readonly TableField[], columns: readonly SourceColumn[]): Lookups {
  const known = columns.flatMap(({ place }) => (place.kind === 'key' ? [place.key] : []));
  const narrow = known.length <= NARROW;
  const asked = fields.flatMap(({ column: { place }, fields: names }) => (place.kind === 'key' ? [[place.key, ...names]] : []));
  const inner = unique(asked.filter((path) => path.length > 1).map(pathSql));
  const whole = unique((narrow ? known.map((key) => [key]) : asked.filter((path) => path.length === 1)).map(pathSql));
  const paths = [...inner, ...whole];
  const positions = fields.map(({ column: { place }, fields: names }) => {
    const at = place.kind === 'key' ? paths.indexOf(pathSql([place.key, ...names])) : -1;
    return at < 0 ? null : at + 1;
  });
  return { paths, inner: inner.length, positions, narrow };
}

function unique(texts: readonly string[]): string[] {
  return [...new Set(texts)];
}

/**
 * A path as DuckDB takes it among others. Its own notation keeps lists and objects apart where a name is a number,
 * but has no empty names, and takes a star for a wildcard: such paths are JSON pointers.
 */
function pathSql(names: readonly string[]): string {
  if (names.every((name) => name !== '' && !/[*"\\]/.test(name))) return `$${names.map((name) => `."${name}"`).join('')}`;
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

function cellSql({ column: { place }, fields }: TableField, position: number | null): { readonly text: string; readonly kind: string } {
  if (position !== null) return { text: `v[${position}]`, kind: `k[${position}]` };
  if (place.kind !== 'record' || fields.length > 0) return { text: 'NULL::VARCHAR', kind: 'NULL::VARCHAR' };
  return { text: "CASE WHEN o IS NULL THEN json_extract_string(json, '$') END", kind: 'CASE WHEN o IS NULL THEN json_type(json) END' };
}

function oddSql(fields: readonly TableField[], columns: readonly SourceColumn[], plan: Lookups): string {
  if (fields.some(({ column }) => column.place.kind === 'reader')) return 'true';
  const hasRecords = columns.some(({ place }) => place.kind === 'record');
  const record = hasRecords ? `json_type(json) = 'DOUBLE' OR ${matches('json', WORD)} OR ${matches('json', TRAILING_COMMA)}` : 'true';
  const object = [matches('json', TRAILING_COMMA), matches('json', LONG_NUMBER), ...(plan.narrow ? narrowTests(plan) : wideTests())];
  return `CASE WHEN json IS NULL THEN true WHEN o IS NULL THEN ${record} ELSE coalesce(${object.join(' OR ')}, true) END`;
}

/** With every known key at hand, a key that is written twice or is not known shows in their number. */
function narrowTests({ paths, inner }: Lookups): string[] {
  const found = paths.length === inner ? '0' : `list_count(${inner === 0 ? 'k' : `k[${inner + 1}:]`})`;
  const words = paths.slice(inner).map((_, at) => {
    const [text, kind] = [`v[${inner + at + 1}]`, `k[${inner + at + 1}]`];
    return `CASE WHEN ${kind} = 'DOUBLE' THEN ${matches(text, WORD_ALONE)} AND ${text} NOT IN ('NaN', 'Infinity', '-Infinity')
      WHEN ${kind} IN ('ARRAY', 'OBJECT') THEN ${matches(text, WORD)} ELSE false END`;
  });
  return [`len(json_keys(o)) <> ${found}`, ...words];
}

function wideTests(): string[] {
  return ['len(json_keys(o)) <> len(list_distinct(json_keys(o)))', matches('json', WORD)];
}

function matches(text: string, pattern: string): string {
  return `regexp_matches(${text}, ${pattern})`;
}

/** Numbers that a DOUBLE may not give back: 18 digits and more, or next to zero; and those that are too long to be read. */
function longNumbers(): string[] {
  const split = Array.from({ length: 17 }, (_, before) => `0*[1-9][0-9]{${before}}[.][0-9]{${17 - before}}`);
  return ['0*[.]0*[1-9][0-9]{17}', ...split, '[1-9][0-9]{17,}[eE]', '[0-9.]*[eE]-[0-9]{3}', '[0-9]{1000}'];
}

function scanSql({ path, longest }: LinesFile): string {
  const size = Math.max(SMALLEST_OBJECT, longest * 2);
  return `read_ndjson_objects(${quoteText(literalPattern(path))}, ignore_errors = true, compression = 'uncompressed', maximum_object_size = ${size})`;
}
