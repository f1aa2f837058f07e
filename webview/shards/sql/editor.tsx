import { useLayoutEffect, useMemo, useRef, useSyncExternalStore, type KeyboardEvent, type ReactElement } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { HistoryWalk } from './history.ts';
import { rangeOfPlace, type TextRange } from './place.ts';
import type { SqlRunner } from './sql-runner.ts';
import { Suggestions, useCompletion } from './suggestions.tsx';

/** Lines that the text has room for. */
const MIN_LINES = 4;
const MAX_LINES = 16;

interface SqlEditorProps {
  readonly columns: readonly Column[];
  readonly text: string;
  readonly onChange: (text: string) => void;
  readonly onRun: () => void;
  readonly runner: SqlRunner;
}

/** The text of the statement, with the place of an error marked and names completed. */
export function SqlEditor({ columns, text, onChange, onRun, runner }: SqlEditorProps): ReactElement {
  const area = useRef<HTMLTextAreaElement>(null);
  const walk = useMemo(() => new HistoryWalk(runner.history), [runner]);
  const state = useSyncExternalStore(runner.subscribe, runner.state);
  const replace = useReplace(area, text, onChange);
  const completion = useCompletion(columns, text, replace);
  const failed = state.error !== null && state.statement === text;
  const onEditorKey = (event: KeyboardEvent): boolean => {
    if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
      completion.close();
      onRun();
      return true;
    }
    const back = event.altKey ? ({ ArrowUp: 1, ArrowDown: -1 } as const)[event.key] : undefined;
    if (back !== undefined) {
      const earlier = walk.step(back, text);
      if (earlier !== null) replace(earlier, earlier.length);
      completion.close();
      return true;
    }
    if (event.key !== 'Escape' || !state.running) return false;
    runner.cancel();
    return true;
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // VS Code would select all once more, a moment later, over what is being written.
    if (event.key.toLowerCase() === 'a' && (event.ctrlKey || event.metaKey)) event.stopPropagation();
    if (!completion.onKey(event) && !onEditorKey(event)) return;
    event.preventDefault();
    // VS Code and the page have other uses for these keys.
    event.stopPropagation();
  };
  return (
    <div className="sql-editor">
      <Marks text={text} range={failed ? rangeOfPlace(text, state.error.place) : null} area={area} />
      <textarea
        ref={area}
        className="sql-text"
        rows={Math.max(MIN_LINES, Math.min(MAX_LINES, text.split('\n').length + 1))}
        value={text}
        spellCheck={false}
        autoCapitalize="off"
        autoComplete="off"
        aria-label={strings.sql.statement}
        aria-description={strings.sql.hint}
        aria-invalid={failed}
        {...completion.attributes}
        onChange={({ currentTarget: { value, selectionStart } }) => {
          onChange(value);
          completion.look(value, selectionStart);
        }}
        onKeyDown={onKeyDown}
        onBlur={completion.close}
      />
      <Suggestions completion={completion} />
    </div>
  );
}

type Replace = (text: string, caret: number) => void;

/** Changes the text; the caret moves when that is drawn. */
function useReplace(area: { readonly current: HTMLTextAreaElement | null }, text: string, onChange: (text: string) => void): Replace {
  const wanted = useRef<number | null>(null);
  useLayoutEffect(() => {
    if (wanted.current !== null) area.current?.setSelectionRange(wanted.current, wanted.current);
    wanted.current = null;
  }, [area, text]);
  return (next, caret) => {
    wanted.current = caret;
    onChange(next);
  };
}

interface MarksProps {
  readonly text: string;
  readonly range: TextRange | null;
  readonly area: { readonly current: HTMLTextAreaElement | null };
}

/** The same text behind the one that is written, unseen but for the mark. */
function Marks({ text, range, area }: MarksProps): ReactElement {
  const back = useRef<HTMLPreElement>(null);
  useLayoutEffect(() => {
    const front = area.current;
    if (front === null) return;
    const follow = (): void => back.current?.scrollTo(front.scrollLeft, front.scrollTop);
    follow();
    front.addEventListener('scroll', follow);
    return () => front.removeEventListener('scroll', follow);
  }, [area, range]);
  return (
    <pre ref={back} className="sql-marks" aria-hidden="true">
      {range === null ? (
        text
      ) : (
        <>
          {text.slice(0, range.start)}
          <mark>{text.slice(range.start, range.end) || ' '}</mark>
          {text.slice(range.end)}
        </>
      )}
      {'\n'}
    </pre>
  );
}
