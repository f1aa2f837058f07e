import { dirname, extname } from 'node:path';
import type { CellPicture, CellThumbnail } from '../protocol/engine.ts';
import { WHOLE_LIMITS, type BytesValue, type Value, type ValuePath } from '../protocol/values.ts';
import { LoupeError } from '../rpc/failure.ts';
import { imageLocations } from './images/locate.ts';
import { picture } from './images/picture.ts';
import { thumbnail } from './images/thumbnail.ts';
import { locateValue } from './pages/locate-value.ts';
import type { PictureSources } from './picture-sources/picture-sources.ts';
import { pictureReference, type PictureReference } from './picture-sources/reference.ts';
import type { PictureWindows } from './picture-windows.ts';
import type { Shard } from './shards/shard.ts';

/** Encoded pictures above this are not decoded, in bytes. */
const MAX_PICTURE_BYTES = 64 * 1024 * 1024;

interface CellPath {
  readonly row: number;
  readonly column: number;
  readonly path: ValuePath;
  /** Where relative paths start; the shard's folder where absent. */
  readonly root?: string;
}

/** Where pictures come from. */
export interface PictureReaders {
  readonly windows: PictureWindows;
  readonly sources: PictureSources;
}

/** A picture of a cell, small and upright, and where the cell has others; its neighbours are read with it. */
export async function cellThumbnail({ windows, sources }: PictureReaders, shard: Shard, { height, ...cell }: CellPath & { readonly height: number }, signal: AbortSignal): Promise<CellThumbnail> {
  const near = await windows.cell(shard, cell.row, cell.column, signal);
  const there = near === undefined ? null : encodedIn(shard, near, cell);
  const found = there === 'cut' || there === null ? await encodedPicture(shard, cell, signal) : there;
  const encoded = await referredTo(sources, found, cell.root ?? folderOf(shard), signal);
  const places = near === undefined || cell.path.length > 0 ? [] : picturePlaces(near);
  const small = encoded.status === 'found' ? await thumbnail(encoded.bytes, { height, ...encoded.named }, signal) : encoded;
  return places.length > 1 ? { ...small, places } : small;
}

/** Where a cell's pictures are in it: bytes, or texts that say where one is. */
function picturePlaces(cell: Value): readonly ValuePath[] {
  const held = imageLocations(cell);
  if (held.length > 0 || typeof cell !== 'object' || cell?.type !== 'list') return held;
  return cell.items.flatMap((item, index): ValuePath[] => (item !== null && saysWhere(item) ? [[index]] : []));
}

/** Whether a value says where a picture is; of one that is cut it is taken for granted. */
function saysWhere(value: Value): boolean {
  const found = referenceIn(value);
  return found === 'cut' || found.status === 'elsewhere';
}

/** A picture of a cell as stored. */
export async function cellPicture({ sources }: PictureReaders, shard: Shard, cell: CellPath, signal: AbortSignal): Promise<CellPicture> {
  const encoded = await referredTo(sources, await encodedPicture(shard, cell, signal), cell.root ?? folderOf(shard), signal);
  return encoded.status === 'found' ? picture(encoded.bytes, encoded.named, signal) : encoded;
}

interface Encoded {
  readonly status: 'found';
  readonly bytes: Uint8Array;
  readonly named: { readonly declared?: string };
}

type NoPicture = Exclude<CellPicture, { status: 'ok' }>;

/** What a cell holds: a picture, a word of where one is, or neither. */
type InCell = Encoded | NoPicture | { readonly status: 'elsewhere'; readonly reference: PictureReference };

async function encodedPicture(shard: Shard, cell: CellPath, signal: AbortSignal): Promise<InCell> {
  const limits = { ...WHOLE_LIMITS, bytes: MAX_PICTURE_BYTES };
  const values = await shard.read({ start: cell.row, end: cell.row + 1, columns: [cell.column], limits }, signal);
  const whole = values[0]?.[0];
  if (whole === undefined) throw new LoupeError('invalid-request', `There is no row ${cell.row + 1}.`);
  const found = encodedIn(shard, whole, cell);
  return found === 'cut' ? { status: 'broken', message: `The picture has more than ${MAX_PICTURE_BYTES} bytes, which Loupe does not decode.` } : found;
}

/** What a cell refers to, fetched or read from where it is. */
async function referredTo(sources: PictureSources, found: InCell, root: string, signal: AbortSignal): Promise<Encoded | NoPicture> {
  if (found.status !== 'elsewhere') return found;
  const { reference } = found;
  const there = await sources.find(reference, { root, maxBytes: MAX_PICTURE_BYTES }, signal);
  if (there.status !== 'found') return there;
  const suffix = reference.kind === 'inline' ? '' : extname(reference.kind === 'path' ? reference.path : reference.url.pathname).slice(1).toLowerCase();
  return { ...there, named: KNOWN_SUFFIXES.has(suffix) ? { declared: suffix } : {} };
}

/** The folder that a shard is in; a set is told by its folder. */
function folderOf(shard: Shard): string {
  const { path, format } = shard.state();
  return format === 'set' ? path : dirname(path);
}

/** The encoded picture inside a cell; `cut` where the cell was read in part. */
function encodedIn(shard: Shard, whole: Value, cell: CellPath): InCell | 'cut' {
  const found = firstPicture(whole, cell.path);
  if (found === null) return referenceIn(locateValue(whole, cell.path));
  if (found.value.head.length < found.value.size) return 'cut';
  const declared = declaredType(whole, found.path, shard.state().columns[cell.column]?.name ?? '');
  return { status: 'found', bytes: found.value.head, named: declared === undefined ? {} : { declared } };
}

/** A text that says where the picture is; of a list the first such text, of an image struct its `path` or `url`. */
function referenceIn(value: Value | undefined): InCell | 'cut' {
  if (typeof value === 'object' && value?.type === 'text') return 'cut';
  if (typeof value === 'object' && value?.type === 'list') return referenceIn(value.items.find((item) => item !== null && saysWhere(item)));
  if (typeof value === 'object' && value?.type === 'struct') return referenceIn(value.entries.find(([name, inside]) => (name === 'path' || name === 'url') && inside !== null)?.[1]);
  const reference = typeof value === 'string' ? pictureReference(value) : null;
  return reference === null ? { status: 'broken', message: 'There is no picture in this cell.', nothing: true } : { status: 'elsewhere', reference };
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
