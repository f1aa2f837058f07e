import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { accepted, edited, type Sitting } from '../../../extension/engine/captions/annotate.ts';
import { changeBetween } from '../../../extension/engine/captions/row-rounds.ts';
import { RowNames } from '../../../extension/engine/captions/row-names.ts';
import { SideCarPlace } from '../../../extension/engine/captions/side-car-place.ts';
import { SideCarRounds, UNION_MERGE } from '../../../extension/engine/captions/side-car.ts';
import { openLocation } from '../../../extension/engine/open-location.ts';
import type { CaptionRound } from '../../../extension/protocol/captions.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-rounds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const { signal } = new AbortController();

const minute = (at: number): string => new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString();
function round(annotator: string, at: number, text: string, before: readonly CaptionRound[] = []): CaptionRound[] {
  const sitting = (then: number): Sitting => ({ annotator, at: minute(then), seed: { text: 'alt', round: 1 }, spent: 7 });
  return accepted([])(edited(text)(before, sitting(at)), sitting(at + 1));
}

async function placeOf(path: string): Promise<SideCarPlace> {
  const shard = await openLocation({ kind: 'file', path, sideCars: 'none' }, { cacheFolder: folder, cacheBytes: 1e6, changed: () => undefined, signal });
  try {
    return new SideCarPlace(path, await RowNames.of(shard, null, signal));
  } finally {
    await shard.close();
  }
}

const texts = (rounds: readonly CaptionRound[] = []): string[] => rounds.map(({ round: number, annotator, text }) => `${number} ${annotator}: ${text}`);

describe('a side-car of rounds', () => {
  it('is written by appending and read back by key', async () => {
    const shard = join(folder, 'a.jsonl');
    writeFileSync(shard, '{"id": "x", "caption": "alt"}\n{"id": "y", "caption": "alt"}\n{"id": "x", "caption": "twice"}\n');
    const place = await placeOf(shard);
    expect(await place.read(signal)).toEqual({ rows: new Map(), remarks: [] });
    const [first, second] = [round('anna', 0, 'a cat\u2028\u202e'), round('anna', 3, 'second of x')];
    await place.write(new Map([[0, { put: first, taken: [] }], [2, { put: second, taken: [] }]]), signal);
    const before = readFileSync(place.path, 'utf8');
    expect(before.split('\n').map((line) => (line === '' ? null : (JSON.parse(line) as { key: string; nth?: number }))).map((each) => each && [each.key, each.nth])).toEqual([['x', undefined], ['x', 2], null]);
    const more = round('ben', 5, 'a black cat', first);
    await place.write(new Map([[0, changeBetween(first, more)]]), signal);
    expect(readFileSync(place.path, 'utf8').startsWith(before)).toBe(true);
    const { rows } = await (await placeOf(shard)).read(signal);
    expect(texts(rows.get(0))).toEqual(['2 anna: a cat\u2028\u202e', '3 ben: a black cat']);
    expect(texts(rows.get(2))).toEqual(['2 anna: second of x']);
    expect(rows.get(0)).toEqual(more);
  });

  it('takes a round back and puts it in again by lines of a higher revision', async () => {
    const shard = join(folder, 'b.jsonl');
    writeFileSync(shard, '{"t": 1}\n');
    const place = await placeOf(shard);
    const one = round('anna', 0, 'x');
    const read = async (): Promise<string[]> => texts((await place.read(signal)).rows.get(0));
    for (const [put, taken, left] of [[one, [], 1], [[], one, 0], [one, [], 1]] as const) {
      await place.write(new Map([[0, { put, taken }]]), signal);
      expect(await read()).toHaveLength(left);
    }
    expect(readFileSync(place.path, 'utf8').trim().split('\n').map((line) => (JSON.parse(line) as { revision?: number; row: number })).map(({ revision, row }) => [row, revision])).toEqual([[0, undefined], [0, 2], [0, 3]]);
  });

  it('means the same in whatever order its lines come, also more than once', () => {
    const random = seededRandom(runSeed());
    const writer = new SideCarRounds();
    const lines: string[] = [];
    const write = (row: number, put: readonly CaptionRound[], taken: readonly CaptionRound[]): void => {
      for (const line of writer.linesFor({ row }, put, taken)) {
        lines.push(line);
        writer.take(line, lines.length);
      }
    };
    for (let step = 0; step < 40; step++) {
      const row = below(random, 3);
      const own = writer.roundsOf({ row });
      const victim = own[below(random, Math.max(1, own.length))];
      if (victim !== undefined && random() < 0.4) write(row, [], [victim]);
      else if (victim !== undefined && random() < 0.5) write(row, [{ ...victim, text: `changed ${step}` }], []);
      else write(row, round(`a${below(random, 3)}`, step, `text ${step}`, own).slice(-1), []);
    }
    const expected = [0, 1, 2].map((row) => writer.roundsOf({ row }));
    for (let run = 0; run < 20; run++) {
      const shuffled = [...lines, ...lines.filter(() => random() < 0.3)].map((line) => ({ line, at: random() })).sort((a, b) => a.at - b.at);
      const reader = new SideCarRounds();
      for (const [at, { line }] of shuffled.entries()) reader.take(line, at + 1);
      expect([0, 1, 2].map((row) => reader.roundsOf({ row }))).toEqual(expected);
      expect(reader.remarks).toEqual([]);
    }
  });

  it('tells broken lines and keeps them, a line that a crash cut off too', async () => {
    const shard = join(folder, 'c.jsonl');
    writeFileSync(shard, '{"id": "x"}\n');
    const place = await placeOf(shard);
    await place.write(new Map([[0, { put: round('anna', 0, 'sound'), taken: [] }]]), signal);
    appendFileSync(place.path, '<<<<<<< HEAD\nno json\n[1]\n{"key": "x"}\n{"round": 2}\n\n{"key": "gone", "round": 2, "annotator": "z", "started": "2026-01-01T00:00:00Z", "text": "t"}\n{"key": "x", "round": 2, "ann');
    await place.write(new Map([[0, { put: round('ben', 9, 'after the crash'), taken: [] }]]), signal);
    const before = readFileSync(place.path, 'utf8');
    const { rows, remarks } = await place.read(signal);
    expect(texts(rows.get(0))).toEqual(['2 anna: sound', '2 ben: after the crash']);
    expect(remarks.join('\n')).toMatch(/line 2: git left a conflict.*\n.*line 3: it is no JSON object.*\n.*line 4.*\n.*line 5: its round.*\n.*line 6: it names no row.*\n.*line 9: it is no JSON object.*\n.*1 rows of it are not in the shard/);
    expect(readFileSync(place.path, 'utf8')).toBe(before);
  });

  it('tells a thousand broken lines in few', () => {
    const reader = new SideCarRounds();
    for (let line = 1; line <= 1_000; line++) reader.take('x', line);
    reader.take(null, 1_001);
    expect(reader.remarks).toHaveLength(21);
    expect(reader.remarks.at(-1)).toBe('981 more lines do not count');
  });
});

describe('two annotators on copies of one shard', () => {
  const git = (cwd: string, ...args: string[]): string =>
    execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.com', '-c', 'init.defaultBranch=main', '-c', 'commit.gpgsign=false', ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

  it('are merged by git without a loss, and without a conflict where the attribute is set', async () => {
    const [origin, anna, ben] = ['origin', 'anna', 'ben'].map((name) => join(folder, name)) as [string, string, string];
    git(folder, 'init', origin);
    writeFileSync(join(origin, 'a.jsonl'), '{"id": "x", "caption": "alt"}\n{"id": "y", "caption": "alt"}\n');
    const seed = await placeOf(join(origin, 'a.jsonl'));
    const common = round('zoe', 0, 'the first');
    await seed.write(new Map([[0, { put: common, taken: [] }]]), signal);
    expect(await seed.missingAttribute()).toBe(UNION_MERGE);
    writeFileSync(join(origin, '.gitattributes'), `${UNION_MERGE}\n`);
    expect(await seed.missingAttribute()).toBeNull();
    git(origin, 'add', '.');
    git(origin, 'commit', '-m', 'seed');
    git(folder, 'clone', '-q', origin, anna);
    git(folder, 'clone', '-q', origin, ben);
    for (const [clone, name, at] of [[anna, 'anna', 10], [ben, 'ben', 20]] as const) {
      const place = await placeOf(join(clone, 'a.jsonl'));
      const { rows } = await place.read(signal);
      const three = round(name, at, `by ${name}`, rows.get(0));
      await place.write(new Map([[0, changeBetween(rows.get(0) ?? [], three)], [1, { put: round(name, at + 2, `y by ${name}`), taken: [] }]]), signal);
      git(clone, 'commit', '-qam', `rounds of ${name}`);
    }
    git(anna, 'pull', '-q', '--no-rebase', '--no-edit', ben, 'main');
    expect(existsSync(join(anna, '.git', 'MERGE_HEAD'))).toBe(false);
    const { rows, remarks } = await (await placeOf(join(anna, 'a.jsonl'))).read(signal);
    expect(remarks).toEqual([]);
    expect(texts(rows.get(0))).toEqual(['2 zoe: the first', '3 anna: by anna', '3 ben: by ben']);
    expect(texts(rows.get(1))).toEqual(['2 anna: y by anna', '2 ben: y by ben']);
  });
});
