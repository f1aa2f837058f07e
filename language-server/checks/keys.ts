import { replacement, type Finding } from './finding.ts';
import { subject, type KnownColumns } from './data.ts';
import { nearest } from './nearest.ts';

/** Keys that no step writes before they are read, held against the data: what it brings along needs no step. */
export function keysInData(findings: readonly Finding[], data: KnownColumns | null): readonly Finding[] {
  if (data === null) return findings;
  return findings.flatMap((found) => (found.reads === undefined ? [found] : withData(found, found.reads, data)));
}

function withData(found: Finding, key: string, data: KnownColumns): Finding[] {
  const [top = '', ...inside] = key.split('.');
  const column = data.columns.find(({ name }) => name === key) ?? data.columns.find(({ name }) => name === top);
  // What is inside a column is known only where the type names it, as Parquet's do.
  if (column !== undefined && (column.name === key || !/[({<]/.test(column.type) || inside.every((name) => column.type.includes(name)))) return [];
  const close = found.fixes.length > 0 ? [] : nearest(key, data.columns.map(({ name }) => name), 2);
  const missing = column === undefined ? `${subject(data)} has no column ${top} either.` : `${top} of ${data.of} has no ${inside.join('.')} either.`;
  const hint = close.length === 0 ? '' : ` Did you mean ${close.join(' or ')}?`;
  return [{ ...found, message: `${found.message} ${missing}${hint}`, fixes: [...found.fixes, ...close.map((each) => replacement(`Change to ${each}`, found, each))] }];
}
