import { useEffect, useRef, type ReactElement, type ReactNode, type RefObject } from 'react';

interface PopoverProps {
  readonly label: string;
  /** What it belongs to: it stands below, and Escape leads back there. */
  readonly anchor: RefObject<HTMLElement | null>;
  readonly onClose: () => void;
  readonly children: ReactNode;
  readonly className?: string;
}

const FOCUSABLE = 'vscode-text-field, textarea, input, select, vscode-checkbox, button, vscode-button';

/** A box over everything else, next to what opened it. A click elsewhere and Escape close it. */
export function Popover({ label, anchor, onClose, children, className = '' }: PopoverProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const close = useRef(onClose);
  useEffect(() => {
    close.current = onClose;
  }, [onClose]);
  useEffect(() => {
    const element = box.current;
    const source = anchor.current;
    if (element === null) return;
    element.showPopover(source === null ? {} : { source });
    // The toolkit's elements draw their insides after they are connected.
    const frame = requestAnimationFrame(() => {
      const start = element.querySelector<HTMLElement>('[data-autofocus]') ?? element;
      (start.matches(FOCUSABLE) ? start : start.querySelector<HTMLElement>(FOCUSABLE))?.focus();
    });
    const onToggle = (event: ToggleEvent): void => {
      if (event.newState === 'closed') close.current();
    };
    element.addEventListener('toggle', onToggle);
    return () => {
      cancelAnimationFrame(frame);
      element.removeEventListener('toggle', onToggle);
      const inside = element.contains(document.activeElement) || document.activeElement === document.body;
      if (inside) source?.focus();
    };
  }, [anchor]);
  return (
    <div ref={box} popover="auto" role="dialog" aria-label={label} className={`popover ${className}`} onKeyDown={(event) => event.stopPropagation()}>
      {children}
    </div>
  );
}
