import type { CellKind } from '../../protocol/shards.ts';
import { GRID_LIMITS, type Value } from '../../protocol/values.ts';
import { imageLocations } from '../images/locate.ts';
import { jsonText } from './json-text.ts';

/** A cell of the grid: one line of text, what it is, and its true size when it was cut. */
export interface CellText {
  readonly text: string;
  readonly kind: CellKind;
  /** UTF-16 units, bytes or items; 0 where nothing was cut. */
  readonly size: number;
}

/** One line for the grid; the text is never longer than `limit` UTF-16 units. */
export function cellText(value: Value, limit = GRID_LIMITS.text): CellText {
  const cell = describe(value);
  if (cell.text.length <= limit) return cell;
  return { ...cell, text: cell.text.slice(0, limit), size: cell.size || cell.text.length };
}

function describe(value: Value): CellText {
  if (value === null) return { text: '', kind: 'null', size: 0 };
  if (typeof value === 'boolean') return { text: String(value), kind: 'boolean', size: 0 };
  if (typeof value === 'string') return { text: value, kind: 'text', size: 0 };
  switch (value.type) {
    case 'number':
      return { text: value.text, kind: 'number', size: 0 };
    case 'temporal':
      return { text: value.text, kind: 'temporal', size: 0 };
    case 'text':
      return { text: value.text, kind: 'text', size: value.length };
    case 'bytes':
      return { text: '', kind: imageLocations(value).length > 0 ? 'image' : 'bytes', size: value.size };
    case 'vector':
      return { text: `${value.dimension} · ‖${value.norm.toPrecision(4)}‖`, kind: 'vector', size: value.dimension };
    case 'missing':
      return { text: '', kind: 'missing', size: 0 };
    case 'invalid':
      return { text: value.message, kind: 'invalid', size: 0 };
    case 'list':
    case 'struct':
    case 'map':
      return container(value);
  }
}

function container(value: Extract<Value, { type: 'list' | 'struct' | 'map' }>): CellText {
  if (imageLocations(value).length > 0) return { text: '', kind: 'image', size: value.length };
  const shown = value.type === 'list' ? value.items.length : value.entries.length;
  return { text: jsonText(value), kind: value.type, size: shown < value.length ? value.length : 0 };
}
