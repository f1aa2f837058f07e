import type { Notice } from '../../../protocol/shards.ts';
import { IndexList, MemberTable, NO_FIELD, ROLE } from './member-table.ts';
import { isMetadataName, splitKey } from './sample-key.ts';
import type { ScanListener } from './scan.ts';
import type { TarEntry } from './tar-entry.ts';
import { isRegular, type TarDialect } from './tar-header.ts';

/** A field of the samples: one column. `name` is lower-cased; a second `jpg` in a sample is `jpg (2)`. */
export interface Field {
  readonly name: string;
  /** Samples that have it. */
  samples: number;
  /** Bytes of its members: in all, smallest, largest. */
  bytes: number;
  smallest: number;
  largest: number;
}

/** More distinct fields than this are no WebDataset; what comes after them gets no column. */
export const MAX_FIELDS = 512;
/** Members that decide whether an archive is a WebDataset; fewer where they are large. */
const DECIDING_MEMBERS = 256;
const DECIDING_BYTES = 32 * 1024 * 1024;
const MAX_NOTICES = 50;
const MAX_GLOBALS = 1024;

/** What an archive turned out to be. */
export type Layout = 'webdataset' | 'tar';

/** Members, samples and fields of an archive, as far as the scan has come. */
export class ArchiveIndex implements ScanListener {
  readonly members = new MemberTable();
  readonly fields: Field[] = [];
  readonly notices: Notice[] = [];
  readonly dialects = new Set<TarDialect>();
  /** Number of members by type flag. */
  readonly flags = new Map<string, number>();
  layout: Layout | null = null;
  complete = false;
  position = 0;
  memberBytes = 0;
  /** Members that start with `__`, and members without a field: in no sample. */
  metadataMembers = 0;
  unnamedMembers = 0;
  /** Field members beyond `MAX_FIELDS`. */
  unshownMembers = 0;
  onProgress: () => void = () => undefined;

  /** First member of each sample. */
  readonly #samples = new IndexList();
  #key: string | null = null;
  #fieldIds = new Map<string, number>();
  /** How often each field occurred in the current sample. */
  #seen = new Map<string, number>();
  #globals: { readonly from: number; readonly records: ReadonlyMap<string, string> }[] = [];

  /** Rows that are whole: the last sample may still get members while the scan goes on. */
  get rows(): number {
    if (this.layout === null) return 0;
    if (this.layout === 'tar') return this.members.length;
    return this.complete ? this.#samples.length : Math.max(0, this.#samples.length - 1);
  }

  /** Samples begun so far. */
  get samples(): number {
    return this.#samples.length;
  }

  /** Members of a row: `[first, end)`; those of no sample that lie between are among them. */
  span(row: number): readonly [first: number, end: number] {
    if (this.layout === 'tar') return [row, row + 1];
    const end = row + 1 < this.#samples.length ? this.#samples.at(row + 1) : this.members.length;
    return [this.#samples.at(row), end];
  }

  /** The pax records in force for a member that starts at `offset`. */
  globalsAt(offset: number): ReadonlyMap<string, string> | undefined {
    return this.#globals.findLast((global) => global.from <= offset)?.records;
  }

  entry(entry: TarEntry): void {
    this.dialects.add(entry.dialect);
    this.flags.set(entry.flag, (this.flags.get(entry.flag) ?? 0) + 1);
    this.memberBytes += entry.size;
    const sparse = entry.sparse === null ? 0 : ROLE.sparse;
    const { role, field } = this.layout === 'tar' ? { role: ROLE.other, field: NO_FIELD } : this.#place(entry);
    this.members.push(entry.start, entry.dataOffset, entry.size, field, role | sparse);
    if (this.layout === null && (this.members.length >= DECIDING_MEMBERS || entry.next >= DECIDING_BYTES)) this.#decide();
  }

  global(records: ReadonlyMap<string, string>, from: number): void {
    if (this.#globals.length < MAX_GLOBALS) this.#globals.push({ from, records });
    else if (this.#globals.length === MAX_GLOBALS) this.warning(`More than ${MAX_GLOBALS} global pax headers; the rest of them is left out.`);
  }

  warning(message: string): void {
    this.#note('warning', message);
  }

  remark(message: string): void {
    this.#note('info', message);
  }

  #note(severity: Notice['severity'], message: string): void {
    if (this.notices.length < MAX_NOTICES) this.notices.push({ severity, message: shortened(message) });
    else if (this.notices.length === MAX_NOTICES) this.notices.push({ severity: 'warning', message: 'There are more problems of this kind in the archive.' });
  }

  progress(position: number): void {
    this.position = position;
    this.onProgress();
  }

  /** To be called when the scan is over. */
  finish(): void {
    this.complete = true;
    if (this.layout === null) this.#decide();
    this.#key = null;
    this.onProgress();
  }

  /** Puts a member into the current sample, or begins the next one. */
  #place(entry: TarEntry): { role: number; field: number } {
    const none = (role: number): { role: number; field: number } => ({ role, field: NO_FIELD });
    if (!isRegular(entry.flag)) return none(ROLE.other);
    if (isMetadataName(entry.name)) {
      this.metadataMembers++;
      return none(ROLE.metadata);
    }
    const split = splitKey(entry.name);
    if (split === null) {
      this.unnamedMembers++;
      return none(ROLE.unnamed);
    }
    if (split.key !== this.#key) {
      this.#key = split.key;
      this.#samples.push(this.members.length);
      this.#seen.clear();
    }
    return { role: ROLE.field, field: this.#fieldId(split.field.toLowerCase(), entry.size) };
  }

  #fieldId(name: string, size: number): number {
    const nth = (this.#seen.get(name) ?? 0) + 1;
    this.#seen.set(name, nth);
    const id = this.#fieldIds.get(`${nth} ${name}`) ?? this.#newField(name, nth);
    const field = this.fields[id];
    if (field === undefined) {
      this.unshownMembers++;
      return NO_FIELD;
    }
    field.samples++;
    field.bytes += size;
    field.smallest = Math.min(field.smallest, size);
    field.largest = Math.max(field.largest, size);
    return id;
  }

  #newField(name: string, nth: number): number {
    if (this.fields.length >= MAX_FIELDS) return NO_FIELD;
    const id = this.fields.length;
    this.#fieldIds.set(`${nth} ${name}`, id);
    this.fields.push({ name: nth === 1 ? name : `${name} (${nth})`, samples: 0, bytes: 0, smallest: Infinity, largest: 0 });
    return id;
  }

  /**
   * A WebDataset has samples, most of its files belong to one, and at least half of the samples have the
   * commonest field: sources and other folders that somebody packed have many suffixes and no common one.
   */
  #decide(): void {
    const keyed = this.members.length - this.#outside();
    const commonest = Math.max(0, ...this.fields.map((field) => field.samples));
    const samples = keyed > 0 && keyed >= this.unnamedMembers && this.unshownMembers === 0 && commonest * 2 >= this.#samples.length;
    this.layout = samples ? 'webdataset' : 'tar';
    if (samples) return;
    this.fields.length = 0;
    this.#fieldIds.clear();
    this.#seen.clear();
  }

  /** Members seen so far that are in no sample. */
  #outside(): number {
    let regular = 0;
    for (const [flag, count] of this.flags) if (isRegular(flag)) regular += count;
    return this.members.length - regular + this.metadataMembers + this.unnamedMembers;
  }
}

/** A member's name may be half a megabyte long: the middle of a message that long is left out. */
function shortened(message: string): string {
  return message.length <= 1000 ? message : `${message.slice(0, 500)} … ${message.slice(-450)}`;
}
