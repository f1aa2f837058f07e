import { basename } from 'node:path';
import { LoupeError } from '../../../rpc/failure.ts';
import type { ByteSource } from '../source.ts';
import type { ArchiveIndex } from './archive-index.ts';
import type { MemberBytes } from './member-value.ts';
import { readRanges, type Range } from './read-ranges.ts';
import { piecesOf } from './sparse.ts';
import { memberDetails, parseEntry, type MemberDetails, type TarEntry } from './tar-entry.ts';

/** A sparse member is filled with zeros up to this many bytes: a few bytes of map may claim terabytes. */
const MAX_SPARSE = 64 * 1024 * 1024;

/** A member's headers, read again. */
export interface MemberHeader {
  readonly entry: TarEntry;
  readonly details: MemberDetails;
}

/** What a read wants of a member: its headers, or the first bytes of its content. */
export type MemberWish = { readonly member: number; readonly bytes: number | 'header' };

/** Reads members of an indexed archive by offset. */
export class MemberReader {
  readonly #source: ByteSource;
  readonly #index: ArchiveIndex;

  constructor(source: ByteSource, index: ArchiveIndex) {
    this.#source = source;
    this.#index = index;
  }

  /** The range of the archive that a wish takes; headers of sparse members are read apart. */
  #range({ member, bytes }: MemberWish): Range {
    const { members } = this.#index;
    const data = members.dataOffset(member);
    if (bytes === 'header' || members.isSparse(member)) return { start: members.start(member), end: data };
    return { start: data, end: data + Math.min(bytes, members.size(member)) };
  }

  /**
   * Headers and contents, in the order of the wishes.
   * @throws LoupeError `changed` when the file is not the one that was indexed any more
   */
  async read(wishes: readonly MemberWish[], signal: AbortSignal): Promise<(MemberHeader | MemberBytes)[]> {
    const bytes = await readRanges(this.#source, wishes.map((wish) => this.#range(wish)), signal);
    const results: (MemberHeader | MemberBytes)[] = [];
    for (const [index, wish] of wishes.entries()) {
      const found = bytes[index] ?? Buffer.alloc(0);
      if (wish.bytes === 'header') results.push(await this.#header(wish.member, found));
      else if (this.#index.members.isSparse(wish.member)) results.push(await this.#sparse(wish.member, found, wish.bytes, signal));
      else results.push(await this.#content(wish, found));
    }
    return results;
  }

  async headers(members: readonly number[], signal: AbortSignal): Promise<MemberHeader[]> {
    const found = await this.read(members.map((member) => ({ member, bytes: 'header' })), signal);
    return found.filter((item) => 'entry' in item);
  }

  /** Bytes of the member that the archive has, as far as is known. */
  available(member: number): number {
    const { members, complete } = this.#index;
    const size = members.size(member);
    if (!complete || members.isSparse(member)) return size;
    return Math.max(0, Math.min(size, this.#source.byteLength - members.dataOffset(member)));
  }

  async #content({ member, bytes }: MemberWish, found: Buffer): Promise<MemberBytes> {
    const size = this.#index.members.size(member);
    const available = this.available(member);
    const expected = Math.min(bytes === 'header' ? 0 : bytes, available);
    if (found.length < expected) await this.#changed(member);
    return { bytes: found, size, available };
  }

  async #header(member: number, bytes: Buffer): Promise<MemberHeader> {
    const { members } = this.#index;
    const base = members.start(member);
    const globals = this.#index.globalsAt(base);
    const parsed = parseEntry({ bytes, base }, base, globals);
    if (parsed.kind !== 'entry' || parsed.entry.dataOffset !== members.dataOffset(member) || parsed.entry.size !== members.size(member)) {
      return this.#changed(member);
    }
    return { entry: parsed.entry, details: memberDetails({ bytes, base }, parsed.entry, globals) };
  }

  async #sparse(member: number, headers: Buffer, wanted: number, signal: AbortSignal): Promise<MemberBytes> {
    const { entry } = await this.#header(member, headers);
    const length = Math.min(wanted, entry.size, MAX_SPARSE);
    const pieces = piecesOf(entry.sparse ?? [], length);
    const at = (stored: number): number => entry.dataOffset + stored;
    const stored = await readRanges(this.#source, pieces.map((piece) => ({ start: at(piece.stored), end: at(piece.stored + piece.length) })), signal);
    const bytes = Buffer.alloc(length);
    for (const [index, piece] of pieces.entries()) stored[index]?.copy(bytes, piece.logical);
    return { bytes, size: entry.size, available: entry.size };
  }

  async #changed(member: number): Promise<never> {
    const before = this.#source.byteLength;
    await this.#source.refresh();
    const now = this.#source.byteLength;
    const { path } = this.#source;
    const what = now < before ? `has ${now} bytes now, it had ${before}` : 'was written to while it was open';
    const place = `byte ${this.#index.members.start(member)}`;
    throw new LoupeError('changed', `${basename(path)} ${what}: the member at ${place} cannot be read. Open it again.`, { path, place });
  }
}
