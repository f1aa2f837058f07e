import type { ColumnKind } from '../../extension/protocol/shards.ts';
import type { GridCell } from './grid/page-cache.ts';
import { strings } from '../strings.ts';
import { formatBytes } from './numbers.ts';

/** Text on one line: line breaks and tabs become signs, so that nothing of it is lost from sight. */
export function oneLine(text: string): string {
  return text.replace(/\r\n|[\n\r\u0085\u2028\u2029]/g, '↵').replace(/\t/g, '⇥');
}

/** How a cell of the grid looks. */
export interface CellLook {
  readonly text: string;
  readonly className: string;
  /** The tooltip, where it says more than the cell. */
  readonly title?: string;
  /** What a screen reader says instead of the text. */
  readonly label?: string;
}

/** The look of a cell that is there. Images are drawn by their own component. */
export function cellLook(cell: GridCell): CellLook {
  switch (cell.kind) {
    case 'null':
      return { text: 'null', className: 'cell-null' };
    case 'missing':
      return { text: '·', className: 'cell-missing', label: strings.missing };
    case 'bytes':
    case 'image':
      return { text: cell.text === '' ? formatBytes(cell.size) : oneLine(cell.text), className: 'cell-bytes' };
    case 'invalid':
      return { text: oneLine(cell.text), className: 'cell-invalid', title: cell.text, label: strings.invalidCell(cell.text) };
    case 'vector':
      return { text: cell.text, className: 'cell-vector', title: strings.vectorTitle(cell.size) };
    default:
      return cutLook(cell);
  }
}

function cutLook(cell: GridCell): CellLook {
  const line = oneLine(cell.text);
  const className = `cell-${cell.kind}`;
  if (cell.size === 0) return line.length > 40 ? { text: line, className, title: cell.text } : { text: line, className };
  const size = cell.kind === 'list' || cell.kind === 'struct' || cell.kind === 'map' ? strings.items(cell.size) : strings.characters(cell.size);
  return { text: `${line.replace(/…$/, '')}…`, className, title: `${cell.text}…\n\n${size}` };
}

/** Whether cells of a column stand at its right edge. */
export function alignsRight(kind: ColumnKind): boolean {
  return kind === 'number' || kind === 'bytes';
}

/** The 0-based row that a person means by `1,234`; null where there is no such row. */
export function parseRowNumber(text: string, rows: number): number | null {
  const digits = text.replace(/[\s,_.']/g, '');
  if (!/^\d{1,15}$/.test(digits)) return null;
  const row = Number(digits) - 1;
  return row >= 0 && row < rows ? row : null;
}
