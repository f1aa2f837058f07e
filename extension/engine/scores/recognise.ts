import type { ColumnPath } from '../../protocol/queries.ts';
import type { ColumnRole, RecognisedColumn } from '../../protocol/scores.ts';
import type { ShapedColumn } from '../shards/column-shape.ts';
import { ROLE_NAMES } from './role-names.ts';
import { SCORE_NAMES, type Company } from './score-names.ts';

/** What the columns of a table are for, by their published names; those without a known meaning are left out. The user's word wins. */
export function recognise(columns: readonly ShapedColumn[], file: string, corrections: readonly RecognisedColumn[]): RecognisedColumn[] {
  const table = { file: file.toLowerCase(), names: columns.map(({ path }) => nameOf(path)) };
  const corrected = new Map(corrections.map(({ column, role }) => [JSON.stringify(column), role]));
  return columns.flatMap((column) => {
    const role = corrected.get(JSON.stringify(column.path)) ?? scoreRole(column, table) ?? plainRole(column, table);
    return role === null ? [] : [{ column: column.path, role }];
  });
}

interface Table {
  readonly file: string;
  readonly names: readonly string[];
}

function scoreRole({ path, shape }: ShapedColumn, table: Table): ColumnRole | null {
  if (shape !== 'number' && shape !== 'list' && shape !== 'vector') return null;
  const name = nameOf(path);
  const found = SCORE_NAMES.find(({ names, when, lists }) => (shape === 'number' || lists === true) && names.some((known) => fits(known, name)) && inCompany(when, table));
  if (found === undefined) return null;
  const { kind, better, range, source } = found;
  return { role: 'score', kind, better, ...(range === undefined ? {} : { range }), source };
}

function plainRole({ path, shape }: ShapedColumn, table: Table): ColumnRole | null {
  const name = nameOf(path);
  const found = ROLE_NAMES.find(({ names, shapes, when }) => shapes.includes(shape) && names.some((known) => fits(known, name)) && inCompany(when, table));
  return found === undefined ? null : { role: found.role };
}

function inCompany(company: Company | undefined, { file, names }: Table): boolean {
  const present = (known: string): boolean => names.some((name) => fits(known, name));
  if (company?.path !== undefined && !file.includes(company.path)) return false;
  return (company?.all?.every(present) ?? true) && (company?.any?.some(present) ?? true);
}

function nameOf(path: ColumnPath): string {
  return path.join('.').toLowerCase();
}

/** Whether a name is the published one, or ends in it inside a struct. */
function fits(known: string, name: string): boolean {
  return name.length <= LONGEST_NAME && pattern(known).test(name);
}

/** Longer names are not compared: none is known. */
const LONGEST_NAME = 200;

const patterns = new Map<string, RegExp>();

function pattern(known: string): RegExp {
  const made = patterns.get(known) ?? new RegExp(`(^|\\.)${known.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^.]*')}$`);
  patterns.set(known, made);
  return made;
}
