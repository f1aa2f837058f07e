import { basename } from 'node:path';
import type { CellChange, ColumnTarget } from '../../../protocol/edits.ts';
import type { Column, Compression } from '../../../protocol/shards.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import type { EditSet } from '../../edits/edit-set.ts';
import type { Splice, Splices } from '../../saving/splice.ts';
import { trimmedSplice } from '../jsonl/trimmed-splice.ts';
import type { Rewriter } from '../rewriter.ts';
import type { ByteSource } from '../source.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { editMember, type MemberContent } from './edit-member.ts';
import { fieldKind } from './field-kind.ts';
import type { MemberHeader, MemberReader } from './member-reader.ts';
import { splitKey } from './sample-key.ts';
import { BLOCK, checksumHolds, isRegular, padded } from './tar-header.ts';
import { paddedBytes, resizedHeaders, siblingHeaders } from './write-header.ts';

/** Members larger than this cannot be edited. */
const MAX_MEMBER = 128 * 1024 * 1024;
const CONTENT_COLUMN = 'content';

/** What rewriting needs of an open archive. */
export interface TarRewriterParts {
  readonly source: ByteSource;
  readonly compression: Compression;
  readonly index: ArchiveIndex;
  readonly reader: MemberReader;
  readonly columns: () => readonly Column[];
  /** Resolves when every member is known and the file is the one that was opened. @throws LoupeError */
  readonly whole: (signal: AbortSignal) => Promise<void>;
}

/** How edits go into a tar archive: into the members that they are of, and their headers; other members stay as they are. */
export class TarRewriter implements Rewriter {
  readonly path: string;
  readonly compression: Compression;
  readonly #parts: TarRewriterParts;

  constructor(parts: TarRewriterParts) {
    this.path = parts.source.path;
    this.compression = parts.compression;
    this.#parts = parts;
  }

  targets(): ColumnTarget[] {
    const { columns, index } = this.#parts;
    if (index.layout === 'tar') {
      return columns().map(({ name }) => (name === CONTENT_COLUMN ? { path: [name] } : { readOnly: 'Of a member of a plain archive only the content can be edited.' }));
    }
    return columns().map(({ name }, column) => {
      if (column === 0) return { readOnly: "The key is a part of the members' names." };
      const refusal = fieldRefusal(name);
      return refusal === null ? { path: [name] } : { readOnly: refusal };
    });
  }

  prepare(signal: AbortSignal): Promise<void> {
    return this.#parts.whole(signal);
  }

  async *splices(edits: EditSet, signal: AbortSignal): Splices {
    const { rows } = this.#parts.index;
    for (const row of edits.rows()) {
      signal.throwIfAborted();
      if (row >= rows) throw this.#fault('conflict', `row ${row + 1}`, 'the archive does not have it any more');
      const { cells, dropped } = edits.of(row);
      yield* dropped ? await this.#droppedRow(row, edits, signal) : await this.#editedRow(row, cells, signal);
    }
  }

  /** Members of a row, those that lie between and belong to no sample left out. */
  #members(row: number): number[] {
    const { index } = this.#parts;
    const [first, end] = index.span(row);
    const all = Array.from({ length: end - first }, (_, at) => first + at);
    return index.layout === 'tar' ? all : all.filter((member) => index.members.inSample(member));
  }

  async #editedRow(row: number, cells: readonly CellChange[], signal: AbortSignal): Promise<Splice[]> {
    const splices: Splice[] = [];
    const members = this.#members(row);
    const fields = [...new Set(cells.map(({ path }) => String(path[0])))];
    const added: Buffer[] = [];
    let left = members.length;
    for (const field of fields) {
      const member = members.find((each) => this.#fieldOf(each) === field);
      const changes = cells.filter(({ path }) => String(path[0]) === field);
      const place = `row ${row + 1}, ${field}`;
      if (member === undefined) {
        const content = this.#edit(null, changes, field, place);
        if (content !== null) added.push(await this.#newMember(members, field, content, place, signal));
        continue;
      }
      const splice = await this.#editedMember(member, { changes, field, place }, signal);
      if (splice !== null) splices.push(splice);
      if (splice?.replaces === null) left--;
    }
    if (left === 0 && added.length === 0) throw this.#fault('unsupported', `row ${row + 1}`, 'the sample would have no member left; drop the row instead');
    if (added.length > 0) splices.push(await this.#insertion(members, added, signal));
    return splices.sort((a, b) => a.start - b.start || a.end - b.end);
  }

  #fieldOf(member: number): string {
    const { index } = this.#parts;
    return index.layout === 'tar' ? CONTENT_COLUMN : (index.fields[index.members.field(member)]?.name ?? '');
  }

  #edit(before: MemberContent, changes: readonly CellChange[], field: string, place: string): MemberContent {
    const { index } = this.#parts;
    const refusal = index.layout === 'tar' ? null : fieldRefusal(field);
    if (refusal !== null) throw this.#fault('unsupported', place, refusal);
    let content = before;
    for (const change of changes) {
      const result = editMember(content, { ...change, path: change.path.slice(1) }, index.layout === 'tar' ? 'text' : fieldKind(field).decoding);
      if (!('content' in result)) throw this.#fault(result.kind, place, result.message);
      ({ content } = result);
    }
    return content;
  }

  async #editedMember(member: number, { changes, field, place }: { changes: readonly CellChange[]; field: string; place: string }, signal: AbortSignal): Promise<Splice | null> {
    const header = await this.#header(member, signal);
    const { entry } = header;
    if (!isRegular(entry.flag) || entry.sparse !== null) throw this.#fault('unsupported', place, 'it is no plain file in the archive');
    if (entry.size > MAX_MEMBER) throw this.#fault('too-large', place, `members up to ${MAX_MEMBER} bytes can be edited`);
    if (this.#parts.index.globalsAt(entry.start)?.has('size') === true) throw this.#fault('unsupported', place, 'a global pax header says its size');
    await this.#refuseOrphanHeader(member, place, signal);
    const before = await this.#parts.source.slice(entry.start, entry.next);
    const data = entry.dataOffset - entry.start;
    const content = before.subarray(data, data + entry.size);
    if (content.length < entry.size) throw this.#fault('malformed', place, 'the archive is cut off inside it');
    const edited = this.#edit(content, changes, field, place);
    if (edited === null) return { start: entry.start, end: entry.next, bytes: Buffer.alloc(0), replaces: null };
    // A cut archive may end before the last member's padding does; it stays so where nothing moves.
    const padding = edited.length === entry.size ? before.subarray(data + entry.size) : Buffer.alloc(padded(edited.length) - edited.length);
    return trimmedSplice(entry.start, before, Buffer.concat([resizedHeaders(before.subarray(0, data), entry, edited.length), edited, padding]));
  }

  async #newMember(members: readonly number[], field: string, content: Buffer, place: string, signal: AbortSignal): Promise<Buffer> {
    const [first] = members;
    if (first === undefined || this.#parts.index.layout === 'tar' || / \(\d+\)$/.test(field)) throw this.#fault('unsupported', place, 'such a member cannot be added');
    const { entry } = await this.#header(first, signal);
    const headers = await this.#parts.source.slice(entry.start, entry.header + BLOCK);
    const split = splitKey(entry.name);
    const base = entry.name.slice(entry.name.lastIndexOf('/') + 1);
    if (split === null || !headers.includes(base.slice(0, 50))) throw this.#fault('unsupported', place, "the sample's name is not UTF-8, so no member can be added to it");
    const name = `${entry.name.slice(0, entry.name.length - split.field.length)}${field}`;
    return Buffer.concat([siblingHeaders(headers.subarray(-BLOCK), entry.dialect, name, content.length), paddedBytes(content)]);
  }

  /** New members come behind the sample's last one. */
  async #insertion(members: readonly number[], added: readonly Buffer[], signal: AbortSignal): Promise<Splice> {
    const { entry } = await this.#header(members.at(-1) ?? 0, signal);
    if (entry.next > this.#parts.source.byteLength) throw this.#fault('malformed', `member ${entry.name}`, 'the archive is cut off inside it');
    return { start: entry.next, end: entry.next, bytes: Buffer.concat(added), replaces: null };
  }

  async #droppedRow(row: number, edits: EditSet, signal: AbortSignal): Promise<Splice[]> {
    if (this.#parts.index.layout === 'webdataset') await this.#refuseMerge(row, edits, signal);
    const splices: Splice[] = [];
    for (const member of this.#members(row)) {
      await this.#refuseOrphanHeader(member, `row ${row + 1}`, signal);
      const { entry } = await this.#header(member, signal);
      splices.push({ start: entry.start, end: Math.min(entry.next, this.#parts.source.byteLength), bytes: Buffer.alloc(0), replaces: null });
    }
    return splices;
  }

  /** Two samples of one key must stay apart: without the rows between them they would be one. */
  async #refuseMerge(row: number, edits: EditSet, signal: AbortSignal): Promise<void> {
    if (row === 0 || edits.of(row - 1).dropped) return;
    let after = row + 1;
    while (edits.of(after).dropped) after++;
    if (after >= this.#parts.index.rows) return;
    const [before, behind] = await Promise.all([row - 1, after].map(async (each) => splitKey((await this.#header(this.#members(each)[0] ?? 0, signal)).entry.name)?.key));
    if (before === behind) throw this.#fault('unsupported', `row ${row + 1}`, `without it the two samples around it, both of the key ${before ?? ''}, would become one`);
  }

  /** An extended header that was too large to be read lies in front: it would be taken for the next member's. */
  async #refuseOrphanHeader(member: number, place: string, signal: AbortSignal): Promise<void> {
    const { members } = this.#parts.index;
    const before = member === 0 ? 0 : (await this.#header(member - 1, signal)).entry.next;
    if (before >= members.start(member)) return;
    const block = await this.#parts.source.slice(before, before + BLOCK);
    const flag = String.fromCharCode(block[156] ?? 0);
    if (block.length === BLOCK && checksumHolds(block, 0) && 'xXLK'.includes(flag)) throw this.#fault('unsupported', place, 'a header in front of it is too large to be read');
  }

  async #header(member: number, signal: AbortSignal): Promise<MemberHeader> {
    const [header] = await this.#parts.reader.headers([member], signal);
    if (header === undefined) throw this.#fault('conflict', `member ${member + 1}`, 'it is not there any more');
    return header;
  }

  #fault(code: 'conflict' | 'unsupported' | 'malformed' | 'too-large', place: string, why: string): LoupeError {
    return new LoupeError(code, `${basename(this.path)}, ${place}: ${why}; nothing was saved.`, { path: this.path, place });
  }
}

/** Why no member of a field can be edited; null where they can. */
function fieldRefusal(field: string): string | null {
  const { decoding, gzip } = fieldKind(field);
  if (gzip) return 'The members are compressed inside the archive.';
  return decoding === 'json' || decoding === 'text' ? null : 'Only members of text and JSON can be edited.';
}
