import type { BytesValue, Value, ValuePath } from '../../protocol/values.ts';
import { sniffImage } from './sniff.ts';

/** More pictures than this of one cell are not looked for. */
const MAX_LOCATIONS = 64;

/**
 * Where pictures are inside a cell: bytes that are one (`[]`), a struct with such `bytes` (`['bytes']`), or a
 * list of these (`[i]`, `[i, 'bytes']`). Decided by magic bytes, so the value must carry the first 64.
 */
export function imageLocations(value: Value): ValuePath[] {
  const own = ownLocation(value);
  if (own !== null) return [own];
  if (typeof value !== 'object' || value === null || value.type !== 'list') return [];
  const found: ValuePath[] = [];
  for (const [index, item] of value.items.entries()) {
    const location = ownLocation(item);
    if (location !== null) found.push([index, ...location]);
    if (found.length === MAX_LOCATIONS) break;
  }
  return found;
}

function ownLocation(value: Value): ValuePath | null {
  if (typeof value !== 'object' || value === null) return null;
  if (value.type === 'bytes') return isPicture(value) ? [] : null;
  if (value.type !== 'struct') return null;
  const bytes = value.entries.find(([name]) => name === 'bytes')?.[1];
  const inside = typeof bytes === 'object' && bytes !== null && bytes.type === 'bytes' && isPicture(bytes);
  return inside ? ['bytes'] : null;
}

function isPicture(value: BytesValue): boolean {
  return sniffImage(value.head) !== null;
}
