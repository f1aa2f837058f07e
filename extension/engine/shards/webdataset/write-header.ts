import { parsePax } from './pax.ts';
import type { TarEntry } from './tar-entry.ts';
import { BLOCK, checksumHolds, padded, parseNumber } from './tar-header.ts';

const NAME_LENGTH = 100;
const PREFIX = 345;
const PREFIX_LENGTH = 155;
/** Octal digits that fit a number field. */
const OCTAL_DIGITS = 11;

/**
 * A member's headers for a new size: the size in its own header and, where a pax record says it, in that; checksums to
 * match. Everything else stays, byte for byte.
 * @param headers bytes from `entry.start` to its data
 */
export function resizedHeaders(headers: Buffer, entry: TarEntry, size: number): Buffer {
  if (size === entry.size) return headers;
  const own = entry.header - entry.start;
  const parts: Buffer[] = [];
  for (let at = 0; at < own; ) {
    const block = headers.subarray(at, at + BLOCK);
    const length = parseNumber(block, 124, 12);
    const payload = headers.subarray(at + BLOCK, at + BLOCK + length);
    const next = at + BLOCK + padded(length);
    const resized = 'xX'.includes(String.fromCharCode(block[156] ?? 0)) ? withPaxSize(payload, size) : payload;
    parts.push(resized === payload ? headers.subarray(at, next) : extended(Buffer.from(block), resized));
    at = next;
  }
  parts.push(withSize(Buffer.from(headers.subarray(own, own + BLOCK)), size));
  return Buffer.concat(parts);
}

/** Headers of a new member beside another one, whose owner, times and dialect it takes. */
export function siblingHeaders(sibling: Buffer, dialect: TarEntry['dialect'], name: string, size: number): Buffer {
  const block = Buffer.from(sibling);
  const bytes = Buffer.from(name);
  block.fill(0, 0, NAME_LENGTH);
  block.write('0', 156, 'latin1');
  block.fill(0, 157, 257);
  if (dialect === 'gnu') block.fill(0, PREFIX, BLOCK);
  else if (dialect !== 'v7') block.fill(0, PREFIX, dialect === 'star' ? 476 : 500);
  const slash = bytes.length > NAME_LENGTH && (dialect === 'ustar' || dialect === 'pax') ? prefixEnd(bytes) : -1;
  bytes.copy(block, 0, slash + 1, Math.min(bytes.length, slash + 1 + NAME_LENGTH));
  if (slash > 0) bytes.copy(block, PREFIX, 0, slash);
  const own = withSize(block, size);
  if (bytes.length <= NAME_LENGTH || slash > 0) return own;
  return Buffer.concat([longName(own, dialect, bytes), own]);
}

/** Bytes with zeros up to the next block. */
export function paddedBytes(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(padded(bytes.length) - bytes.length)]);
}

/** The slash at which a name parts into prefix and name; -1 where none does. */
function prefixEnd(name: Buffer): number {
  const slash = name.lastIndexOf(0x2f, PREFIX_LENGTH);
  return slash > 0 && name.length - slash - 1 <= NAME_LENGTH ? slash : -1;
}

/** The header in front of a member whose name is too long for its own: GNU's or pax'. */
function longName(own: Buffer, dialect: TarEntry['dialect'], name: Buffer): Buffer {
  const block = Buffer.from(own);
  block.fill(0, 0, NAME_LENGTH);
  block.write(dialect === 'gnu' ? '././@LongLink' : '././@PaxHeader', 0, 'latin1');
  block.write(dialect === 'gnu' ? 'L' : 'x', 156, 'latin1');
  return extended(block, dialect === 'gnu' ? Buffer.concat([name, Buffer.alloc(1)]) : paxRecord('path', name));
}

function extended(block: Buffer, payload: Buffer): Buffer {
  return Buffer.concat([withSize(block, payload.length), paddedBytes(payload)]);
}

/** A pax payload with another `size`; the same buffer where it says none. */
function withPaxSize(payload: Buffer, size: number): Buffer {
  if (!parsePax(payload).records.has('size')) return payload;
  const parts: Buffer[] = [];
  for (let at = 0; at < payload.length && payload[at] !== 0; ) {
    const space = payload.indexOf(0x20, at);
    const length = Number(payload.toString('latin1', at, space));
    const key = payload.toString('latin1', space + 1, payload.indexOf(0x3d, space + 1));
    parts.push(key === 'size' ? paxRecord('size', Buffer.from(String(size))) : payload.subarray(at, at + length));
    at += length;
  }
  return Buffer.concat(parts);
}

function paxRecord(key: string, value: Buffer): Buffer {
  const rest = 3 + key.length + value.length;
  let length = rest + 1;
  while (String(length).length + rest !== length) length = String(length).length + rest;
  return Buffer.concat([Buffer.from(`${length} ${key}=`), value, Buffer.from('\n')]);
}

/** Sets size and checksum of a header block, in the manner in which they are written there. */
function withSize(block: Buffer, size: number): Buffer {
  const octal = size.toString(8);
  if ((block[124] ?? 0) >= 0x80 || octal.length > OCTAL_DIGITS) {
    block.writeUInt8(0x80, 124);
    block.fill(0, 125, 130);
    block.writeUIntBE(size, 130, 6);
  } else {
    const digits = isDigit(block[135]) ? OCTAL_DIGITS + 1 : OCTAL_DIGITS;
    block.write(octal.padStart(digits, '0'), 124, 'latin1');
  }
  return withChecksum(block);
}

function withChecksum(block: Buffer): Buffer {
  const digits = isDigit(block[154]) ? 7 : 6;
  const end = Buffer.from(block.subarray(148 + digits, 156));
  block.fill(0x20, 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(sum.toString(8).padStart(digits, '0'), 148, 'latin1');
  end.copy(block, 148 + digits);
  // Ends that are no number's end would not be read again.
  if (!checksumHolds(block, 0)) block.write('\0 ', 154, 'latin1');
  return block;
}

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= 0x30 && byte <= 0x37;
}
