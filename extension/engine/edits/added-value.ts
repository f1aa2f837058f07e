import type { AddedType, CellChange } from '../../protocol/edits.ts';
import { LoupeError } from '../../rpc/failure.ts';

const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** What each type takes as JSON text, and how that is said. */
const TYPES: Readonly<Record<Exclude<AddedType, 'json'>, { readonly takes: (json: string) => boolean; readonly words: string }>> = {
  text: { takes: (json) => json.startsWith('"'), words: 'it takes a text' },
  number: { takes: (json) => NUMBER.test(json), words: 'it takes a number' },
  integer: { takes: (json) => /^-?(0|[1-9]\d*)$/.test(json), words: 'it takes a whole number' },
  boolean: { takes: (json) => json === 'true' || json === 'false', words: 'it takes true or false' },
  rounds: { takes: (json) => json.startsWith('['), words: 'it takes a list of rounds' },
};

/** Looks whether a column that edits add takes a value; null and none every column takes. @throws LoupeError `unsupported` where it does not */
export function checkAdded(type: AddedType, { path, new: value }: CellChange): void {
  const json = 'json' in value ? value.json.trim() : 'null';
  if (json === 'null' || type === 'json' || path.length > 1) return;
  const { takes, words } = TYPES[type];
  if (!takes(json)) throw new LoupeError('unsupported', `${String(path[0])}: ${words}.`);
}
