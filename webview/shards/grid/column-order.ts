import type { Column } from '../../../extension/protocol/shards.ts';

/** Where a column goes. */
export type ColumnMove = 'left' | 'right' | 'first' | 'last';

/** Columns in the order that the user gave them; those without a place follow in the order of the file. */
export function inOrder(columns: readonly Column[], order: readonly string[]): readonly Column[] {
  if (order.length === 0) return columns;
  const places = new Map(order.map((name, place) => [name, place]));
  const place = ({ name }: Column): number => places.get(name) ?? order.length;
  return columns.toSorted((a, b) => place(a) - place(b) || a.index - b.index);
}

/** The order after a column was put in front of another one, or behind all others where `before` is null. */
export function movedBefore(all: readonly Column[], order: readonly string[], name: string, before: string | null): readonly string[] {
  const names = inOrder(all, order).map((column) => column.name);
  const rest = names.filter((other) => other !== name);
  const place = before === null ? rest.length : rest.indexOf(before);
  if (!names.includes(name) || place === -1) return order;
  return withoutTail(all, rest.toSpliced(place, 0, name));
}

/** The order after a column moved among those that are shown; hidden ones keep their places. */
export function movedColumn(all: readonly Column[], shown: readonly Column[], order: readonly string[], name: string, move: ColumnMove): readonly string[] {
  const at = shown.findIndex((column) => column.name === name);
  const last = shown.length - 1;
  const to = { left: Math.max(0, at - 1), right: Math.min(last, at + 1), first: 0, last }[move];
  if (at === -1 || to === at) return order;
  const others = inOrder(all, order).filter((column) => column.name !== name);
  const stays = shown.filter((column) => column.name !== name);
  // Behind the last one that is shown, not behind hidden ones at the end.
  const next = stays[to] ?? others[others.findIndex((column) => column === stays.at(-1)) + 1];
  return movedBefore(all, order, name, next?.name ?? null);
}

/** What is worth remembering: names up to where the rest follows in the order of the file anyway. */
function withoutTail(all: readonly Column[], names: readonly string[]): readonly string[] {
  const indexes = new Map(all.map((column) => [column.name, column.index]));
  const indexAt = (place: number): number => indexes.get(names[place] ?? '') ?? -1;
  let end = names.length - 1;
  while (end > 0 && indexAt(end - 1) < indexAt(end)) end--;
  return names.slice(0, end);
}
