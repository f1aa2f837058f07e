import { BLOCK, parseNumber } from './tar-header.ts';

/** Where the stored pieces of a sparse member belong: flat pairs of logical offset and length, ascending. */
export type SparseMap = readonly number[];

/** More pieces than this are refused: a map is kept in memory. */
export const MAX_PIECES = 65_536;

/** Reads old GNU pairs from a block; false where the map ends in it. */
export function readOldPairs(bytes: Buffer, at: number, count: number, into: number[]): boolean {
  for (let index = 0; index < count; index++) {
    const offset = parseNumber(bytes, at + index * 24, 12);
    const length = parseNumber(bytes, at + index * 24 + 12, 12);
    if (bytes[at + index * 24] === 0 && bytes[at + index * 24 + 12] === 0) return false;
    into.push(offset, length);
  }
  return true;
}

/** `offset,length,offset,length` of format 0.1. */
export function parsePairList(text: string): number[] {
  return text === '' ? [] : text.split(',', MAX_PIECES * 2).map(Number);
}

/**
 * The map of format 1.0, which stands in front of the data: a count and the pairs, one decimal number a
 * line, padded to a block. Null when more than `bytes` is needed.
 */
export function parseMapInData(bytes: Buffer): { readonly map: number[]; readonly length: number } | null {
  let at = 0;
  const number = (): number | null => {
    const end = bytes.indexOf(0x0a, at);
    if (end < 0) return null;
    const value = Number(bytes.toString('latin1', at, Math.min(end, at + 24)));
    at = end + 1;
    return value;
  };
  const count = number();
  if (count === null) return null;
  if (!Number.isInteger(count) || count < 0 || count > MAX_PIECES) return { map: [Number.NaN, 0], length: BLOCK };
  const map: number[] = [];
  for (let index = 0; index < count * 2; index++) {
    const value = number();
    if (value === null) return null;
    map.push(value);
  }
  return { map, length: Math.ceil(at / BLOCK) * BLOCK };
}

/** Whether the pieces are in order, inside the member and within what is stored. */
export function isSound(map: SparseMap, size: number, stored: number): boolean {
  let end = 0;
  let sum = 0;
  if (map.length % 2 !== 0 || map.length > MAX_PIECES * 2) return false;
  for (let index = 0; index < map.length; index += 2) {
    const offset = map[index] ?? Number.NaN;
    const length = map[index + 1] ?? Number.NaN;
    if (!(offset >= end) || !(length >= 0) || !(offset + length <= size)) return false;
    end = offset + length;
    sum += length;
  }
  return sum <= stored;
}

/** A piece of stored bytes and where it goes in the logical member. */
export interface Piece {
  readonly logical: number;
  readonly stored: number;
  readonly length: number;
}

/** The stored pieces that logical bytes `[0, end)` need; what is between them is zero. */
export function piecesOf(map: SparseMap, end: number): Piece[] {
  const pieces: Piece[] = [];
  let stored = 0;
  for (let index = 0; index < map.length; index += 2) {
    const logical = map[index] ?? 0;
    const length = map[index + 1] ?? 0;
    if (logical >= end) break;
    if (length > 0) pieces.push({ logical, stored, length: Math.min(length, end - logical) });
    stored += length;
  }
  return pieces;
}
