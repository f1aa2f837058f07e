import { useEffect, useRef, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';

interface ToolbarProps {
  readonly label: string;
  readonly children: ReactNode;
  readonly className?: string;
}

const ITEMS = 'vscode-button:not([disabled])';

/** Buttons with one tab stop: arrows, Home and End go from one to the next. */
export function Toolbar({ label, children, className = '' }: ToolbarProps): ReactElement {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const items = itemsOf(bar.current);
    const current = items.find((item) => item.tabIndex === 0 && item.dataset.current === 'true') ?? items[0];
    for (const item of items) item.tabIndex = item === current ? 0 : -1;
  });
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const items = itemsOf(bar.current);
    const index = items.findIndex((item) => item === event.target);
    const to = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: items.length - 1 }[event.key];
    if (index === -1 || to === undefined) return;
    event.preventDefault();
    const next = items[(to + items.length) % items.length];
    for (const item of items) {
      item.tabIndex = item === next ? 0 : -1;
      item.dataset.current = String(item === next);
    }
    next?.focus();
  };
  return (
    <div ref={bar} role="toolbar" aria-label={label} className={`toolbar ${className}`} onKeyDown={onKeyDown}>
      {children}
    </div>
  );
}

function itemsOf(bar: HTMLElement | null): HTMLElement[] {
  return bar === null ? [] : [...bar.querySelectorAll<HTMLElement>(ITEMS)];
}
