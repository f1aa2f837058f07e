import { join } from 'node:path';
import { version as duckdbVersion } from '@duckdb/node-api';
import type { CellAddress, EngineNotifications, EngineRequests, EngineSettings, EngineStatus, Row } from '../protocol/engine.ts';
import type { Page } from '../protocol/shards.ts';
import { NO_PERMISSIONS, PICTURE_CACHE_FOLDER } from '../protocol/pictures.ts';
import { GRID_LIMITS, ROW_LIMITS, WHOLE_LIMITS, type Value } from '../protocol/values.ts';
import { LoupeError } from '../rpc/failure.ts';
import type { LintFinding } from '../protocol/lint.ts';
import type { RequestHandlers } from '../rpc/connection.ts';
import { forgetChangedRows } from './comparison/changed-rows.ts';
import { comparisonHandlers } from './comparison/handlers.ts';
import { copySelection } from './copying.ts';
import { configureDuckdb } from './duckdb/session.ts';
import { bulkHandlers } from './edits/bulk-handlers.ts';
import { editHandlers } from './edits/handlers.ts';
import { OverlayShard } from './edits/overlay-shard.ts';
import { forgetEditedRows } from './edits/edited-rows.ts';
import { exportHandlers } from './export/handlers.ts';
import { cacheBytes, OpenShards } from './open-shards.ts';
import { readInside } from './pages/inside-values.ts';
import { buildPage } from './pages/page.ts';
import { locateValue } from './pages/locate-value.ts';
import { vectorSummary } from './pages/vector-summary.ts';
import { wholeText } from './pages/whole-text.ts';
import { queryHandlers } from './queries/handlers.ts';
import { IdTables } from './queries/id-tables.ts';
import { Queries } from './queries/queries.ts';
import { ResultShard } from './queries/result-shard.ts';
import { PICTURE_CACHE_BYTES, PictureCache } from './picture-sources/picture-cache.ts';
import { PictureSources } from './picture-sources/picture-sources.ts';
import { PictureWindows } from './picture-windows.ts';
import { cellPicture, cellThumbnail } from './pictures.ts';
import { scoreHandlers } from './scores/handlers.ts';
import { setHandlers } from './sets/handlers.ts';
import type { Shard } from './shards/shard.ts';
import { rowSpans } from './spans/row-spans.ts';
import { sqlHandlers } from './sql/handlers.ts';
import { SqlResults } from './sql/sql-results.ts';
import { statisticsHandlers } from './statistics/handlers.ts';
import { Statistics } from './statistics/statistics.ts';

/** Findings of one answer; more would not be read by anybody. */
const MAX_FINDINGS = 1_000;

/** More rows than this in one page are refused: a page is what fits a screen, several times over. */
const MAX_PAGE_ROWS = 10_000;

export interface EngineService {
  readonly handlers: RequestHandlers<EngineRequests>;
  /** Closes every shard. */
  close(): Promise<void>;
}

/** Tells the host something that it did not ask for. */
export type Tell = <K extends keyof EngineNotifications>(method: K, params: EngineNotifications[K]) => void;

/** The engine without its process: what `main.ts` serves over IPC, and tests call directly. */
export function createEngine(tell: Tell): EngineService {
  const shards = new OpenShards((change) => tell('shard/changed', change));
  let settings: EngineSettings | null = null;

  const configured = (): EngineSettings => {
    if (settings === null) throw new LoupeError('invalid-request', 'The engine is not configured yet.');
    return settings;
  };
  let pictureCache: PictureCache | null = null;
  const keptPictures = (): PictureCache => (pictureCache ??= new PictureCache(join(configured().cacheFolder, PICTURE_CACHE_FOLDER), Math.min(cacheBytes(configured()), PICTURE_CACHE_BYTES)));
  const pictures = { windows: new PictureWindows(), sources: new PictureSources(keptPictures) };
  const idTables = new IdTables(() => ({ cacheFolder: configured().cacheFolder, cacheBytes: cacheBytes(configured()) }));
  const queries = new Queries({ shard: (id) => shards.get(id), idTables, tell: (shard, state) => tell('shard/result', { shard, state }) });
  const statistics = new Statistics({ shard: (id) => shards.get(id), query: ({ shard, result }) => queries.result(shard, result).query, idTables });
  const sqlResults = new SqlResults();
  const handlers: RequestHandlers<EngineRequests> = {
    'engine/configure': (params) => {
      settings = params;
      const { duckdbMemory: memory, duckdbThreads: threads } = params.limits;
      pictureCache = null;
      pictures.sources.permit(params.pictures ?? NO_PERMISSIONS);
      configureDuckdb({ memory, threads, cacheFolder: params.cacheFolder });
      return status(shards);
    },
    'engine/status': () => status(shards),
    'shard/open': ({ location }, signal) => shards.open(location, configured(), signal),
    'shard/close': async ({ shard }) => {
      await queries.closeShard(shard);
      await sqlResults.closeShard(shard);
      if (shards.has(shard)) {
        await forgetChangedRows(shards.get(shard));
        await forgetEditedRows(shards.get(shard));
      }
      await shards.close(shard);
      return null;
    },
    'shard/page': async (params, signal) => withEdits(shards.get(params.shard), await readPage(queries.target(params), params, signal)),
    'shard/row': (params, signal) => readRow(queries.target(params), params.row, signal),
    'shard/text': async (cell, signal) => wholeText(await readWhole(queries.target(cell), cell, signal)),
    'shard/copy': async (params, signal) => ({ text: await copySelection(queries.target(params), params, signal) }),
    'shard/thumbnail': (cell, signal) => cellThumbnail(pictures, queries.target(cell), cell, signal),
    'shard/picture': (cell, signal) => cellPicture(pictures, queries.target(cell), cell, signal),
    'shard/spans': (params, signal) => rowSpans(queries.target(params), params, signal),
    'shard/vector': async (cell, signal) => vectorSummary(await readWhole(queries.target(cell), cell, signal)),
    'shard/metadata': ({ shard }, signal) => shards.get(shard).metadata(signal),
    ...comparisonHandlers((id) => shards.get(id)),
    ...editHandlers((id) => shards.get(id)),
    ...bulkHandlers((id) => shards.get(id), queries),
    ...setHandlers((id) => shards.get(id)),
    ...queryHandlers(queries, idTables),
    ...statisticsHandlers(statistics),
    ...scoreHandlers((id) => shards.get(id)),
    ...sqlHandlers(sqlResults, { shard: (id) => shards.get(id), openFiles: () => shards.files(), tell: (progress) => tell('shard/sqlProgress', progress) }),
    ...exportHandlers({ shard: (id) => shards.get(id), idTables, openFiles: () => shards.files(), tell: (progress) => tell('export/progress', progress) }),
    'shard/lint': async ({ shard }, signal) => listedFindings(await shards.get(shard).lint(signal)),
  };
  const close = async (): Promise<void> => {
    await queries.closeAll();
    await sqlResults.closeAll();
    await shards.closeAll();
  };
  return { handlers, close };
}

function listedFindings(findings: readonly LintFinding[]): EngineRequests['shard/lint']['result'] {
  return { findings: findings.slice(0, MAX_FINDINGS), total: findings.length };
}

async function readPage(shard: Shard, params: EngineRequests['shard/page']['params'], signal: AbortSignal): Promise<Page> {
  const start = Math.max(0, params.start);
  const end = Math.min(params.end, start + MAX_PAGE_ROWS);
  const { columns, inside = [] } = params;
  const values = await shard.read({ start, end, columns, limits: GRID_LIMITS }, signal);
  const deeper = await readInside(shard, { start, end }, inside, signal);
  const page = buildPage(start, [...columns, ...inside.map(({ column }) => column)], [...values, ...deeper], shard.state().bytesRead);
  return shard instanceof ResultShard ? { ...page, rows: shard.rowNumbers(start, start + page.rowCount) } : page;
}

/** Marks what unsaved edits changed in a page. */
function withEdits(shard: Shard, page: Page): Page {
  if (!(shard instanceof OverlayShard)) return page;
  const rows = page.rows ?? Array.from({ length: page.rowCount }, (_, at) => page.start + at);
  const edits = shard.marks(rows, page.columns.map(({ column }) => column));
  return edits === null ? page : { ...page, edits };
}

async function readRow(shard: Shard, row: number, signal: AbortSignal): Promise<Row> {
  const columns = shard.state().columns.map((column) => column.index);
  const values = await shard.read({ start: row, end: row + 1, columns, limits: ROW_LIMITS }, signal);
  if (columns.length > 0 && values[0]?.length !== 1) throw new LoupeError('invalid-request', `There is no row ${row + 1}.`);
  const members = await shard.members(row, signal);
  return {
    row: shard instanceof ResultShard ? await shard.rowNumber(row, signal) : row,
    place: await shard.place(row, signal),
    cells: columns.map((column, i) => ({ column, value: values[i]?.[0] ?? null })),
    ...(members === null ? {} : { members }),
    bytesRead: shard.state().bytesRead,
  };
}

async function readWhole(shard: Shard, cell: CellAddress, signal: AbortSignal): Promise<Value> {
  const values = await shard.read({ start: cell.row, end: cell.row + 1, columns: [cell.column], limits: WHOLE_LIMITS }, signal);
  const value = locateValue(values[0]?.[0] ?? null, cell.path);
  if (value === undefined) throw new LoupeError('invalid-request', `Row ${cell.row + 1} has no such value any more.`);
  return value;
}

function status(shards: OpenShards): EngineStatus {
  return {
    pid: process.pid,
    residentMemory: process.memoryUsage.rss(),
    openShards: shards.count,
    versions: { node: process.versions.node, duckdb: duckdbVersion() },
  };
}
