import { useId, useState, type AriaAttributes, type KeyboardEvent, type ReactElement } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { suggest, wordBefore, type Suggestion } from './completion.ts';
import type { TextRange } from './place.ts';

/** A list that is open, and which of its suggestions Tab takes. */
interface Popup {
  readonly word: TextRange;
  readonly suggestions: readonly Suggestion[];
  readonly active: number;
}

export interface Completion {
  readonly id: string;
  readonly popup: Popup | null;
  /** For the text that is completed. */
  readonly attributes: AriaAttributes;
  /** The text was changed by writing. */
  readonly look: (text: string, caret: number) => void;
  /** Whether the key was for the list. */
  readonly onKey: (event: KeyboardEvent) => boolean;
  readonly accept: (index: number) => void;
  readonly close: () => void;
}

/** Completes the word before the caret. */
export function useCompletion(columns: readonly Column[], text: string, replace: (text: string, caret: number) => void): Completion {
  const id = useId();
  const [popup, setPopup] = useState<Popup | null>(null);
  const close = (): void => setPopup(null);
  const look = (next: string, caret: number): void => {
    const word = wordBefore(next, caret);
    const suggestions = word === null ? [] : suggest(next.slice(word.start, word.end), columns);
    setPopup(word === null || suggestions.length === 0 ? null : { word, suggestions, active: 0 });
  };
  const accept = (index: number): void => {
    const insert = popup?.suggestions[index]?.insert;
    if (popup === null || insert === undefined) return;
    const { start, end } = popup.word;
    replace(text.slice(0, start) + insert + text.slice(end), start + insert.length);
    close();
  };
  const onKey = (event: KeyboardEvent): boolean => {
    if (popup === null || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return false;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    const { length } = popup.suggestions;
    if (step !== undefined) setPopup({ ...popup, active: (popup.active + step + length) % length });
    else if (event.key === 'Tab') accept(popup.active);
    else if (event.key === 'Escape') close();
    else return false;
    return true;
  };
  const active = popup === null ? {} : { 'aria-activedescendant': `${id}-${popup.active}` };
  return { id, popup, attributes: { 'aria-autocomplete': 'list', 'aria-controls': id, ...active }, look, onKey, accept, close };
}

/** The list below the text. */
export function Suggestions({ completion: { id, popup, accept } }: { readonly completion: Completion }): ReactElement {
  return (
    <ul id={id} className="sql-suggestions" role="listbox" aria-label={strings.sql.suggestions} hidden={popup === null}>
      {popup?.suggestions.map(({ insert, label, detail }, index) => (
        <li
          key={insert}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === popup.active}
          onPointerDown={(event) => {
            // The text keeps the keyboard.
            event.preventDefault();
            accept(index);
          }}
        >
          <span className="sql-suggestion">{label}</span>
          {detail !== undefined && <span className="hint">{detail}</span>}
        </li>
      ))}
    </ul>
  );
}
