import { resolve } from 'node:path';
import type { ExportWish } from '../../protocol/export.ts';
import type { ColumnPath } from '../../protocol/queries.ts';
import type { ShardState } from '../../protocol/shards.ts';
import { exportRows } from '../export/export-rows.ts';
import { filesOf } from '../open-shards.ts';
import { IdTables } from '../queries/id-tables.ts';
import type { ExportInvocation } from './export-arguments.ts';
import { chooseColumns, type Terminal } from './run.ts';
import { terminalText } from '../pages/terminal-text.ts';
import { withShard, type Circumstances } from './with-shard.ts';

/** Rows of the files as new files. @returns the exit code */
export function runExport(invocation: ExportInvocation, circumstances: Circumstances): Promise<number> {
  const { terminal, signal, cacheFolder, cacheBytes } = circumstances;
  return withShard(invocation.files, circumstances, async (shard) => {
    await shard.settled();
    const idTables = new IdTables(() => ({ cacheFolder, cacheBytes }));
    const status = new Status(terminal);
    const { rows, bytes, fileCount, notes } = await exportRows(shard, wishOf(invocation, shard.state()), {
      open: filesOf(shard),
      circumstances: { idTables, signal, report: (label, done, total) => status.show(label, done, total) },
      progress: (done, total) => status.show('Writing rows', done, total),
    }).finally(() => status.clear());
    for (const note of notes) terminal.err(`loupe: ${terminalText(note)}\n`);
    terminal.err(`loupe: ${rows} rows in ${fileCount === 1 ? 'a file' : `${fileCount} files`}, ${bytes} bytes\n`);
  });
}

/** Milliseconds between two tellings. */
const STATUS_INTERVAL = 200;

/** How far an export is, on a screen. */
class Status {
  readonly #terminal: Terminal;
  #last = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  show(label: string, done: number, total: number): void {
    if (Date.now() - this.#last < STATUS_INTERVAL) return;
    this.#last = Date.now();
    this.#terminal.status?.(terminalText(`${label}: ${Math.floor((100 * done) / Math.max(1, total))} %`));
  }

  clear(): void {
    if (this.#last > 0) this.#terminal.status?.('');
  }
}

/** @throws LoupeError for a column that is not there */
function wishOf({ to, format, where, sort, columns, sample, fileSize, key, text, replace }: ExportInvocation, state: ShardState): ExportWish {
  const roles = { ...(key === null ? {} : { key }), ...(text === null ? {} : { text }) };
  return {
    query: {
      conditions: where === null ? [] : [{ type: 'sql', where }],
      sort: sort.map(({ column, descending }) => ({ column: pathOf(column, state), descending })),
    },
    ...(sample === null ? {} : { sample: { rows: sample.rows, seed: sample.seed, ...(sample.by === null ? {} : { by: pathOf(sample.by, state) }) } }),
    ...(columns === null ? {} : { columns: chooseColumns(state, columns) }),
    format,
    roles,
    path: resolve(to),
    ...(fileSize === null ? {} : { fileSize }),
    replace,
  };
}

/** A column's own name, or the way to a field. */
function pathOf(name: string, { columns }: ShardState): ColumnPath {
  const [first = name, ...fields] = columns.some((column) => column.name === name) ? [name] : name.split('.');
  return [first, ...fields];
}
