import { extname } from 'node:path';
import type { Picture } from '../protocol/engine.ts';
import { WHOLE_LIMITS, type BytesValue, type Value, type ValuePath } from '../protocol/values.ts';
import { LoupeError } from '../rpc/failure.ts';
import { imageLocations } from './images/locate.ts';
import { picture } from './images/picture.ts';
import { thumbnail } from './images/thumbnail.ts';
import { locateValue } from './pages/locate-value.ts';
import type { PictureWindows } from './picture-windows.ts';
import type { Shard } from './shards/shard.ts';

/** Encoded pictures above this are not decoded, in bytes. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

interface CellPath {
  readonly row: number;
  readonly column: number;
  readonly path: ValuePath;
}

/** A picture of a cell, small and upright; its neighbours are read with it. */
export async function cellThumbnail(
  windows: PictureWindows,
  shard: Shard,
  { height, ...cell }: CellPath & { readonly height: number },
  signal: AbortSignal,
): Promise<Picture> {
  const near = await windows.cell(shard, cell.row, cell.column, signal);
  const there = near === undefined ? null : encodedIn(shard, near, cell);
  const found = there === 'cut' || there === null ? await encodedPicture(shard, cell, signal) : there;
  return 'status' in found ? found : thumbnail(found.bytes, { height, ...found.named }, signal);
}

/** A picture of a cell as stored. */
export async function cellPicture(shard: Shard, cell: CellPath, signal: AbortSignal): Promise<Picture> {
  const found = await encodedPicture(shard, cell, signal);
  return 'status' in found ? found : picture(found.bytes, found.named, signal);
}

interface Encoded {
  readonly bytes: Uint8Array;
  readonly named: { readonly declared?: string };
}

type Broken = Extract<Picture, { status: 'broken' }>;

async function encodedPicture(shard: Shard, cell: CellPath, signal: AbortSignal): Promise<Encoded | Broken> {
  const limits = { ...WHOLE_LIMITS, bytes: MAX_PICTURE_BYTES };
  const values = await shard.read({ start: cell.row, end: cell.row + 1, columns: [cell.column], limits }, signal);
  const whole = values[0]?.[0];
  if (whole === undefined) throw new LoupeError('invalid-request', `There is no row ${cell.row + 1}.`);
  const found = encodedIn(shard, whole, cell);
  return found === 'cut' ? { status: 'broken', message: `The picture has more than ${MAX_PICTURE_BYTES} bytes, which Loupe does not decode.` } : found;
}

/** The encoded picture inside a cell; `cut` where the cell was read in part. */
function encodedIn(shard: Shard, whole: Value, cell: CellPath): Encoded | Broken | 'cut' {
  const found = firstPicture(whole, cell.path);
  if (found === null) return { status: 'broken', message: 'There is no picture in this cell.' };
  if (found.value.head.length < found.value.size) return 'cut';
  const declared = declaredType(whole, found.path, shard.state().columns[cell.column]?.name ?? '');
  return { bytes: found.value.head, named: declared === undefined ? {} : { declared } };
}

function firstPicture(whole: Value, path: ValuePath): { value: BytesValue; path: ValuePath } | null {
  const inside = locateValue(whole, path);
  if (inside === undefined) return null;
  const location = [...path, ...(imageLocations(inside)[0] ?? [])];
  const value = locateValue(whole, location);
  return typeof value === 'object' && value !== null && value.type === 'bytes' ? { value, path: location } : null;
}

/** The suffix that a name beside the bytes gives: `path` of an image struct, the field of a tar sample. */
function declaredType(whole: Value, path: ValuePath, column: string): string | undefined {
  const sibling = path.at(-1) === 'bytes' ? locateValue(whole, [...path.slice(0, -1), 'path']) : undefined;
  const name = typeof sibling === 'string' ? extname(sibling).slice(1) : (column.split(/[. ]/).at(-1) ?? '');
  return /^[A-Za-z0-9]{2,5}$/.test(name) && (typeof sibling === 'string' || KNOWN_SUFFIXES.has(name.toLowerCase())) ? name.toLowerCase() : undefined;
}

const KNOWN_SUFFIXES: ReadonlySet<string> = new Set(
  'jpg jpeg png webp gif avif heic tif tiff bmp ico svg jxl jp2 qoi ppm pgm pbm psd'.split(' '),
);
