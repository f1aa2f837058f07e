import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { Row } from '../../../extension/protocol/engine.ts';
import type { Column } from '../../../extension/protocol/shards.ts';
import { focusTextField, IconButton, TextField, type TextFieldElement } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { searchPattern } from '../search/pattern.ts';
import { usePaintedPattern } from '../search/use-pattern.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { findInRow, MAX_MATCHES, type Match } from './find.ts';

/** A search in the row that is shown. */
export interface Find {
  readonly query: string;
  readonly setQuery: (query: string) => void;
  readonly matches: readonly Match[];
  /** The match that the user is at. */
  readonly current: Match | undefined;
  readonly index: number;
  readonly step: (by: 1 | -1) => void;
}

/** The search keeps its words from row to row. */
export function useFind(row: Row, columns: readonly Column[]): Find {
  const [query, setQuery] = useState('');
  const [position, setPosition] = useState({ row: row.row, query, index: 0 });
  const names = useMemo(() => columns.map((column) => column.name), [columns]);
  const painted = usePaintedPattern();
  // Without words of its own the box goes through what is looked for in the whole shard.
  const pattern = useMemo(() => (query === '' ? painted : searchPattern({ text: query, matchCase: false, regex: false })), [query, painted]);
  const matches = useMemo(() => findInRow(row, names, pattern, query !== ''), [row, names, pattern, query]);
  const here = position.row === row.row && position.query === query ? position.index : 0;
  const index = Math.min(here, Math.max(0, matches.length - 1));
  const step = (by: 1 | -1): void => {
    if (matches.length > 0) setPosition({ row: row.row, query, index: (index + by + matches.length) % matches.length });
  };
  return { query, setQuery, matches, current: matches[index], index, step };
}

/** The box of the search, with how many there are. */
export function FindBox({ find }: { readonly find: Find }): ReactElement {
  const { store } = useSession();
  const field = useRef<TextFieldElement>(null);
  const ask = useStore(store, (state) => (state.ask?.value === 'find' ? state.ask.token : 0));
  useEffect(() => {
    if (ask === 0) return;
    // The element draws its inside after it is connected.
    const frame = requestAnimationFrame(() => focusTextField(field.current));
    return () => cancelAnimationFrame(frame);
  }, [ask]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      find.step(event.shiftKey ? -1 : 1);
    } else if (event.key === 'Escape' && find.query !== '') {
      event.preventDefault();
      find.setQuery('');
    }
  };
  const { matches, index, query } = find;
  return (
    <div className="find-box" role="search">
      <TextField ref={field} label={strings.find} value={query} onChange={find.setQuery} onKeyDown={onKeyDown} />
      <span className="find-count" role="status">
        {(query !== '' || matches.length > 0) && strings.matches(index + 1, matches.length, matches.length >= MAX_MATCHES)}
      </span>
      <IconButton icon="up" label={strings.previousMatch} disabled={matches.length === 0} onClick={() => find.step(-1)} />
      <IconButton icon="down" label={strings.nextMatch} disabled={matches.length === 0} onClick={() => find.step(1)} />
    </div>
  );
}
