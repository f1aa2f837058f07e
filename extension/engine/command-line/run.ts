import { createHash } from 'node:crypto';
import { tmpdir, userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import type { DataColumn } from '../../protocol/recipes.ts';
import type { SchemaNode, ShardMetadata, ShardState } from '../../protocol/shards.ts';
import { GRID_LIMITS, WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import { configureDuckdb } from '../duckdb/session.ts';
import { openLocation } from '../open-location.ts';
import { cellText } from '../pages/cell-text.ts';
import { recordText } from '../pages/json-text.ts';
import type { Shard } from '../shards/shard.ts';
import { runApply } from './apply.ts';
import { parseInvocation, USAGE, type Invocation } from './arguments.ts';
import { runCaptions } from './captions/run.ts';
import { runDiff } from './diff.ts';
import { columnStatistics } from '../statistics/all-columns.ts';
import { runCard } from './card.ts';
import { runExport } from './export.ts';
import { runLint } from './lint.ts';
import { runQuery } from './query.ts';
import { statisticsJson, statisticsText } from '../statistics/statistics-text.ts';
import { terminalText } from '../pages/terminal-text.ts';
import { textTable } from './text-table.ts';
import { UsageError } from './usage-error.ts';

/** Where output goes, and how wide a line may be (0: as wide as it is). */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly width: number;
  /** Shows how far something is in place of what it showed before; absent where nobody looks. */
  readonly status?: (text: string) => void;
  /** Resolves when what was put out has been taken. */
  readonly taken?: () => Promise<void>;
}

const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

/** Runs one invocation of `loupe`. @returns the exit code */
export async function run(argv: readonly string[], version: string, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const invocation = tryParse(argv, terminal);
  if (invocation === null) return EXIT.usage;
  switch (invocation.command) {
    case 'help':
      terminal.out(USAGE);
      return EXIT.ok;
    case 'version':
      terminal.out(`${version}\n`);
      return EXIT.ok;
    case 'query':
      return runQuery(invocation, { terminal, ...cache(), tellNotices, signal });
    case 'apply':
      return runApply(invocation, { terminal, ...cache(), signal });
    case 'diff':
      return runDiff(invocation, { terminal, ...cache(), signal });
    case 'export':
      return runExport(invocation, { terminal, ...cache(), tellNotices, signal });
    case 'card':
      return runCard(invocation, { terminal, ...cache(), tellNotices, signal });
    case 'captions':
      return runCaptions(invocation, { terminal, ...cache(), tellNotices, signal });
    case 'lint':
      return runLint(invocation, { terminal, version, columnsOf: (path) => shardColumns(path, signal) });
    default:
      return runOnFiles(invocation, terminal, signal);
  }
}

function tryParse(argv: readonly string[], terminal: Terminal): Invocation | null {
  try {
    return parseInvocation(argv);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    terminal.err(`loupe: ${error.message}\n\n${USAGE}`);
    return null;
  }
}

type FileInvocation = Extract<Invocation, { command: 'head' | 'schema' | 'stats' }>;

async function runOnFiles(invocation: FileInvocation, terminal: Terminal, signal: AbortSignal): Promise<number> {
  const { cacheFolder } = cache();
  let code: number = EXIT.ok;
  for (const file of invocation.files) {
    const many = invocation.files.length > 1;
    if (!(await runOnFile(invocation, file, { terminal, cacheFolder, many, signal }))) code = EXIT.failed;
  }
  return code;
}

/** Where copies and temporary files go, DuckDB's too. */
function cache(): { readonly cacheFolder: string; readonly cacheBytes: number } {
  const cacheFolder = defaultCacheFolder();
  configureDuckdb({ memory: 1024, threads: 2, cacheFolder });
  return { cacheFolder, cacheBytes: CACHE_BYTES };
}

/** The columns of a shard that a recipe names; null for what is no shard. */
async function shardColumns(path: string, signal: AbortSignal): Promise<readonly DataColumn[] | null> {
  const { cacheFolder } = cache();
  const shard = await openLocation({ kind: 'file', path }, { cacheFolder, cacheBytes: CACHE_BYTES, changed: () => undefined, signal });
  try {
    return shard.state().columns.map(({ name, type, kind }) => ({ name, type, kind }));
  } finally {
    await shard.close();
  }
}

interface Circumstances {
  readonly terminal: Terminal;
  readonly cacheFolder: string;
  readonly many: boolean;
  readonly signal: AbortSignal;
}

/** @returns whether the file was read whole, as far as it was asked for */
async function runOnFile(invocation: FileInvocation, file: string, { terminal, cacheFolder, many, signal }: Circumstances): Promise<boolean> {
  let shard: Shard | null = null;
  try {
    shard = await openLocation({ kind: 'file', path: resolve(file) }, { cacheFolder, cacheBytes: CACHE_BYTES, changed: () => undefined, signal });
    const { text, whole } = await answer(invocation, shard, file, { width: terminal.width, signal });
    terminal.out(many && invocation.format === 'text' ? `==> ${terminalText(file)} <==\n${text}\n` : text);
    return tellNotices(shard.state(), file, terminal) && whole;
  } catch (error) {
    const { message, place, code } = toLoupeError(error);
    if (invocation.format === 'json') terminal.out(`${JSON.stringify({ file, error: { code, message, place } })}\n`);
    terminal.err(`loupe: ${terminalText(file)}: ${terminalText(message)}${place === undefined ? '' : ` (${terminalText(place)})`}\n`);
    return false;
  } finally {
    await shard?.close();
  }
}

/** What is asked of one file, and whether that could be read whole. */
async function answer(invocation: FileInvocation, shard: Shard, file: string, { width, signal }: { width: number; signal: AbortSignal }): Promise<{ text: string; whole: boolean }> {
  switch (invocation.command) {
    case 'head':
      return { text: await head(shard, file, invocation, width, signal), whole: true };
    case 'schema':
      return { text: await schema(shard, file, invocation.format, signal), whole: true };
    case 'stats':
      return stats(shard, file, invocation, signal);
  }
}

async function stats(shard: Shard, file: string, { format, columns: names }: Extract<Invocation, { command: 'stats' }>, signal: AbortSignal): Promise<{ text: string; whole: boolean }> {
  const columns = await columnStatistics(shard, names, signal);
  const text = format === 'json' ? `${JSON.stringify({ ...summary(shard.state(), file), statistics: statisticsJson(columns) })}\n` : statisticsText(columns);
  return { text, whole: columns.every(({ error }) => error === undefined) };
}

/** Decompressed copies of the command line: as much as the extension's default. */
const CACHE_BYTES = 20 * 1024 ** 3;

/** A folder of this user's own: a shared name in a shared folder could be prepared by somebody else. */
function defaultCacheFolder(): string {
  const own = process.env.XDG_CACHE_HOME ?? (process.env.HOME === undefined ? undefined : join(process.env.HOME, '.cache'));
  const user = createHash('sha256').update(`${userInfo().uid}`).digest('hex').slice(0, 8);
  return own === undefined ? join(tmpdir(), `loupe-${user}`) : join(own, 'loupe');
}

function tellNotices(state: ShardState, file: string, terminal: Terminal): boolean {
  for (const { severity, message } of state.notices) terminal.err(`loupe: ${terminalText(file)}: ${severity}: ${terminalText(message)}\n`);
  return !state.notices.some(({ severity }) => severity === 'error');
}

async function head(shard: Shard, file: string, invocation: Extract<Invocation, { command: 'head' }>, width: number, signal: AbortSignal): Promise<string> {
  const columns = chooseColumns(shard.state(), invocation.columns);
  const limits = invocation.format === 'json' ? WHOLE_LIMITS : GRID_LIMITS;
  const values = await shard.read({ start: 0, end: invocation.rows, columns, limits }, signal);
  const state = shard.state();
  const names = columns.map((column) => state.columns[column]?.name ?? '');
  const rows = Array.from({ length: values[0]?.length ?? 0 }, (_, row) => values.map((column) => column[row] ?? null));
  if (invocation.format === 'json') {
    const records = rows.map((row) => recordText(row.map((value, i) => [names[i] ?? '', value] as const)));
    return `${JSON.stringify(summary(state, file)).slice(0, -1)},"records":[${records.join(',')}]}\n`;
  }
  return `${textTable(names, rows.map((row) => row.map(terminalCell)), width)}\n`;
}

export function terminalCell(value: Value): string {
  const cell = cellText(value);
  switch (cell.kind) {
    case 'null':
      return 'null';
    case 'missing':
      return '·';
    case 'image':
    case 'bytes':
      return `<${cell.kind} ${cell.size}>`;
    case 'invalid':
      return `<${cell.text}>`;
    default:
      return cell.size > 0 ? `${cell.text}…` : cell.text;
  }
}

/** @throws LoupeError for a column that the file does not have */
export function chooseColumns(state: ShardState, names: readonly string[] | null): number[] {
  if (names === null) return state.columns.map((column) => column.index);
  return names.map((name) => {
    const found = state.columns.find((column) => column.name === name);
    if (found === undefined) {
      throw new LoupeError('invalid-request', `There is no column ${name}; there are ${state.columns.map((column) => column.name).join(', ')}.`);
    }
    return found.index;
  });
}

async function schema(shard: Shard, file: string, format: 'text' | 'json', signal: AbortSignal): Promise<string> {
  await shard.settled();
  const metadata = await shard.metadata(signal);
  const state = shard.state();
  if (format === 'json') return `${JSON.stringify({ ...summary(state, file), schema: metadata.schema, properties: Object.fromEntries(metadata.properties), keyValues: metadata.keyValues, tables: metadata.tables })}\n`;
  return schemaText(metadata);
}

function schemaText(metadata: ShardMetadata): string {
  const properties = metadata.properties.map(([label, text]) => `${terminalText(label)}: ${terminalText(text)}`);
  const keyValues = metadata.keyValues.map(([key, value]) => `${terminalText(key)} = ${terminalText(value.slice(0, 200))}`);
  return `${[...properties, '', ...metadata.schema.flatMap((node) => schemaLines(node, '')), ...(keyValues.length > 0 ? ['', ...keyValues] : [])].join('\n')}\n`;
}

function schemaLines(node: SchemaNode, indent: string): string[] {
  return [`${indent}${terminalText(node.name)}: ${terminalText(node.type)}`, ...node.children.flatMap((child) => schemaLines(child, `${indent}  `))];
}

function summary(state: ShardState, file: string): Record<string, unknown> {
  return {
    file,
    format: state.format,
    compression: state.compression,
    bytes: state.fileSize,
    rows: state.rows,
    rowsComplete: state.rowsComplete,
    columns: state.columns.map(({ name, type, kind }) => ({ name, type, kind })),
    notices: state.notices,
  };
}
