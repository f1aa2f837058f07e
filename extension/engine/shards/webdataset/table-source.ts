import { jsonText } from '../../pages/json-text.ts';
import { batchRows, TABLE_LIMITS } from '../../query-tables/patch.ts';
import { REPORT_INTERVAL, reportWhile } from '../../query-tables/report-while.ts';
import type { SourceColumn, SourceParts, SourceSize, TableSource, WriteLine } from '../../query-tables/table-source.ts';
import type { ReportWork } from '../../queries/relation.ts';
import type { Column } from '../../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../../protocol/values.ts';
import type { ReadRequest, RowsRequest } from '../shard.ts';
import type { ByteSource } from '../source.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { fieldKind } from './field-kind.ts';

/** Text of a member that tables hold, in UTF-16 units: as much as of JSON is parsed. */
const LIMITS: ValueLimits = { ...TABLE_LIMITS, text: 16 * 1024 * 1024 };
/** Of members whose name says nothing, whose bytes must be looked at to know whether they are text. */
const CONTENT_LIMITS: ValueLimits = { ...TABLE_LIMITS, text: 1024 * 1024 };
/** Bytes of key, sizes and times in a row's text. */
const ROW_OVERHEAD = 64;

/** What query tables need of an open archive. */
export interface TarTableParts extends SourceParts {
  readonly bytes: ByteSource;
  readonly index: ArchiveIndex;
  readonly columns: () => readonly Column[];
  /** Resolves when every member is known and the file is the one that was opened. @throws LoupeError `changed` */
  readonly whole: (signal: AbortSignal) => Promise<void>;
  readonly read: (request: ReadRequest, signal: AbortSignal) => Promise<Value[][]>;
}

/** An archive as tables are filled from it: a JSON object a row, its keys the columns' numbers; of bytes their size. */
export class TarTableSource implements TableSource {
  readonly bytes: ByteSource;
  readonly #parts: TarTableParts;

  constructor(parts: TarTableParts) {
    this.bytes = parts.bytes;
    this.#parts = parts;
  }

  prepare(report: ReportWork, signal: AbortSignal): Promise<void> {
    return reportWhile(this.#parts.whole(signal), this.#parts.progress, report);
  }

  size(): SourceSize {
    const { rows, fields, layout, members } = this.#parts.index;
    if (layout === 'tar') return { rows, textBytes: Math.max(rows * ROW_OVERHEAD, members.length), longest: CONTENT_LIMITS.text };
    const texts = fields.filter(({ name }) => ['json', 'text'].includes(fieldKind(name).decoding));
    const textBytes = texts.reduce((sum, { bytes }) => sum + bytes, rows * ROW_OVERHEAD);
    const longest = texts.reduce((sum, { largest }) => sum + Math.min(largest, LIMITS.text), ROW_OVERHEAD);
    return { rows, textBytes, longest };
  }

  columns(): SourceColumn[] {
    return this.#parts.columns().map(({ index, name }) => ({ id: `${index} ${name}`, place: { kind: 'key', key: String(index) } }));
  }

  lines(): null {
    return null;
  }

  async writeLines(columns: readonly number[], write: WriteLine, report: ReportWork, signal: AbortSignal): Promise<void> {
    const size = this.size();
    const step = batchRows(size);
    const wanted = [...new Set(columns)];
    let reported = 0;
    for (let start = 0; start < size.rows; start += step) {
      const end = Math.min(size.rows, start + step);
      const values = await this.#parts.read({ start, end, columns: wanted, limits: this.#limits() }, signal);
      for (let row = 0; row < end - start; row++) await write(lineOf(wanted, values.map((column) => column[row] ?? null)));
      if (Date.now() - reported < REPORT_INTERVAL) continue;
      reported = Date.now();
      report('Reading rows', Math.round((end / size.rows) * size.textBytes), size.textBytes);
    }
  }

  readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    return this.#parts.readRows({ ...request, limits: this.#limits() }, signal);
  }

  #limits(): ValueLimits {
    return this.#parts.index.layout === 'tar' ? CONTENT_LIMITS : LIMITS;
  }
}

/** A row as one JSON object; null where a value has no JSON. */
function lineOf(columns: readonly number[], values: readonly Value[]): Buffer | null {
  const parts: string[] = [];
  for (const [at, column] of columns.entries()) {
    const json = cellJson(values[at] ?? null);
    if (json === null) return null;
    if (json !== undefined) parts.push(`"${column}":${json}`);
  }
  return Buffer.from(`{${parts.join(',')}}`);
}

/** Undefined for a value that is missing. */
function cellJson(value: Value): string | null | undefined {
  if (typeof value === 'string') return JSON.stringify(value.toWellFormed());
  if (value === null || typeof value !== 'object') return jsonText(value);
  switch (value.type) {
    case 'missing':
      return undefined;
    case 'invalid':
      return null;
    case 'bytes':
      return String(value.size);
    case 'text':
      return JSON.stringify(value.text.toWellFormed());
    default:
      return jsonText(value);
  }
}
