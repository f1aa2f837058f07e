import type { Condition } from '../../../extension/protocol/queries.ts';
import { strings } from '../../strings.ts';
import { formatCount } from '../numbers.ts';
import { shortText, shortValue } from '../short-text.ts';
import { pathName } from './conditions.ts';
import { lengthRange } from './length-condition.ts';

const { words } = strings.filters;

/** Values named in a chip; the others are counted. */
const NAMED_VALUES = 2;

/** A condition in a few words: what it is about, and what it asks. */
export interface ConditionWords {
  readonly subject: string;
  readonly test: string;
}

/** A condition as its chip says it. */
export function describeCondition(condition: Condition): ConditionWords {
  const plain = plainWords(condition);
  return condition.not === true ? { ...plain, test: words.not(plain.test) } : plain;
}

/** A condition as one text. */
export function conditionText(condition: Condition): string {
  const { subject, test } = describeCondition(condition);
  return `${subject} ${test}`.trim();
}

function plainWords(condition: Condition): ConditionWords {
  switch (condition.type) {
    case 'range':
      return { subject: pathName(condition.column), test: rangeWords(condition) };
    case 'values':
      return { subject: pathName(condition.column), test: valuesWords(condition.values) };
    case 'text':
      return { subject: condition.column === undefined ? words.anyText : pathName(condition.column), test: textWords(condition) };
    case 'null':
      return { subject: pathName(condition.column), test: words.isNull };
    case 'ids':
      return { subject: pathName(condition.column), test: words.in(condition.file.replace(/^.*[/\\]/, '')) };
    case 'changed':
      return { subject: strings.versions.rowSubject, test: strings.versions.changed };
    case 'edited':
      return { subject: strings.versions.rowSubject, test: strings.editing.edited };
    case 'sql':
      return sqlWords(condition);
  }
}

function rangeWords({ min, max, minOpen = false, maxOpen = false }: Extract<Condition, { type: 'range' }>): string {
  if (min !== undefined && min === max) return `= ${shortValue(min)}`;
  if (max === undefined) return min === undefined ? words.isNotNull : `${minOpen ? '>' : '≥'} ${shortValue(min)}`;
  if (min === undefined) return `${maxOpen ? '<' : '≤'} ${shortValue(max)}`;
  return `${shortValue(min)} ${minOpen ? '<' : '≤'} … ${maxOpen ? '<' : '≤'} ${shortValue(max)}`;
}

function valuesWords(values: readonly (string | null)[]): string {
  const names = values.slice(0, NAMED_VALUES).map((value) => (value === null ? strings.filters.nullValue : value === '' ? '“”' : shortText(value)));
  const more = values.length - names.length;
  const all = more > 0 ? [...names, words.more(more)] : names;
  return all.length > 1 ? words.in(all.join(', ')) : `= ${all.join()}`;
}

function textWords({ text, regex, matchCase }: Extract<Condition, { type: 'text' }>): string {
  const quoted = regex ? `/${shortText(text)}/${matchCase ? '' : 'i'}` : `“${shortText(text)}”`;
  return regex ? words.matches(quoted) : words.contains(quoted);
}

function sqlWords(condition: Extract<Condition, { type: 'sql' }>): ConditionWords {
  const length = lengthRange(condition);
  if (length === null) return { subject: words.sql, test: condition.where.replace(/\s+/g, ' ') };
  const { column, min, below } = length;
  const subject = words.length(pathName(column));
  if (min === undefined) return { subject, test: `< ${formatCount(below ?? 0)}` };
  return { subject, test: below === undefined ? `≥ ${formatCount(min)}` : `${formatCount(min)} ≤ … < ${formatCount(below)}` };
}
