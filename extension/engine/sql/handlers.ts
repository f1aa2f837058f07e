import type { EngineNotifications, EngineRequests } from '../../protocol/engine.ts';
import type { Page, Progress, ShardId } from '../../protocol/shards.ts';
import { GRID_LIMITS, WHOLE_LIMITS } from '../../protocol/values.ts';
import type { RequestHandlers } from '../../rpc/connection.ts';
import { LoupeError } from '../../rpc/failure.ts';
import { copyRows, rowsOf } from '../copying.ts';
import { buildPage } from '../pages/page.ts';
import type { ReportWork } from '../queries/relation.ts';
import type { Shard } from '../shards/shard.ts';
import { throttle } from '../throttle.ts';
import { exportResult } from './export.ts';
import { readResult } from './result-values.ts';
import type { SqlResults } from './sql-results.ts';

type Methods = 'shard/sql' | 'shard/sqlPage' | 'shard/sqlCopy' | 'shard/sqlClose' | 'shard/sqlExport';

/** More rows than this in one page are left for the next. */
const MAX_PAGE_ROWS = 1_000;

/** Milliseconds between two tellings of one statement's progress. */
const TELL_INTERVAL = 100;

interface Surroundings {
  /** Throws for one that is not open. */
  readonly shard: (id: ShardId) => Shard;
  /** Paths of all files that are open. */
  readonly openFiles: () => readonly string[];
  readonly tell: (progress: EngineNotifications['shard/sqlProgress']) => void;
}

/** The requests of the SQL console. */
export function sqlHandlers(results: SqlResults, { shard, openFiles, tell }: Surroundings): Pick<RequestHandlers<EngineRequests>, Methods> {
  return {
    'shard/sql': async ({ shard: id, sql, run }, signal) => {
      const progress = new ToldProgress((now) => {
        if (run !== undefined) tell({ shard: id, run, progress: now });
      });
      try {
        return await results.run(id, shard(id), sql, { report: progress.report, signal });
      } finally {
        progress.stop();
      }
    },
    'shard/sqlPage': async (params, signal) => readPage(results, shard(params.shard), params, signal),
    'shard/sqlCopy': async ({ shard: id, sqlResult, format }, signal) => {
      const result = results.get(id, sqlResult);
      const text = await copyRows({ start: 0, end: result.rows, format, names: result.names }, async (start, end, write) =>
        rowsOf(await lost(readResult(result, start, end, WHOLE_LIMITS, signal))).map(write),
      );
      return { text };
    },
    'shard/sqlClose': async ({ shard: id, sqlResult }) => {
      await results.close(id, sqlResult);
      return null;
    },
    'shard/sqlExport': ({ shard: id, sqlResult, path, format }, signal) => exportResult(results.get(id, sqlResult), { path, format }, openFiles(), signal),
  };
}

/** The latest progress, told now and then. */
class ToldProgress {
  readonly #announcer: { call: () => void; stop: () => void };
  #latest: Progress | null = null;

  constructor(tell: (progress: Progress) => void) {
    this.#announcer = throttle(TELL_INTERVAL, () => {
      if (this.#latest !== null) tell(this.#latest);
    });
  }

  readonly report: ReportWork = (label, done, total) => {
    this.#latest = { label, done, total };
    this.#announcer.call();
  };

  stop(): void {
    this.#announcer.stop();
  }
}

async function readPage(results: SqlResults, shard: Shard, { shard: id, sqlResult, start, end }: EngineRequests['shard/sqlPage']['params'], signal: AbortSignal): Promise<Page> {
  const result = results.get(id, sqlResult);
  const first = Math.max(0, start);
  const values = await lost(readResult(result, first, Math.min(end, first + MAX_PAGE_ROWS), GRID_LIMITS, signal));
  const columns = result.types.map((_, at) => at);
  return buildPage(first, columns, values, shard.state().bytesRead);
}

/** A database that was lost to a fatal error has taken its tables with it. */
async function lost<T>(reading: Promise<T>): Promise<T> {
  try {
    return await reading;
  } catch (error) {
    if (error instanceof LoupeError || !(error instanceof Error) || !/^Catalog Error/.test(error.message)) throw error;
    throw new LoupeError('invalid-request', 'This result is not kept any more; run the statement again.', { cause: error });
  }
}
