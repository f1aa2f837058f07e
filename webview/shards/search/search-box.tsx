import { useEffect, useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { Condition } from '../../../extension/protocol/queries.ts';
import { focusTextField, IconButton, TextField, type TextFieldElement } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { setConditions } from '../filters/actions.ts';
import { useSession, type Session } from '../session.ts';
import { useStore } from '../store.ts';
import { goToMatch } from './next-match.ts';
import type { Search } from './pattern.ts';

/** How long typing rests before what is typed is looked for, in milliseconds. */
const REST = 250;

/** The search over all text columns: marks matches, goes from one to the next, and shows only rows that match. */
export function SearchBox(): ReactElement {
  const session = useSession();
  const { store } = session;
  const search = useStore(store, (state) => state.search);
  const conditions = useStore(store, (state) => state.view.query.conditions);
  const field = useRef<TextFieldElement>(null);
  const [draft, setDraft] = useState(search.text);
  const ask = useStore(store, (state) => (state.ask?.value === 'search' ? state.ask.token : 0));
  useEffect(() => {
    if (ask > 0) focusTextField(field.current);
  }, [ask]);
  useEffect(() => {
    const timer = setTimeout(() => commit(session, { ...session.store.state.search, text: draft }), REST);
    return () => clearTimeout(timer);
  }, [draft, session]);
  const filtering = conditions.some((condition) => isOf(condition, search));
  const onKeyDown = (event: KeyboardEvent<HTMLElement>): void => {
    if (event.key === 'Enter') {
      event.preventDefault();
      commit(session, { ...search, text: draft });
      void goToMatch(session, event.shiftKey, false);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      store.dispatch({ type: 'move', move: { row: store.state.view.focus?.row ?? store.state.view.topRow, takeFocus: true } });
    }
  };
  const words = strings.filters;
  const toggle = (change: Partial<Search>): void => commit(session, { ...search, text: draft, ...change });
  return (
    <div className="search-box" role="search">
      <TextField ref={field} label={words.search} title={words.searchTitle} value={draft} onChange={setDraft} onKeyDown={onKeyDown} />
      <IconButton icon="matchCase" label={words.matchCase} pressed={search.matchCase} onClick={() => toggle({ matchCase: !search.matchCase })} />
      <IconButton icon="regex" label={words.regex} pressed={search.regex} onClick={() => toggle({ regex: !search.regex })} />
      <IconButton icon="filter" label={words.filterMatches} pressed={filtering} disabled={draft === ''} onClick={() => toggleFilter(session, { ...search, text: draft })} />
      <IconButton icon="up" label={words.previousMatch} disabled={draft === ''} onClick={() => void goToMatch(session, true, false)} />
      <IconButton icon="down" label={words.nextMatch} disabled={draft === ''} onClick={() => void goToMatch(session, false, false)} />
    </div>
  );
}

/** Looks for something else; where the filter shows only rows that match, it goes along. */
function commit(session: Session, next: Search): void {
  const { store } = session;
  const { search, view } = store.state;
  if (JSON.stringify(search) === JSON.stringify(next)) return;
  store.dispatch({ type: 'search', search: next });
  const { conditions } = view.query;
  const index = conditions.findIndex((condition) => isOf(condition, search));
  if (index === -1) return;
  setConditions(session, next.text === '' ? conditions.toSpliced(index, 1) : conditions.with(index, conditionOf(next)));
}

function toggleFilter(session: Session, search: Search): void {
  commit(session, search);
  const { conditions } = session.store.state.view.query;
  const others = conditions.filter((condition) => !isOf(condition, search));
  setConditions(session, others.length < conditions.length ? others : [...conditions, conditionOf(search)]);
}

function conditionOf({ text, matchCase, regex }: Search): Condition {
  return { type: 'text', text, matchCase, regex };
}

/** Whether a condition shows the rows that a search finds. */
function isOf(condition: Condition, { text, matchCase, regex }: Search): boolean {
  if (condition.type !== 'text' || condition.column !== undefined || condition.not === true) return false;
  return condition.text === text && condition.matchCase === matchCase && condition.regex === regex;
}
