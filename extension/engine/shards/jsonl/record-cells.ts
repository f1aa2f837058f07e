import { ROW_LIMITS, type Value, type ValueLimits } from '../../../protocol/values.ts';
import { byteText } from './byte-text.ts';
import { MAX_COLUMNS, type JsonColumns } from './columns.ts';
import type { Fault } from './json-reader.ts';
import type { LineNotices } from './line-notices.ts';
import { readRecord, type LocatedRecord, type ReadRecord } from './record-reader.ts';
import type { TextSource } from './text-source.ts';

/** Bytes of records longer than the window that one request reads whole; what is longer then is read in part. */
const LONG_BYTES = 128 * 1024 * 1024;
/** Bytes read of a long record when a request has used that up. */
const HEAD_BYTES = 1024 * 1024;
/** A UTF-16 unit takes at most three bytes of UTF-8. */
const BYTES_PER_UNIT = 3;

/** Turns records into cells, and tells the notices what is wrong with them. */
export class RecordDecoder {
  readonly columns: JsonColumns;
  readonly notices: LineNotices;
  readonly #source: TextSource;
  readonly #noun: string;

  constructor(source: TextSource, columns: JsonColumns, notices: LineNotices, noun: string) {
    this.#source = source;
    this.columns = columns;
    this.notices = notices;
    this.#noun = noun;
  }

  /** A budget for one request; see `LONG_BYTES`. */
  static budget(limits: ValueLimits): { bytes: number } {
    return { bytes: limits.text > ROW_LIMITS.text ? Infinity : LONG_BYTES };
  }

  /** The number by which a person finds the record. */
  number(record: Pick<LocatedRecord, 'row' | 'line'>): number {
    return this.#noun === 'line' ? record.line : record.row + 1;
  }

  place(record: Pick<LocatedRecord, 'row' | 'line'>): string {
    return `${this.#noun} ${this.number(record)}`;
  }

  /** Cells of a record by column; a column that is not there is missing, unless `absent` says otherwise. */
  async decode(
    record: LocatedRecord,
    limits: ValueLimits,
    budget: { bytes: number },
    counted: boolean,
    signal: AbortSignal,
  ): Promise<{ cells: ReadonlyMap<number, Value>; absent: Value }> {
    const size = record.end - record.start;
    const cap = record.bytes === null ? Math.max(HEAD_BYTES, Math.min(size, budget.bytes)) : size;
    if (record.bytes === null) budget.bytes -= cap;
    const read = await readRecord(this.#source, record, limits, MAX_COLUMNS + limits.items, cap, signal);
    if (read.fault === null || record.bytes !== null) return this.take(read, record, limits, counted);
    const head = await this.#source.slice(record.start, Math.min(record.end, record.start + limits.text * BYTES_PER_UNIT));
    return this.#faulty(read.fault, record, head, limits);
  }

  /** The cells of a record that was read. */
  take(read: ReadRecord, record: LocatedRecord, limits: ValueLimits, counted: boolean): { cells: ReadonlyMap<number, Value>; absent: Value } {
    const number = this.number(record);
    if (read.fault !== null) return this.#faulty(read.fault, record, record.bytes, limits);
    const place = this.place(record);
    if (read.badUtf8) this.notices.note('utf8', number, `${capital(place)} holds bytes that are no UTF-8; they are shown as \ufffd.`);
    if (read.extended) this.notices.note('extended', number, `${capital(place)} holds NaN or Infinity, which Python writes and strict JSON does not allow.`);
    const { cells, duplicate } = this.columns.take(read.value, counted);
    if (duplicate !== null) {
      const key = JSON.stringify(duplicate.length > 64 ? `${duplicate.slice(0, 64)}…` : duplicate);
      this.notices.note('duplicate', number, `${capital(place)} has the key ${key} more than once; the last value counts, those before it are in columns named "(earlier)".`);
    }
    if (read.cutAt === null) return { cells, absent: { type: 'missing' } };
    const message = `${place} is ${byteText(record.end - record.start)} long and was read to ${byteText(read.cutAt)} for this view; this field does not end in that part`;
    return { cells, absent: { type: 'invalid', text: '', message } };
  }

  #faulty(fault: Fault, record: LocatedRecord, head: Buffer | null, limits: ValueLimits): { cells: ReadonlyMap<number, Value>; absent: Value } {
    this.columns.needFirst();
    const message = `${this.place(record)}, ${positionOf(fault, record)}: ${fault.message}`;
    this.notices.note('fault', this.number(record), `${capital(message)}.`);
    const text = head?.toString('utf8', 0, Math.min(head.length, limits.text * BYTES_PER_UNIT)) ?? '';
    return { cells: new Map([[0, { type: 'invalid', text: text.slice(0, limits.text), message }]]), absent: { type: 'missing' } };
  }
}

/** A fault's place as an editor counts it, where the record is at hand. */
function positionOf(fault: Fault, record: LocatedRecord): string {
  if (record.bytes === null) return `byte ${fault.byte + 1}`;
  return `column ${record.bytes.toString('utf8', 0, fault.byte).length + 1}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
