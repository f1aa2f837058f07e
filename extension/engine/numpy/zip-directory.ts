import { basename } from 'node:path';
import { LoupeError } from '../../rpc/failure.ts';
import type { ByteSource } from '../shards/source.ts';

/** A member of a zip archive. */
export interface ZipMember {
  readonly name: string;
  readonly stored: boolean;
  /** Checksum and bytes when unpacked. */
  readonly crc: number;
  readonly size: number;
  /** Where its bytes begin, and how many there are in the archive. */
  readonly start: number;
  readonly length: number;
}

const END_LENGTH = 22;
/** The end record may be followed by a comment of 64 KiB. */
const END_SEARCH = 65_535 + END_LENGTH;
const LOCATOR_LENGTH = 20;
const END64_LENGTH = 56;
const ENTRY_LENGTH = 46;
const LOCAL_LENGTH = 30;
/** Limits of what is taken for an archive of arrays. */
const MAX_DIRECTORY = 4 * 1024 * 1024;
const MAX_MEMBERS = 1_000;

/** The members of a zip archive, from its directory at the end; zip64 too. Nothing is unpacked. @throws LoupeError `malformed`, `unsupported`, `encrypted` */
export async function readZipDirectory(source: ByteSource): Promise<readonly ZipMember[]> {
  const { start, length, count } = await findDirectory(source);
  if (length > MAX_DIRECTORY || count > MAX_MEMBERS) throw fault(source, 'too-large', `has ${count} members; ${MAX_MEMBERS} are read at most`);
  const directory = await source.slice(start, start + length);
  if (directory.length < length) throw malformed(source, 'has a directory that goes beyond its end');
  const entries = parseEntries(source, directory, count);
  const members: ZipMember[] = [];
  for (const entry of entries) members.push(await locate(source, entry, start));
  checkApart(source, members);
  return members;
}

interface Entry {
  readonly name: string;
  readonly stored: boolean;
  readonly crc: number;
  readonly size: number;
  readonly offset: number;
  readonly length: number;
}

async function findDirectory(source: ByteSource): Promise<{ start: number; length: number; count: number }> {
  const tailStart = Math.max(0, source.byteLength - END_SEARCH);
  const tail = await source.slice(tailStart, source.byteLength);
  const end = tail.lastIndexOf('PK\x05\x06', tail.length - END_LENGTH, 'latin1');
  if (end === -1) throw malformed(source, 'is no zip archive, or its end is missing');
  const plain = { start: tail.readUInt32LE(end + 16), length: tail.readUInt32LE(end + 12), count: tail.readUInt16LE(end + 10) };
  const wide = plain.start === 0xffffffff || plain.length === 0xffffffff || plain.count === 0xffff ? await findDirectory64(source, tailStart + end) : null;
  const found = wide ?? plain;
  if (found.start + found.length > tailStart + end) throw malformed(source, 'has a directory that goes beyond its end');
  return found;
}

async function findDirectory64(source: ByteSource, end: number): Promise<{ start: number; length: number; count: number }> {
  const locator = await source.slice(Math.max(0, end - LOCATOR_LENGTH), end);
  const record = locator.length === LOCATOR_LENGTH && locator.toString('latin1', 0, 4) === 'PK\x06\x07' ? await source.slice(position(source, locator, 8), position(source, locator, 8) + END64_LENGTH) : null;
  if (record?.length !== END64_LENGTH || record.toString('latin1', 0, 4) !== 'PK\x06\x06') throw malformed(source, 'lacks the zip64 record that its end promises');
  return { start: position(source, record, 48), length: position(source, record, 40), count: position(source, record, 32) };
}

function parseEntries(source: ByteSource, directory: Buffer, count: number): Entry[] {
  const entries = new Map<string, Entry>();
  let at = 0;
  for (let i = 0; i < count; i++) {
    if (at + ENTRY_LENGTH > directory.length || directory.toString('latin1', at, at + 4) !== 'PK\x01\x02') throw malformed(source, `has a directory whose entry ${i + 1} is damaged`);
    const [nameLength, extraLength, commentLength] = [directory.readUInt16LE(at + 28), directory.readUInt16LE(at + 30), directory.readUInt16LE(at + 32)];
    const record = directory.subarray(at, at + ENTRY_LENGTH + nameLength + extraLength + commentLength);
    at += ENTRY_LENGTH + nameLength + extraLength + commentLength;
    if (at > directory.length) throw malformed(source, `has a directory whose entry ${i + 1} is damaged`);
    const entry = parseEntry(source, record, nameLength, extraLength);
    if (entries.has(entry.name)) throw malformed(source, `has two members of the name ${shown(entry.name)}`);
    entries.set(entry.name, entry);
  }
  return [...entries.values()];
}

function parseEntry(source: ByteSource, record: Buffer, nameLength: number, extraLength: number): Entry {
  const name = record.toString('utf8', ENTRY_LENGTH, ENTRY_LENGTH + nameLength);
  if ((record.readUInt16LE(8) & 1) !== 0) throw fault(source, 'encrypted', `has the encrypted member ${shown(name)}`);
  const method = record.readUInt16LE(10);
  if (method !== 0 && method !== 8) throw fault(source, 'unsupported', `has the member ${shown(name)} compressed by method ${method}`);
  const wide = new WideFields(source, extraField(record.subarray(ENTRY_LENGTH + nameLength, ENTRY_LENGTH + nameLength + extraLength)));
  const size = wide.or(record.readUInt32LE(24));
  const length = wide.or(record.readUInt32LE(20));
  const offset = wide.or(record.readUInt32LE(42));
  if (method === 0 && size !== length) throw malformed(source, `says of the uncompressed member ${shown(name)} that it has ${length} bytes and ${size} when unpacked`);
  return { name, stored: method === 0, crc: record.readUInt32LE(16), size, offset, length };
}

/** Values that did not fit 32 bits follow one another in an extra field. */
class WideFields {
  readonly #source: ByteSource;
  readonly #field: Buffer;
  #at = 0;

  constructor(source: ByteSource, field: Buffer) {
    this.#source = source;
    this.#field = field;
  }

  or(value: number): number {
    if (value !== 0xffffffff) return value;
    if (this.#at + 8 > this.#field.length) throw malformed(this.#source, 'lacks a zip64 field that its directory promises');
    const wide = position(this.#source, this.#field, this.#at);
    this.#at += 8;
    return wide;
  }
}

function extraField(extra: Buffer): Buffer {
  let at = 0;
  while (at + 4 <= extra.length) {
    const length = extra.readUInt16LE(at + 2);
    if (extra.readUInt16LE(at) === 1) return extra.subarray(at + 4, at + 4 + length);
    at += 4 + length;
  }
  return Buffer.alloc(0);
}

/** Behind the member's own header, which may have other extra fields than the directory says. */
async function locate(source: ByteSource, { offset, ...entry }: Entry, directoryStart: number): Promise<ZipMember> {
  const { name, length } = entry;
  const local = await source.slice(offset, offset + LOCAL_LENGTH);
  if (local.length < LOCAL_LENGTH || local.toString('latin1', 0, 4) !== 'PK\x03\x04') throw malformed(source, `has no member ${shown(name)} at byte ${offset}, where its directory says`);
  const start = offset + LOCAL_LENGTH + local.readUInt16LE(26) + local.readUInt16LE(28);
  if (start + length > directoryStart) throw malformed(source, `says that the member ${shown(name)} ends at byte ${start + length}, beyond what there is`);
  return { ...entry, start };
}

function checkApart(source: ByteSource, members: readonly ZipMember[]): void {
  const sorted = [...members].sort((a, b) => a.start - b.start);
  for (const [i, member] of sorted.entries()) {
    const next = sorted[i + 1];
    if (next !== undefined && member.start + member.length > next.start) throw malformed(source, `has members that overlap: ${shown(member.name)} and ${shown(next.name)}`);
  }
}

function position(source: ByteSource, buffer: Buffer, at: number): number {
  const value = buffer.readBigUInt64LE(at);
  if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw malformed(source, 'has a place in its directory that no file has');
  return Number(value);
}

function shown(name: string): string {
  return JSON.stringify(name.slice(0, 80));
}

function malformed(source: ByteSource, what: string): LoupeError {
  return fault(source, 'malformed', what);
}

function fault(source: ByteSource, code: 'malformed' | 'unsupported' | 'encrypted' | 'too-large', what: string): LoupeError {
  return new LoupeError(code, `${basename(source.path)} ${what}.`, { path: source.path });
}
