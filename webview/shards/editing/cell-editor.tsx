import { useEffect, useLayoutEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactElement, type RefObject } from 'react';
import { toLoupeError } from '../../../extension/rpc/failure.ts';
import { strings } from '../../strings.ts';
import { currentCell } from '../grid/dom.ts';
import { formatCount } from '../numbers.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import './cell-editor.css';
import { writtenDraft, type CellEditing } from './draft.ts';

/** Lines that the box shows of a longer text. */
const MAX_LINES = 8;

interface EditorProps {
  readonly gridRef: RefObject<HTMLElement | null>;
}

/** A box over the cell that is being edited; nothing while none is. */
export function CellEditor({ gridRef }: EditorProps): ReactElement | null {
  const { store } = useSession();
  const editing = useStore(store, (state) => state.editing);
  return editing === null ? null : <EditorBox key={`${editing.row} ${editing.column}`} editing={editing} gridRef={gridRef} />;
}

function EditorBox({ editing, gridRef }: EditorProps & { readonly editing: CellEditing }): ReactElement {
  const { host, store } = useSession();
  const { name, row, column, position } = editing;
  const [draft, setDraft] = useState(editing.draft);
  const [error, setError] = useState<string | null>(null);
  const form = useRef<HTMLFormElement>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  /** Enter and the loss of the focus that follows it are one wish. */
  const sending = useRef(false);
  useLayoutEffect(() => place(form.current, gridRef.current), [gridRef]);
  useEffect(() => {
    text.current?.focus();
    text.current?.select();
  }, []);

  const leave = (takeFocus: boolean): void => {
    sending.current = true;
    store.dispatch({ type: 'editing', editing: null });
    if (takeFocus) store.dispatch({ type: 'move', move: { row: position, column: name, takeFocus: true } });
  };
  const send = async (takeFocus: boolean): Promise<void> => {
    if (sending.current) return;
    const value = writtenDraft(draft);
    if (typeof value === 'string') {
      setError(strings.editing[value]);
      return;
    }
    sending.current = true;
    try {
      await host.request('view/edit', { row, column, value });
      leave(takeFocus);
    } catch (failure) {
      sending.current = false;
      setError(toLoupeError(failure).message);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    event.stopPropagation();
    if (event.key === 'Escape') leave(true);
    else if (event.key === 'Enter' && event.target === text.current && !event.shiftKey && !event.altKey) void send(true);
    else return;
    event.preventDefault();
  };
  const onBlur = (event: FocusEvent): void => {
    if (event.relatedTarget instanceof Node && form.current?.contains(event.relatedTarget) === true) return;
    // A window that loses the keyboard is no decision.
    if (document.hasFocus()) void send(false);
  };
  const lines = Math.min(MAX_LINES, draft.text.split('\n').length + Math.floor(draft.text.length / 80));
  return (
    <form ref={form} className="cell-editor" data-own-keys onKeyDown={onKeyDown} onBlur={onBlur} onDoubleClick={(event) => event.stopPropagation()} onSubmit={(event) => event.preventDefault()}>
      <textarea
        ref={text}
        aria-label={strings.editing.editor(name, formatCount(row + 1))}
        aria-invalid={error !== null}
        rows={Math.max(1, lines)}
        spellCheck={draft.kind === 'text'}
        value={draft.isNull ? '' : draft.text}
        placeholder={draft.isNull ? strings.editing.null : undefined}
        onChange={(event) => {
          setError(null);
          setDraft({ ...draft, text: event.target.value, isNull: false });
        }}
      />
      <label title={strings.editing.nullTitle}>
        <input type="checkbox" checked={draft.isNull} onChange={(event) => setDraft({ ...draft, isNull: event.target.checked })} />
        {strings.editing.null}
      </label>
      {error !== null && <div role="alert">{error}</div>}
    </form>
  );
}

/** Puts the box over the focused cell, as far as that leaves room for it. */
function place(form: HTMLElement | null, grid: HTMLElement | null): void {
  const cell = grid === null ? null : currentCell(grid);
  if (form === null || grid === null || cell === null) return;
  const [outer, inner] = [grid.getBoundingClientRect(), cell.getBoundingClientRect()];
  const width = Math.min(outer.width - 16, Math.max(280, inner.width));
  form.style.width = `${width}px`;
  form.style.left = `${Math.max(0, Math.min(inner.left - outer.left, outer.width - width - 8))}px`;
  form.style.top = `${Math.max(0, Math.min(inner.top - outer.top, outer.height - form.offsetHeight))}px`;
}
