import type { ColumnPath, Condition } from '../../protocol/queries.ts';
import type { Preset, RecognisedColumn } from '../../protocol/scores.ts';
import { quoteName } from '../duckdb/quote.ts';
import { PRESETS, type PresetEntry, type PresetPart, type Wanted } from './preset-table.ts';

/** The published filters that a table's columns allow. */
export function presetsFor(columns: readonly RecognisedColumn[]): Preset[] {
  return PRESETS.flatMap((entry) => presetOf(entry, columns) ?? []);
}

function presetOf({ id, name, description, source, parts, top }: PresetEntry, columns: readonly RecognisedColumn[]): Preset | null {
  const conditions: Condition[] = [];
  const missing: string[] = [];
  for (const part of parts) {
    const condition = conditionOf(part, columns);
    if (condition !== null) conditions.push(condition);
    else if (part.without !== undefined) missing.push(part.without);
    else return null;
  }
  const column = top === undefined ? null : find(top.column, columns);
  if (top !== undefined && column === null) return null;
  return {
    id,
    name,
    description: [description, ...missing].join(' '),
    source,
    conditions,
    ...(top === undefined || column === null ? {} : { top: { column, share: top.share, lowest: top.lowest } }),
  };
}

function conditionOf(part: PresetPart, columns: readonly RecognisedColumn[]): Condition | null {
  if (part.type === 'sql') return sqlCondition(part, columns);
  const column = find(part.column, columns);
  if (column === null) return null;
  if (part.type === 'values') return { type: 'values', column, values: part.values };
  const { min, max, minOpen, maxOpen } = part;
  return { type: 'range', column, ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }), ...(minOpen === true ? { minOpen } : {}), ...(maxOpen === true ? { maxOpen } : {}) };
}

function sqlCondition({ columns: wanted, where }: Extract<PresetPart, { type: 'sql' }>, columns: readonly RecognisedColumn[]): Condition | null {
  const names = new Map<string, string>();
  for (const [key, column] of Object.entries(wanted)) {
    const path = find(column, columns);
    if (path === null) return null;
    names.set(key, path.map(quoteName).join('.'));
  }
  return { type: 'sql', where: where.replace(/\{(\w+)\}/g, (_, key: string) => names.get(key) ?? '') };
}

/** The first column that fits, in the order of what is wanted. */
function find(wanted: Wanted, columns: readonly RecognisedColumn[]): ColumnPath | null {
  if ('scores' in wanted) {
    for (const source of wanted.scores) {
      const found = columns.find(({ role }) => role.role === 'score' && role.source === source);
      if (found !== undefined) return found.column;
    }
    return null;
  }
  for (const purpose of wanted.roles) {
    const found = columns.filter(({ role }) => role.role === purpose);
    const { prefer } = wanted;
    const preferred = prefer === undefined ? undefined : found.find(({ column }) => column.join('.').toLowerCase().includes(prefer));
    const first = preferred ?? found[0];
    if (first !== undefined) return first.column;
  }
  return null;
}
