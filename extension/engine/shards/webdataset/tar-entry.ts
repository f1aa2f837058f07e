import { parsePax, type PaxRecords } from './pax.ts';
import { isSound, MAX_PIECES, parseMapInData, parsePairList, readOldPairs, type SparseMap } from './sparse.ts';
import {
  BLOCK,
  blockDialect,
  blockName,
  checksumHolds,
  decodeText,
  hasData,
  isZeroBlock,
  padded,
  parseNumber,
  type TarDialect,
} from './tar-header.ts';

/** A member as its headers tell it. All offsets are in the (decompressed) archive. */
export interface TarEntry {
  /** The first block that belongs to it, extended headers included. */
  readonly start: number;
  /** Its own header block. */
  readonly header: number;
  readonly dataOffset: number;
  /** Bytes stored at `dataOffset`. */
  readonly stored: number;
  /** Bytes of the member; more than `stored` when it is sparse. */
  readonly size: number;
  /** Where the next header is. */
  readonly next: number;
  /** The type flag of the header; a v7 directory is told as `5`. */
  readonly flag: string;
  readonly name: string;
  readonly link: string;
  readonly dialect: TarDialect;
  readonly sparse: SparseMap | null;
  readonly pax: ReadonlyMap<string, string> | null;
  /** Something in its headers that is wrong but could be read around. */
  readonly flaw: string | null;
}

export type Parsed =
  | { readonly kind: 'entry'; readonly entry: TarEntry }
  /** A global header: its records count for all members from `next` on. */
  | { readonly kind: 'global'; readonly records: ReadonlyMap<string, string>; readonly next: number }
  /** An extended header too large to be kept; the member behind it goes without. */
  | { readonly kind: 'oversized'; readonly size: number; readonly next: number }
  | { readonly kind: 'zero' }
  | { readonly kind: 'bad'; readonly why: string }
  /** The bytes up to this offset are needed to go on. */
  | { readonly kind: 'need'; readonly end: number };

/** Bytes of one extended header or sparse map; GNU tar, Go and libarchive stop at about the same. */
const MAX_EXTENDED = 1024 * 1024;
/** Extended headers in front of one member. */
const MAX_CHAIN = 16;
const NO_RECORDS: ReadonlyMap<string, string> = new Map();

/** Archive bytes in memory: `bytes[0]` is at offset `base`. */
export interface Window {
  readonly bytes: Buffer;
  readonly base: number;
}

/** What the extended headers in front of a member say about it. */
interface Ahead {
  name: string | null;
  link: string | null;
  pax: PaxRecords | null;
  flaw: string | null;
}

/**
 * Parses the member whose first block is at offset `at`: its extended headers, its header and its sparse
 * map. Pure: asks for more bytes instead of reading them.
 */
export function parseEntry(window: Window, at: number, globals: ReadonlyMap<string, string> = NO_RECORDS): Parsed {
  const ahead: Ahead = { name: null, link: null, pax: null, flaw: null };
  const { bytes, base } = window;
  let position = at;
  for (let chain = 0; chain <= MAX_CHAIN; chain++) {
    const local = position - base;
    if (local + BLOCK > bytes.length) return { kind: 'need', end: position + BLOCK };
    if (!checksumHolds(bytes, local)) {
      if (isZeroBlock(bytes, local)) return { kind: 'zero' };
      return { kind: 'bad', why: 'its checksum does not hold' };
    }
    const flag = String.fromCharCode(bytes[local + 156] ?? 0);
    if (!'xgXLKN'.includes(flag)) return readMember(window, at, position, ahead, globals);
    const size = parseNumber(bytes, local + 124, 12);
    if (!(size >= 0)) return { kind: 'bad', why: 'the size of its extended header is no number' };
    const next = position + BLOCK + padded(size);
    if (size > MAX_EXTENDED) return { kind: 'oversized', size, next };
    if (next > base + bytes.length) return { kind: 'need', end: next };
    const payload = bytes.subarray(local + BLOCK, local + BLOCK + size);
    if (flag === 'g') return { kind: 'global', records: parsePax(payload).records, next };
    takeExtended(flag, payload, ahead);
    position = next;
  }
  return { kind: 'bad', why: `more than ${MAX_CHAIN} extended headers are in front of it` };
}

function takeExtended(flag: string, payload: Buffer, ahead: Ahead): void {
  if (flag === 'L') ahead.name = decodeText(payload, 0, payload.length);
  else if (flag === 'K') ahead.link = decodeText(payload, 0, payload.length);
  else if (flag === 'x' || flag === 'X') {
    // Solaris writes 'X' with the same records. Of several headers in a row the last word on a key counts.
    const pax = parsePax(payload);
    ahead.pax = ahead.pax === null ? pax : { ...pax, records: new Map([...ahead.pax.records, ...pax.records]) };
    if (pax.damaged) ahead.flaw = 'its pax header is damaged';
  }
}

function readMember(window: Window, start: number, header: number, ahead: Ahead, globals: ReadonlyMap<string, string>): Parsed {
  const { bytes, base } = window;
  const local = header - base;
  const dialect = blockDialect(bytes, local);
  const records = ahead.pax?.records ?? (globals.size > 0 ? NO_RECORDS : null);
  const said = (key: string): string | undefined => (records === null ? undefined : (records.get(key) ?? globals.get(key)));

  const declared = parseNumber(bytes, local + 124, 12);
  const paxSize = said('size');
  let stored = paxSize !== undefined && /^\d+$/.test(paxSize) ? Number(paxSize) : declared;
  if (!(stored >= 0) || stored > Number.MAX_SAFE_INTEGER - header) return { kind: 'bad', why: 'its size is no number' };

  const name = said('GNU.sparse.name') ?? (said('path') || null) ?? ahead.name ?? blockName(bytes, local, dialect);
  let flag = String.fromCharCode(bytes[local + 156] ?? 0);
  if ((flag === '\0' || (flag === '0' && dialect === 'v7')) && name.endsWith('/')) flag = '5';
  if (!hasData(flag)) stored = 0;
  const link = flag === '1' || flag === '2' ? ((said('linkpath') || null) ?? ahead.link ?? decodeText(bytes, local + 157, local + 257)) : '';
  const plain = { start, header, flag, name, link, dialect: ahead.pax === null ? dialect : 'pax', pax: records, flaw: ahead.flaw } as const;
  const body = { dataOffset: header + BLOCK, stored, size: stored, sparse: null, next: header + BLOCK + padded(stored) };
  if (flag === 'S' && dialect === 'gnu') return withOldMap(window, { ...plain, ...body });
  if (ahead.pax !== null && ahead.pax.records.size > 0) return withPaxMap(window, { ...plain, ...body }, ahead.pax);
  return { kind: 'entry', entry: { ...plain, ...body } };
}

/** GNU's own sparse format: four pairs in the header, then blocks of 21 pairs. */
function withOldMap(window: Window, entry: TarEntry): Parsed {
  const { bytes, base } = window;
  const local = entry.header - base;
  const map: number[] = [];
  let more = readOldPairs(bytes, local + 386, 4, map) && bytes[local + 482] !== 0;
  // A map may end early and still be said to go on; the flag decides where the data begins.
  more = more || bytes[local + 482] === 1;
  let at = local + BLOCK;
  while (more && map.length <= MAX_PIECES * 2) {
    if (at + BLOCK > bytes.length) return { kind: 'need', end: base + at + BLOCK };
    readOldPairs(bytes, at, 21, map);
    more = bytes[at + 504] === 1;
    at += BLOCK;
  }
  const size = parseNumber(bytes, local + 483, 12);
  const dataOffset = base + at;
  return finishSparse({ ...entry, dataOffset, size, next: dataOffset + padded(entry.stored) }, map);
}

/** The three formats that GNU tar writes into pax headers. */
function withPaxMap(window: Window, entry: TarEntry, pax: PaxRecords): Parsed {
  const { records } = pax;
  const realSize = Number(records.get('GNU.sparse.realsize') ?? records.get('GNU.sparse.size') ?? Number.NaN);
  if (records.get('GNU.sparse.major') === '1') {
    const local = entry.dataOffset - window.base;
    const found = parseMapInData(window.bytes.subarray(local, local + Math.min(entry.stored, MAX_EXTENDED)));
    if (found === null) {
      const available = window.bytes.length - local;
      if (available >= Math.min(entry.stored, MAX_EXTENDED)) return finishSparse(entry, [Number.NaN, 0]);
      return { kind: 'need', end: entry.dataOffset + Math.min(entry.stored, Math.max(BLOCK, available * 2)) };
    }
    const stored = Math.max(0, entry.stored - found.length);
    return finishSparse({ ...entry, dataOffset: entry.dataOffset + found.length, stored, size: realSize }, found.map);
  }
  const list = records.get('GNU.sparse.map');
  if (list !== undefined) return finishSparse({ ...entry, size: realSize }, parsePairList(list));
  if (pax.sparsePairs.length > 0) return finishSparse({ ...entry, size: realSize }, pax.sparsePairs);
  return { kind: 'entry', entry };
}

/** A map that makes no sense is dropped, and the stored bytes are shown as they are. */
function finishSparse(entry: TarEntry, sparse: SparseMap): Parsed {
  if (entry.size >= 0 && isSound(sparse, entry.size, entry.stored)) return { kind: 'entry', entry: { ...entry, sparse } };
  return { kind: 'entry', entry: { ...entry, size: entry.stored, sparse: null, flaw: 'its sparse map is damaged; the stored bytes are shown' } };
}

/** What a member list shows beside name, type and size. */
export interface MemberDetails {
  /** Permission bits, in octal: `0644`. */
  readonly mode: string;
  /** Seconds since 1970 as the archive has them, with pax' fraction; empty where there are none. */
  readonly mtime: string;
}

/** Mode and time of a parsed entry; `window` holds its header. */
export function memberDetails(window: Window, entry: TarEntry, globals: ReadonlyMap<string, string> = NO_RECORDS): MemberDetails {
  const local = entry.header - window.base;
  const mode = parseNumber(window.bytes, local + 100, 8);
  const seconds = parseNumber(window.bytes, local + 136, 12);
  const pax = entry.pax?.get('mtime') ?? globals.get('mtime');
  const mtime = pax !== undefined && /^-?\d+(\.\d*)?$/.test(pax) ? pax : Number.isNaN(seconds) ? '' : String(seconds);
  return { mode: Number.isNaN(mode) ? '' : (mode & 0o7777).toString(8).padStart(4, '0'), mtime };
}

