import { useMemo, type ReactElement } from 'react';
import type { ListedValue } from '../../../extension/protocol/bulk.ts';
import type { WrittenValue } from '../../../extension/protocol/edits.ts';
import { wordDifference, type Piece } from '../compare/differences.ts';
import { words } from './words.ts';

/** UTF-16 units that are shown of each value, and those before the first difference. */
const SHOWN = 400;
const BEFORE = 40;

interface ChangedValueProps {
  readonly old: ListedValue;
  readonly now: ListedValue;
}

/** A value before and after, what differs marked, word by word. */
export function ChangedValue({ old, now }: ChangedValueProps): ReactElement {
  const [before, after] = useMemo(() => pieces(old, now), [old, now]);
  return (
    <span className="changed-value">
      <Side value={old} pieces={before} as="del" />
      <Side value={now} pieces={after} as="ins" />
    </span>
  );
}

function Side({ value, pieces: shown, as: Mark }: { readonly value: ListedValue; readonly pieces: readonly Piece[]; readonly as: 'del' | 'ins' }): ReactElement {
  const none = value.kind === 'null' ? 'null' : value.kind === 'missing' ? words.missing : value.length === 0 ? '“”' : null;
  return (
    <Mark className="changed-side">
      {none !== null && <i>{none}</i>}
      {none === null && shown.map((piece, i) => (piece.own ? <mark key={i}>{piece.text}</mark> : <span key={i}>{piece.text}</span>))}
    </Mark>
  );
}

/** The parts of both texts around what differs first. */
function pieces(old: ListedValue, now: ListedValue): readonly [readonly Piece[], readonly Piece[]] {
  let same = 0;
  while (same < Math.min(old.text.length, now.text.length) && old.text[same] === now.text[same]) same++;
  const start = same > SHOWN / 2 ? same - BEFORE : 0;
  const part = ({ text, length }: ListedValue): string => `${start > 0 ? '…' : ''}${text.slice(start, start + SHOWN)}${start + SHOWN < length ? '…' : ''}`;
  const [a, b] = [part(old), part(now)];
  return wordDifference(a, b);
}

/** A value as the list shows it. */
export function listedValue(value: WrittenValue): ListedValue {
  if (!('json' in value)) return { kind: 'missing', text: '', length: 0 };
  if (value.json === 'null') return { kind: 'null', text: '', length: 0 };
  const isText = value.json.startsWith('"');
  const text = isText ? (JSON.parse(value.json) as string) : value.json;
  return { kind: isText ? 'text' : 'json', text, length: text.length };
}
