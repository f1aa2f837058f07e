import { resolve } from 'node:path';
import type { Column } from '../../protocol/shards.ts';
import { WHOLE_LIMITS, type Value } from '../../protocol/values.ts';
import { toLoupeError } from '../../rpc/failure.ts';
import { writtenOf } from '../edits/written-value.ts';
import { openLocation } from '../open-location.ts';
import { jsonText } from '../pages/json-text.ts';
import type { Shard } from '../shards/shard.ts';
import type { ApplyCircumstances } from './apply.ts';
import type { Invocation } from './arguments.ts';
import { editLine, keyText } from './edit-lines.ts';
import { keyColumn, rowsByKey } from './row-keys.ts';
import { terminalText } from '../pages/terminal-text.ts';

export type DiffInvocation = Extract<Invocation, { command: 'diff' }>;

/** Rows that are compared at a time: their pictures are in memory. */
const BATCH = 16;
const MISSING: Value = { type: 'missing' };

/** Two shards, and how rows of one are found in the other. */
interface Sides {
  readonly before: Shard;
  readonly after: Shard;
  readonly columns: readonly Pair[];
  /** Of the first shard; null where rows are paired by number. */
  readonly key: number | null;
  readonly rowOf: (row: number, key: Value) => number | null;
}

/** A column of both sides; null where a side has none of its name. */
interface Pair {
  readonly name: string;
  readonly before: number | null;
  readonly after: number | null;
}

/** Writes the edits that make the second shard of the first, a line each as `loupe apply` takes them. @returns the exit code */
export async function runDiff({ files: [a, b], key }: DiffInvocation, { terminal, signal, ...cache }: ApplyCircumstances): Promise<number> {
  const shards: Shard[] = [];
  try {
    for (const file of [a, b]) {
      const shard = await openLocation({ kind: 'file', path: resolve(file), sideCars: 'none' }, { ...cache, changed: () => undefined, signal });
      shards.push(shard);
      await shard.settled();
      await shard.rewriter?.ready?.();
    }
    const [before, after] = shards;
    if (before === undefined || after === undefined) return 1;
    const { lines, remarks } = await differences(await pairUp(before, after, key, signal), signal);
    for (const line of lines) terminal.out(`${line}\n`);
    for (const remark of remarks) terminal.err(`loupe: ${terminalText(remark)}\n`);
    return 0;
  } catch (error) {
    terminal.err(`loupe: ${terminalText(toLoupeError(error).message)}\n`);
    return 1;
  } finally {
    for (const shard of shards) await shard.close();
  }
}

async function pairUp(before: Shard, after: Shard, key: string | null, signal: AbortSignal): Promise<Sides> {
  const columns = pairsOf(before.state().columns, after.state().columns);
  if (key === null) return { before, after, columns, key, rowOf: (row) => (row < after.state().rows ? row : null) };
  const rows = await rowsByKey(after, keyColumn(after, key), signal);
  return { before, after, columns, key: keyColumn(before, key), rowOf: (_, value) => rows.get(keyText(value)) ?? null };
}

function pairsOf(before: readonly Column[], after: readonly Column[]): Pair[] {
  const names = new Set([...before, ...after].map(({ name }) => name));
  const indexIn = (columns: readonly Column[], name: string): number | null => columns.find((column) => column.name === name)?.index ?? null;
  return [...names].map((name) => ({ name, before: indexIn(before, name), after: indexIn(after, name) }));
}

/** What was found so far. */
class Findings {
  readonly lines: string[] = [];
  readonly #unwritten = new Map<string, number>();
  /** Rows that both files have. */
  paired = 0;

  /** A difference that no edit can say, because a value is no JSON. */
  note(column: string): void {
    this.#unwritten.set(column, (this.#unwritten.get(column) ?? 0) + 1);
  }

  remarks(rowsAfter: number): string[] {
    const count = (rows: number): string => `${rows} ${rows === 1 ? 'row' : 'rows'}`;
    const remarks = [...this.#unwritten].map(([name, rows]) => `${name} differs in ${count(rows)} in a way that cannot be written as an edit`);
    const added = rowsAfter - this.paired;
    return added > 0 ? [...remarks, `only in the second file: ${count(added)}`] : remarks;
  }
}

async function differences(sides: Sides, signal: AbortSignal): Promise<{ readonly lines: readonly string[]; readonly remarks: readonly string[] }> {
  const findings = new Findings();
  const { rows } = sides.before.state();
  for (let start = 0; start < rows; start += BATCH) {
    await compareBatch(sides, Array.from({ length: Math.min(BATCH, rows - start) }, (_, at) => start + at), findings, signal);
  }
  return { lines: findings.lines, remarks: findings.remarks(sides.after.state().rows) };
}

async function compareBatch(sides: Sides, rows: readonly number[], findings: Findings, signal: AbortSignal): Promise<void> {
  const keys = sides.key === null ? [] : await cellsOf(sides.before, rows, [sides.key], signal);
  const partners = rows.map((row, at) => sides.rowOf(row, keys[0]?.[at] ?? null));
  const before = await cellsOf(sides.before, rows, sides.columns.map((pair) => pair.before), signal);
  const after = await cellsOf(sides.after, partners.map((row) => row ?? 0), sides.columns.map((pair) => pair.after), signal);
  for (const [at, row] of rows.entries()) {
    const name = sides.key === null ? (['row', { type: 'number', text: String(row) }] as const) : (['key', keys[0]?.[at] ?? null] as const);
    if (partners[at] === null) {
      findings.lines.push(editLine(name, null));
      continue;
    }
    findings.paired++;
    for (const [place, pair] of sides.columns.entries()) compareCell(sides, pair, name, [before[place]?.[at] ?? null, after[place]?.[at] ?? null], findings);
  }
}

function compareCell({ before }: Sides, pair: Pair, row: readonly ['row' | 'key', Value], [old, now]: readonly [Value, Value], findings: Findings): void {
  const [from, to] = [writtenOf(old), writtenOf(now)];
  const same = JSON.stringify(from ?? jsonText(old)) === JSON.stringify(to ?? jsonText(now));
  if (same) return;
  const target = pair.before === null ? { path: [pair.name] } : before.rewriter?.targets()[pair.before];
  if (from === null || to === null || target === undefined || !('path' in target)) findings.note(pair.name);
  else findings.lines.push(editLine(row, { path: target.path, old, new: now }));
}

/** Whole cells of single rows; missing in a column that the shard does not have. */
async function cellsOf(shard: Shard, rows: readonly number[], columns: readonly (number | null)[], signal: AbortSignal): Promise<Value[][]> {
  const own = columns.filter((column) => column !== null);
  const values = own.length === 0 ? [] : await shard.readRows({ rows, columns: own, limits: WHOLE_LIMITS }, signal);
  let next = 0;
  return columns.map((column) => (column === null ? rows.map(() => MISSING) : (values[next++] ?? [])));
}
