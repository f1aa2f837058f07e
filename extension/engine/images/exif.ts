/** A tag as the EXIF standard numbers it. */
const WANTED: Readonly<Record<number, string>> = {
  0x010e: 'Description',
  0x010f: 'Camera maker',
  0x0110: 'Camera',
  0x0131: 'Software',
  0x013b: 'Artist',
  0x8298: 'Copyright',
  0x829a: 'Exposure',
  0x829d: 'Aperture',
  0x8827: 'ISO',
  0x9003: 'Taken',
  0x920a: 'Focal length',
  0xa434: 'Lens',
};
const EXIF_DIRECTORY = 0x8769;
const GPS_DIRECTORY = 0x8825;

/** Entries of one directory that are looked at, and characters of one text that are kept: the block comes from the file. */
const MAX_ENTRIES = 512;
const MAX_TEXT = 200;

const ASCII = 2;
const SHORT = 3;
const LONG = 4;
const RATIONAL = 5;

type Facts = readonly (readonly [label: string, text: string])[];

interface Block {
  readonly bytes: DataView;
  readonly little: boolean;
}

interface Entry {
  readonly tag: number;
  readonly type: number;
  readonly count: number;
  /** Where the value is in the block. */
  readonly at: number;
}

/**
 * What an EXIF block says of camera and exposure, for a person. Of a place only that there is one: it is the reader who
 * decides whether to look. A block that is damaged says what it says up to there.
 */
export function readExif(exif: Uint8Array): Facts {
  const prefix = exif[0] === 0x45 && exif[1] === 0x78 ? 6 : 0;
  const bytes = new DataView(exif.buffer, exif.byteOffset + Math.min(prefix, exif.byteLength), Math.max(0, exif.byteLength - prefix));
  const facts = new Map<number, string>();
  try {
    const order = bytes.getUint16(0);
    if (order !== 0x4949 && order !== 0x4d4d) return [];
    const block: Block = { bytes, little: order === 0x4949 };
    const first = entriesAt(block, long(block, 4));
    const second = first.filter(({ tag, type }) => tag === EXIF_DIRECTORY && type === LONG).slice(0, 1).flatMap(({ at }) => entriesAt(block, long(block, at)));
    for (const entry of [...first, ...second]) note(block, entry, facts);
  } catch {
    // What was read before the damage stands.
  }
  const labels = Object.entries(WANTED).flatMap(([tag, label]) => {
    const text = facts.get(Number(tag));
    return text === undefined ? [] : [[label, text] as const];
  });
  return facts.has(GPS_DIRECTORY) ? [...labels, ['Place', 'recorded (GPS)']] : labels;
}

function note(block: Block, entry: Entry, facts: Map<number, string>): void {
  if (entry.tag === GPS_DIRECTORY) facts.set(entry.tag, '');
  if (WANTED[entry.tag] === undefined || facts.has(entry.tag)) return;
  const text = valueText(block, entry);
  if (text !== '') facts.set(entry.tag, text);
}

function entriesAt({ bytes, little }: Block, start: number): Entry[] {
  const count = Math.min(MAX_ENTRIES, bytes.getUint16(start, little));
  const entries: Entry[] = [];
  for (let i = 0; i < count; i++) {
    const at = start + 2 + 12 * i;
    if (at + 12 > bytes.byteLength) break;
    const type = bytes.getUint16(at + 2, little);
    const length = bytes.getUint32(at + 4, little);
    const inside = length * (SIZES[type] ?? Infinity) <= 4;
    entries.push({ tag: bytes.getUint16(at, little), type, count: length, at: inside ? at + 8 : bytes.getUint32(at + 8, little) });
  }
  return entries;
}

const SIZES: Readonly<Record<number, number>> = { [ASCII]: 1, [SHORT]: 2, [LONG]: 4, [RATIONAL]: 8 };

/** The value as a person writes it; empty where it has a form that is not the tag's, or lies outside the block. */
function valueText(block: Block, { tag, type, count, at }: Entry): string {
  const { bytes, little } = block;
  if (type === ASCII) return asciiText(bytes, at, count);
  if (at + (SIZES[type] ?? Infinity) > bytes.byteLength) return '';
  if (type === SHORT) return tag === 0x8827 ? String(bytes.getUint16(at, little)) : '';
  if (type !== RATIONAL) return '';
  const [above, below] = [long(block, at), long(block, at + 4)];
  if (below === 0 || above === 0) return '';
  const value = above / below;
  if (tag === 0x829a) return value < 1 ? `1/${Math.round(1 / value)} s` : `${short(value)} s`;
  if (tag === 0x829d) return `f/${short(value)}`;
  return tag === 0x920a ? `${short(value)} mm` : '';
}

function asciiText(bytes: DataView, at: number, count: number): string {
  const length = Math.max(0, Math.min(count, MAX_TEXT, bytes.byteLength - at));
  const text = new TextDecoder().decode(new Uint8Array(bytes.buffer, bytes.byteOffset + at, length));
  return (text.split('\0')[0] ?? '').replace(/[\u0000-\u001f\u007f]/g, ' ').trim();
}

function long({ bytes, little }: Block, at: number): number {
  return bytes.getUint32(at, little);
}

function short(value: number): string {
  return String(Number(value.toFixed(1)));
}
