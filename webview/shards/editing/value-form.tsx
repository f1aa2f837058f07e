import { useEffect, useRef, useState, type FocusEvent, type KeyboardEvent, type ReactElement, type Ref } from 'react';
import { toLoupeError } from '../../../extension/rpc/failure.ts';
import { strings } from '../../strings.ts';
import { formatCount } from '../numbers.ts';
import { announceFailure, useSession } from '../session.ts';
import { writtenDraft, type CellEditing } from './draft.ts';

interface FormProps {
  readonly editing: CellEditing;
  /** Lines that the box shows at most. */
  readonly maxLines: number;
  /** Characters that a line takes at about. */
  readonly lineLength: number;
  readonly formRef?: Ref<HTMLFormElement>;
  /** The keyboard goes back to where it came from. */
  readonly back: () => void;
}

/** A box in which a value is typed: Enter or going elsewhere gives it to the host, Escape leaves it as it was. */
export function ValueForm({ editing, maxLines, lineLength, formRef, back }: FormProps): ReactElement {
  const { host, store } = useSession();
  const { name, row, column, path } = editing;
  const [draft, setDraft] = useState(editing.draft);
  const [error, setError] = useState<string | null>(null);
  const text = useRef<HTMLTextAreaElement>(null);
  /** Enter and the loss of the focus that follows it are one wish. */
  const sending = useRef(false);
  useEffect(() => {
    text.current?.focus();
    text.current?.select();
  }, []);

  const leave = (takeFocus: boolean): void => {
    sending.current = true;
    // Who typed on while the edit was under way has gone elsewhere, or edits another cell already.
    if (store.state.editing !== editing) return;
    const isHere = text.current?.form?.contains(document.activeElement) ?? false;
    store.dispatch({ type: 'editing', editing: null });
    if (takeFocus && isHere) back();
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
      await host.request('view/edit', { row, column, path, value });
      leave(takeFocus);
    } catch (failure) {
      sending.current = false;
      if (store.state.editing === editing) setError(toLoupeError(failure).message);
      else announceFailure(store, failure);
    }
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // What is typed is part of what is saved: VS Code hears of the key behind it.
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 's') return void send(true);
    event.stopPropagation();
    if (event.key === 'Escape') leave(true);
    else if (event.key === 'Enter' && event.target === text.current && !event.shiftKey && !event.altKey) void send(true);
    else return;
    event.preventDefault();
  };
  const onBlur = (event: FocusEvent<HTMLFormElement>): void => {
    if (event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)) return;
    // A window that loses the keyboard is no decision.
    if (document.hasFocus()) void send(false);
  };
  return (
    <form ref={formRef} className="value-form" data-own-keys onKeyDown={onKeyDown} onBlur={onBlur} onClick={(event) => event.stopPropagation()} onDoubleClick={(event) => event.stopPropagation()} onSubmit={(event) => event.preventDefault()}>
      <textarea
        ref={text}
        aria-label={strings.editing.editor([name, ...path].join('.'), formatCount(row + 1))}
        aria-invalid={error !== null}
        rows={Math.min(maxLines, linesOf(draft.text, lineLength))}
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

/** Lines that a text takes in a box of this width, in characters. */
function linesOf(text: string, width: number): number {
  return text.split('\n').reduce((sum, line) => sum + 1 + Math.floor(line.length / width), 0);
}
