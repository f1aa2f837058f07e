import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import { columnOf } from './conditions.ts';

/** Whether rows changed is no question of a column: there is nothing to write. */
export type WrittenCondition = Exclude<Condition, { type: 'changed' | 'edited' }>;

export type ConditionKind = WrittenCondition['type'];

/** A condition while it is written: every field of every kind, so that changing the kind loses nothing. */
export interface Draft {
  readonly kind: ConditionKind;
  readonly not: boolean;
  /** Null: any text column. */
  readonly column: ColumnPath | null;
  readonly min: string;
  readonly max: string;
  readonly minOpen: boolean;
  readonly maxOpen: boolean;
  readonly values: readonly (string | null)[];
  readonly text: string;
  readonly matchCase: boolean;
  readonly regex: boolean;
  readonly file: string;
  readonly fileColumn: string;
  readonly where: string;
}

const BLANK: Omit<Draft, 'kind' | 'column'> = {
  not: false,
  min: '',
  max: '',
  minOpen: false,
  maxOpen: false,
  values: [],
  text: '',
  matchCase: false,
  regex: false,
  file: '',
  fileColumn: '',
  where: '',
};

/** A new condition on a column, of the kind that such columns are mostly filtered by. */
export function newDraft(column: Column | undefined, fewValues: boolean): Draft {
  const kinds: Partial<Record<Column['kind'], ConditionKind>> = { number: 'range', temporal: 'range', boolean: 'values', text: 'text', mixed: 'text' };
  if (column === undefined) return { ...BLANK, kind: 'sql', column: null };
  return { ...BLANK, kind: fewValues ? 'values' : (kinds[column.kind] ?? 'null'), column: [column.name] };
}

/** A condition to be changed. */
export function draftOf(condition: WrittenCondition): Draft {
  const draft: Draft = { ...BLANK, kind: condition.type, column: columnOf(condition), not: condition.not === true };
  switch (condition.type) {
    case 'range': {
      const { min = '', max = '', minOpen = false, maxOpen = false } = condition;
      return { ...draft, min, max, minOpen, maxOpen };
    }
    case 'values':
      return { ...draft, values: condition.values };
    case 'text':
      return { ...draft, column: condition.column ?? null, text: condition.text, matchCase: condition.matchCase, regex: condition.regex };
    case 'null':
      return draft;
    case 'ids':
      return { ...draft, file: condition.file, fileColumn: condition.fileColumn?.[0] ?? '' };
    case 'sql':
      return { ...draft, where: condition.where };
  }
}

/** The condition that was written; null while something is missing. */
export function conditionOf(draft: Draft): Condition | null {
  const condition = plainCondition(draft);
  return condition === null ? null : { ...condition, ...(draft.not ? { not: true } : {}) };
}

function plainCondition(draft: Draft): Condition | null {
  const { kind, column, values, text, matchCase, regex, file, fileColumn, where } = draft;
  if (kind === 'sql') return where.trim() === '' ? null : { type: 'sql', where: where.trim() };
  if (kind === 'text') return text === '' ? null : { type: 'text', text, matchCase, regex, ...(column === null ? {} : { column }) };
  if (column === null) return null;
  switch (kind) {
    case 'range':
      return rangeCondition(column, draft);
    case 'values':
      return values.length === 0 ? null : { type: 'values', column, values };
    case 'null':
      return { type: 'null', column };
    case 'ids':
      return file.trim() === '' ? null : { type: 'ids', column, file: file.trim(), ...(fileColumn.trim() === '' ? {} : { fileColumn: [fileColumn.trim()] }) };
  }
}

function rangeCondition(column: ColumnPath, draft: Draft): Condition | null {
  const [min, max] = [draft.min.trim(), draft.max.trim()];
  if (min === '' && max === '') return null;
  return {
    type: 'range',
    column,
    ...(min === '' ? {} : { min, ...(draft.minOpen ? { minOpen: true } : {}) }),
    ...(max === '' ? {} : { max, ...(draft.maxOpen ? { maxOpen: true } : {}) }),
  };
}
