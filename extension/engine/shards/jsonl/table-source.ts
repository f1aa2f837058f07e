import { LONGEST_LINE } from '../../query-tables/lines-copy.ts';
import { REPORT_INTERVAL, reportWhile } from '../../query-tables/report-while.ts';
import type { LinesFile, SourceColumn, SourceParts, SourceSize, TableSource, WriteLine } from '../../query-tables/table-source.ts';
import type { ReportWork } from '../../queries/relation.ts';
import type { Value } from '../../../protocol/values.ts';
import type { RowsRequest } from '../shard.ts';
import type { JsonColumns } from './columns.ts';
import type { RecordIndex } from './record-index.ts';
import { visitRecords, type Located } from './record-reader.ts';
import { copyOf, type TextSource } from './text-source.ts';

/** What query tables need of an open JSON shard. */
export interface JsonTableParts extends SourceParts {
  readonly bytes: TextSource;
  readonly index: RecordIndex;
  readonly columns: JsonColumns;
  readonly located: Located;
  /** Resolves when every row is known, those that were appended meanwhile too. @throws LoupeError `changed` where the file is another one */
  readonly whole: (signal: AbortSignal) => Promise<void>;
}

/** A JSON shard as tables are filled from it: the text itself where it is JSON Lines. */
export class JsonTableSource implements TableSource {
  readonly bytes: TextSource;
  readonly #parts: JsonTableParts;

  constructor(parts: JsonTableParts) {
    this.bytes = parts.bytes;
    this.#parts = parts;
  }

  async prepare(report: ReportWork, signal: AbortSignal): Promise<void> {
    await reportWhile(this.#parts.whole(signal), this.#parts.progress, report);
  }

  size(): SourceSize {
    const { rows, scanned, scanner } = this.#parts.index;
    return { rows, textBytes: scanned, longest: scanner.longest };
  }

  columns(): SourceColumn[] {
    return this.#parts.columns.sources();
  }

  lines(): LinesFile | null {
    const { located, bytes, index } = this.#parts;
    if (!located.lines) return null;
    const copy = copyOf(bytes);
    const path = copy === null ? bytes.path : copy.copyPath;
    return path === null ? null : { path, longest: index.scanner.longest };
  }

  async writeLines(_columns: readonly number[], write: WriteLine, report: ReportWork, signal: AbortSignal): Promise<void> {
    const { located, index } = this.#parts;
    const { scanned } = index;
    let reported = 0;
    await visitRecords(
      located,
      0,
      index.rows,
      async ({ start, end, bytes }) => {
        if (Date.now() - reported > REPORT_INTERVAL) {
          reported = Date.now();
          report('Reading rows', start, scanned);
        }
        if (bytes !== null || end - start > LONGEST_LINE) await write(bytes);
        else await write(await located.source.slice(start, end));
      },
      signal,
    );
  }

  readRows(request: RowsRequest, signal: AbortSignal): Promise<Value[][]> {
    return this.#parts.readRows(request, signal);
  }
}
