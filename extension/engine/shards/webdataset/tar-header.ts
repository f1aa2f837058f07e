/** One 512-byte tar header, in all dialects: v7, ustar, star, GNU. Pure; layouts from POSIX.1-2017 pax and GNU tar's `tar.h`. */

export const BLOCK = 512;

export type TarDialect = 'v7' | 'ustar' | 'star' | 'gnu' | 'pax';

/** What a member is; an unknown type flag is told as `type X` and read as a file, as POSIX asks. */
export type MemberType = string;

const TYPES: Readonly<Record<string, MemberType>> = {
  '\0': 'file',
  '0': 'file',
  '1': 'hard link',
  '2': 'symbolic link',
  '3': 'character device',
  '4': 'block device',
  '5': 'directory',
  '6': 'fifo',
  '7': 'contiguous file',
  S: 'sparse file',
  M: 'continued file',
  D: 'directory list',
  V: 'volume label',
};

/** Types that never have bytes in the archive, whatever their size field says. */
const WITHOUT_DATA = new Set(['1', '2', '3', '4', '5', '6']);
/** Types whose bytes are those of a regular file. */
const REGULAR = new Set(['\0', '0', '7', 'S']);

export function memberType(flag: string): MemberType {
  return TYPES[flag] ?? `type ${/[!-~]/.test(flag) ? flag : `0x${flag.charCodeAt(0).toString(16)}`}`;
}

export function hasData(flag: string): boolean {
  return !WITHOUT_DATA.has(flag);
}

export function isRegular(flag: string): boolean {
  return REGULAR.has(flag);
}

/** Bytes up to the next block boundary. */
export function padded(size: number): number {
  return Math.ceil(size / BLOCK) * BLOCK;
}

/** The string of bytes `[start, end)` up to a NUL: UTF-8 where it is that, else Latin-1. */
export function decodeText(bytes: Buffer, start: number, end: number): string {
  let stop = start;
  let ascii = true;
  while (stop < end) {
    const byte = bytes[stop] ?? 0;
    if (byte === 0) break;
    if (byte > 127) ascii = false;
    stop++;
  }
  return ascii ? bytes.toString('latin1', start, stop) : decodeBytes(bytes.subarray(start, stop));
}

const STRICT = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** UTF-8 where the bytes are that, else Latin-1, which never fails. */
export function decodeBytes(bytes: Buffer): string {
  try {
    return STRICT.decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/**
 * A number field: octal text, or GNU's base-256 where the first bit is set. NaN where it is neither; an
 * empty field is 0.
 */
export function parseNumber(bytes: Buffer, start: number, length: number): number {
  const first = bytes[start] ?? 0;
  if (first >= 0x80) return parseBase256(bytes, start, length);
  let value = 0;
  let digits = 0;
  for (let at = start; at < start + length; at++) {
    const byte = bytes[at] ?? 0;
    if (byte >= 0x30 && byte <= 0x37) {
      value = value * 8 + (byte - 0x30);
      digits++;
    } else if (byte === 0 || (byte === 0x20 && digits > 0)) {
      return value;
    } else if (byte !== 0x20) {
      return Number.NaN;
    }
  }
  return value;
}

function parseBase256(bytes: Buffer, start: number, length: number): number {
  const negative = (bytes[start] ?? 0) === 0xff;
  let value = negative ? -1 : (bytes[start] ?? 0) & 0x7f;
  for (let at = start + 1; at < start + length; at++) value = value * 256 + (bytes[at] ?? 0);
  return value;
}

/** Whether the block's checksum holds, counted with unsigned or (old Sun and HP-UX) signed bytes. */
export function checksumHolds(bytes: Buffer, at: number): boolean {
  const stored = parseNumber(bytes, at + 148, 8);
  let sum = 8 * 0x20;
  let high = 0;
  for (let index = at; index < at + 148; index++) {
    const byte = bytes[index] ?? 0;
    sum += byte;
    high += byte >> 7;
  }
  for (let index = at + 156; index < at + BLOCK; index++) {
    const byte = bytes[index] ?? 0;
    sum += byte;
    high += byte >> 7;
  }
  return stored === sum || stored === sum - 256 * high;
}

export function isZeroBlock(bytes: Buffer, at: number): boolean {
  if (bytes[at] !== 0) return false;
  for (let index = at; index < at + BLOCK; index++) if (bytes[index] !== 0) return false;
  return true;
}

export function blockDialect(bytes: Buffer, at: number): TarDialect {
  if (bytes.toString('latin1', at + 257, at + 262) !== 'ustar') return 'v7';
  if (bytes[at + 262] === 0x20) return 'gnu';
  return bytes.toString('latin1', at + 508, at + 511) === 'tar' ? 'star' : 'ustar';
}

/** The name in the block itself, with ustar's or star's prefix. */
export function blockName(bytes: Buffer, at: number, dialect: TarDialect): string {
  const name = decodeText(bytes, at, at + 100);
  if (dialect === 'v7' || bytes[at + 345] === 0) return name;
  if (dialect === 'gnu' && hasTimes(bytes, at)) return name;
  const prefix = decodeText(bytes, at + 345, at + (dialect === 'star' ? 476 : 500));
  return `${prefix}/${name}`;
}

/** GNU has two times where ustar has the prefix; archives of Go before 1.8 have a prefix there all the same. */
function hasTimes(bytes: Buffer, at: number): boolean {
  return !Number.isNaN(parseNumber(bytes, at + 345, 12)) && !Number.isNaN(parseNumber(bytes, at + 357, 12));
}
