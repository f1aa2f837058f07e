import { useEffect } from 'react';
import type { ViewCommand } from '../../extension/protocol/webview.ts';
import { runCommand } from './commands.ts';
import { useSession } from './session.ts';

/** Elements that have an undo of their own. */
const TEXT_BOXES = 'vscode-text-field, input, textarea, select';

/** Keys of the whole page. */
export function usePageKeys(): void {
  const session = useSession();
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      // Once cells were edited here, undo is theirs: VS Code does it. Filters have buttons of their own for it.
      const command = commandOf(event, session.store.state.edits > 0);
      if (command === null) return;
      event.preventDefault();
      // VS Code listens on the window and would send the same command once more, a moment later, into what is being typed.
      event.stopPropagation();
      runCommand(session, command);
    };
    document.addEventListener('keydown', onKeyDown);
    return () => document.removeEventListener('keydown', onKeyDown);
  }, [session]);
}

function commandOf(event: KeyboardEvent, isEdited: boolean): ViewCommand | null {
  if (event.altKey) return null;
  if (event.key === 'F3') return event.shiftKey ? 'previousMatch' : 'nextMatch';
  if (!event.ctrlKey && !event.metaKey) return null;
  const key = event.key.toLowerCase();
  const writing = event.target instanceof Element && event.target.closest(TEXT_BOXES) !== null;
  if (!writing && !isEdited && (key === 'z' || key === 'y')) return key === 'y' || event.shiftKey ? 'redoFilter' : 'undoFilter';
  if (event.shiftKey) return null;
  if (key === 'g') return 'goToRow';
  // At the side the row is what the eyes are on.
  if (key === 'f') return event.target instanceof Element && event.target.closest('.inspector') !== null ? 'find' : 'search';
  return null;
}
