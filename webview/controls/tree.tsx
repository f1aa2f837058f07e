import { useRef, useState, type KeyboardEvent, type ReactElement, type ReactNode } from 'react';
import { Icon } from './icons.tsx';

/** A line of a tree, in the order of drawing; lines under a closed one are left out. */
export interface TreeItem {
  readonly id: string;
  /** 0 at the top. */
  readonly depth: number;
  /** 1-based, among its siblings. */
  readonly position: number;
  readonly siblings: number;
  /** Undefined where there is nothing to expand. */
  readonly expanded?: boolean;
}

interface TreeProps<T extends TreeItem> {
  readonly label: string;
  readonly items: readonly T[];
  readonly onToggle: (item: T) => void;
  /** Enter on a line that has nothing to expand. */
  readonly onOpen?: (item: T) => void;
  readonly onCurrent?: (item: T) => void;
  /** `current`: this line has the tree's tab stop, so its own buttons may have theirs. */
  readonly children: (item: T, current: boolean) => ReactNode;
  readonly className?: string;
}

/** A tree with one tab stop and the keys of the ARIA pattern. */
export function Tree<T extends TreeItem>({ label, items, onToggle, onOpen, onCurrent, children, className = '' }: TreeProps<T>): ReactElement {
  const tree = useRef<HTMLDivElement>(null);
  const [chosen, choose] = useState<string>();
  const current = items.find((item) => item.id === chosen) ?? items[0];
  const go = (index: number): void => {
    const item = items[index];
    if (item === undefined) return;
    choose(item.id);
    tree.current?.querySelectorAll<HTMLElement>('[role="treeitem"]')[index]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLDivElement>): void => {
    const onLine = event.target instanceof HTMLElement && event.target.role === 'treeitem';
    const index = items.findIndex((item) => item.id === current?.id);
    if (!onLine || current === undefined || event.altKey || event.ctrlKey || event.metaKey) return;
    const action = keyAction(event.key, items, index);
    if (action === null) return;
    event.preventDefault();
    event.stopPropagation();
    if (typeof action === 'number') go(action);
    else if (action === 'toggle') onToggle(current);
    else onOpen?.(current);
  };
  return (
    <div ref={tree} role="tree" aria-label={label} className={`tree ${className}`} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <div
          key={item.id}
          role="treeitem"
          aria-level={item.depth + 1}
          aria-posinset={item.position}
          aria-setsize={item.siblings}
          aria-expanded={item.expanded}
          tabIndex={item.id === current?.id ? 0 : -1}
          className="tree-item"
          onFocus={() => {
            choose(item.id);
            onCurrent?.(item);
          }}
        >
          <span
            className="tree-lead"
            style={{ paddingInlineStart: `${item.depth * 14}px` }}
            onClick={() => {
              if (item.expanded !== undefined) onToggle(item);
            }}
          >
            {item.expanded === undefined ? <span className="icon" /> : <Icon name="chevron" className={item.expanded ? 'open' : ''} />}
          </span>
          {children(item, item.id === current?.id)}
        </div>
      ))}
    </div>
  );
}

/** What a key does: the line to go to, or what happens to the current one. */
export function keyAction(key: string, items: readonly TreeItem[], index: number): number | 'toggle' | 'open' | null {
  const current = items[index];
  if (current === undefined) return null;
  switch (key) {
    case 'ArrowDown':
      return Math.min(index + 1, items.length - 1);
    case 'ArrowUp':
      return Math.max(index - 1, 0);
    case 'Home':
      return 0;
    case 'End':
      return items.length - 1;
    case 'ArrowRight':
      if (current.expanded === false) return 'toggle';
      return current.expanded === true && items[index + 1]?.depth === current.depth + 1 ? index + 1 : null;
    case 'ArrowLeft':
      return current.expanded === true ? 'toggle' : parentOf(items, index);
    case 'Enter':
    case ' ':
      return current.expanded === undefined ? 'open' : 'toggle';
    default:
      return null;
  }
}

function parentOf(items: readonly TreeItem[], index: number): number | null {
  const depth = items[index]?.depth ?? 0;
  const parent = items.slice(0, index).findLastIndex((item) => item.depth < depth);
  return parent === -1 ? null : parent;
}
