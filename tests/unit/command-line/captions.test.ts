import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { run } from '../../../extension/engine/command-line/run.ts';
import { END, member } from '../webdataset/archive.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-captions-'));
beforeAll(() => void (process.env.XDG_CACHE_HOME = folder));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function loupe(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const terminal = { out: (text: string) => void (out += text), err: (text: string) => void (err += text), width: 0 };
  const code = await run(['captions', ...argv], '0.1.0', terminal, new AbortController().signal);
  return { code, out, err };
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

const read = (path: string): string => readFileSync(path, 'utf8');

let clock = 0;
const minute = (): string => new Date(Date.UTC(2026, 0, 1, 0, clock++)).toISOString();
/** A file of actions, a minute each. */
function actions(name: string, ...list: readonly Record<string, unknown>[]): string {
  return write(name, list.map((action) => `${JSON.stringify({ ...action, at: minute() })}\n`).join(''));
}
const accept = (row: number, text: string): Record<string, unknown>[] => [{ do: 'go', row }, { do: 'edit', text }, { do: 'accept' }];

async function annotate(shard: string, annotator: string, list: readonly Record<string, unknown>[], ...more: string[]): Promise<{ code: number; out: string; err: string }> {
  return loupe('annotate', shard, actions(`actions-${clock}.jsonl`, ...list), '--annotator', annotator, '--journal', join(folder, `journal-${clock}`), ...more);
}

interface Shown {
  readonly key: string;
  readonly seeds: readonly { readonly source: string; readonly text: string }[];
  readonly disputed: readonly number[];
  readonly rounds: readonly { readonly round: number; readonly text: string; readonly annotator: string; readonly seconds: number; readonly ended: string | null; readonly numbers: Record<string, unknown> }[];
}
async function shown(shard: string, ...more: string[]): Promise<Shown[]> {
  const { out, code, err } = await loupe('show', shard, '--format', 'json', ...more);
  expect([code, err]).toEqual([0, '']);
  return out.trim().split('\n').map((line) => JSON.parse(line) as Shown);
}

describe('loupe captions annotate', () => {
  it('keeps rounds in a side-car, leaves the shard alone until it is written, and then keeps the alt-text as round 1', async () => {
    const content = '{"id": "x", "caption": "IMG dog in Paris"}\n{"id": "y", "caption": "cat"}\n';
    const shard = write('a.jsonl', content);
    expect(await annotate(shard, 'anna', [...accept(0, 'A black dog in Paris'), { do: 'go', row: 1 }, { do: 'edit', text: 'half' }, { do: 'skip' }, { do: 'save' }])).toEqual({ code: 0, out: '7 actions done\n', err: '' });
    expect(read(shard)).toBe(content);
    await annotate(shard, 'ben', [...accept(0, 'A black dog sits'), { do: 'save' }]);
    const [first, second] = await shown(shard);
    expect(first!.rounds.map((each) => [each.round, each.annotator, each.text, each.seconds])).toEqual([[2, 'anna', 'A black dog in Paris', 120], [3, 'ben', 'A black dog sits', 120]]);
    expect(first!.rounds[1]!.numbers).toMatchObject({ words: 4, tokens: 6, fromPrevious: 2, over: [], lost: [{ text: 'Paris', kind: 'name' }] });
    expect(second!.rounds).toMatchObject([{ annotator: 'anna', text: 'half', ended: null }]);
    const { out } = await loupe('show', shard);
    expect(out).toContain('round 3, ben, accepted, 120 s: A black dog [-in Paris-]{+sits+}');
    expect(out).toContain('lost: Paris (name, no reason given)');
    expect((await loupe('write', shard)).out).toBe(`${shard}: 1 captions written\n`);
    expect(read(shard)).toBe('{"id": "x", "caption": "A black dog sits"}\n{"id": "y", "caption": "cat"}\n');
    expect((await shown(shard))[0]!.rounds[0]).toMatchObject({ round: 1, text: 'IMG dog in Paris' });
    expect((await loupe('write', shard)).out).toBe(`${shard}: 0 captions written\n`);
  });

  it('has what was not saved in the journal the next time', async () => {
    const shard = write('b.jsonl', '{"id": "x", "caption": "alt"}\n');
    const journal = join(folder, 'b.journal');
    const step = (...list: readonly Record<string, unknown>[]): ReturnType<typeof loupe> => loupe('annotate', shard, actions('b-actions.jsonl', ...list), '--annotator', 'anna', '--journal', journal);
    await step(...accept(0, 'kept'));
    expect((await shown(shard))[0]!.rounds).toEqual([]);
    await step({ do: 'save' });
    expect((await shown(shard))[0]!.rounds).toMatchObject([{ text: 'kept' }]);
    await step({ do: 'undo' }, { do: 'save' });
    expect((await shown(shard))[0]!.rounds).toMatchObject([{ text: 'kept', ended: null }]);
  });

  it('writes a list of records into the lines, with the caption, and other lines stay', async () => {
    const shard = write('c.jsonl', '{"alt": "IMG dog", "caption": "dog", "n": 12345678901234567890}\n{"alt": "b", "caption_rounds": "none of ours"}\n');
    expect((await annotate(shard, 'anna', [...accept(0, 'a dog'), { do: 'save' }], '--in', 'column')).code).toBe(0);
    const [first, second] = read(shard).split('\n');
    expect(JSON.parse(first!)).toMatchObject({ caption: 'a dog', caption_rounds: [{ round: 2, text: 'a dog', annotator: 'anna', lost_concepts: [], flags: [] }] });
    expect(first).toContain('"n": 12345678901234567890');
    expect(second).toBe('{"alt": "b", "caption_rounds": "none of ours"}');
    const { err, code } = await annotate(shard, 'anna', [...accept(1, 'x'), { do: 'save' }], '--in', 'column');
    expect([code, err]).toEqual([1, expect.stringContaining('caption_rounds is no list of rounds; nothing was saved')]);
    expect(err).toContain('row 2: caption_rounds has another shape than a list of rounds; it stays as it is.');
    expect(read(shard).split('\n')).toEqual([first, second, '']);
  });

  it('keeps records of others in a list to the letter', async () => {
    const shard = write('d.jsonl', '{"alt": "x", "caption": "x", "caption_rounds": [{"other": 1e400}, 7]}\n');
    const { code, err } = await annotate(shard, 'anna', [...accept(0, 'y'), { do: 'save' }], '--in', 'column');
    expect([code, err]).toEqual([0, expect.stringContaining('2 items that are no rounds')]);
    expect(read(shard)).toContain('"caption_rounds": [{"other": 1e400}, 7, {"round":2');
  });

  it("writes fields of a sample's JSON, and a member where a sample has none", async () => {
    const shard = write('e.tar', Buffer.concat([member('1.txt', 'alt one'), member('1.json', '{"url": "u"}'), member('2.txt', 'alt two'), END]));
    expect(await annotate(shard, 'anna', [...accept(0, 'one'), ...accept(1, 'two'), { do: 'save' }], '--in', 'json')).toMatchObject({ code: 0, err: '' });
    const rows = await shown(shard, '--in', 'json');
    expect(rows.map(({ key, rounds }) => [key, ...rounds.map((each) => `${each.round} ${each.text}`)])).toEqual([['1', '1 alt one', '2 one'], ['2', '1 alt two', '2 two']]);
    expect(readFileSync(shard).includes('{"url": "u", "caption_rounds": [{')).toBe(true);
    expect((await annotate(shard, 'anna', [{ do: 'save' }], '--in', 'column')).err).toContain('have no columns');
  });

  it('adds a column of records to Parquet, which DuckDB reads, and adds to it', async () => {
    const shard = join(folder, 'f.parquet');
    const connection = await (await DuckDBInstance.create()).connect();
    await connection.run(`COPY (SELECT range AS id, 'alt ' || range AS alt, 'c' || range AS caption FROM range(5000)) TO '${shard}' (FORMAT parquet, ROW_GROUP_SIZE 2048)`);
    expect(await annotate(shard, 'anna', [...accept(3, 'three'), { do: 'flag', flag: 'unsafe' }, ...accept(4500, 'späť 猫'), { do: 'save' }], '--in', 'column')).toMatchObject({ code: 0, err: '' });
    expect(await annotate(shard, 'ben', [{ do: 'go', row: 3 }, { do: 'edit', text: 'Three' }, { do: 'accept', lost: [{ concept: 'alt', reason: 'wrong' }] }, { do: 'save' }], '--in', 'column')).toMatchObject({ code: 0, err: '' });
    const table = await connection.runAndReadAll(`SELECT id::INTEGER AS id, caption, to_json(caption_rounds)::VARCHAR AS rounds FROM '${shard}' WHERE caption_rounds IS NOT NULL ORDER BY id`);
    const rows = table.getRowObjectsJson().map(({ id, caption, rounds }) => [id, caption, JSON.parse(rounds as string) as Record<string, unknown>[]] as const);
    expect(rows.map(([id, caption, rounds]) => [id, caption, rounds.map(({ round, text, flags, ended }) => [round, text, flags, ended === null])])).toEqual([
      [3, 'Three', [[2, 'three', [], false], [3, 'three', ['unsafe'], true], [3, 'Three', [], false]]],
      [4500, 'späť 猫', [[2, 'späť 猫', [], false]]],
    ]);
    expect(rows[0]![2][2]).toMatchObject({ annotator: 'ben', lost_concepts: [{ concept: 'alt', reason: 'wrong' }], adjudicates: [] });
    const all = await connection.runAndReadAll(`SELECT count(*)::INTEGER AS n, sum(id)::INTEGER AS s, count(DISTINCT alt)::INTEGER AS a FROM '${shard}'`);
    expect(all.getRowsJson()).toEqual([[5000, 12_497_500, 5000]]);
    connection.closeSync();
  });

  it('passes over what is no action, and says which line', async () => {
    const shard = write('g.jsonl', '{"caption": ""}\n');
    const { code, err, out } = await annotate(shard, 'anna', [{ do: 'edit', text: 'x' }, { do: 'go', row: 5 }, { do: 'dance' }, { do: 'go', row: 0 }, { do: 'flag', flag: 'bored' }, { do: 'edit' }, { do: 'skip' }]);
    expect([code, out]).toEqual([0, '2 actions done\n']);
    expect(err.match(/line (\d)/g)).toEqual(['line 1', 'line 2', 'line 3', 'line 5', 'line 6']);
    expect((await loupe('annotate', shard, join(folder, 'nope'), '--annotator', 'a', '--journal', join(folder, 'g'))).code).toBe(1);
  });

  it('lets two texts of one round be decided', async () => {
    const shard = write('h.jsonl', '{"id": "x", "caption": "alt"}\n');
    const line = (annotator: string, text: string): string => `${JSON.stringify({ key: 'x', round: 2, text, annotator, started: minute(), ended: minute(), seconds: 5, flags: [], lost_concepts: [], base_sha256: '' })}\n`;
    write('h.jsonl.rounds.jsonl', line('ben', 'one dog') + line('anna', 'a dog on grass'));
    expect((await shown(shard))[0]!.disputed).toEqual([2]);
    expect((await loupe('show', shard)).out).toContain('round 2 has 2 texts: one has to be decided for');
    const progress = JSON.parse((await loupe('progress', shard, '--format', 'json')).out) as Record<string, unknown>;
    expect(progress).toMatchObject({ rows: 1, begun: 1, disputed: 1, agreement: [{ first: 'anna', second: 'ben', sameRounds: 1, distance: 3 }] });
    await annotate(shard, 'carl', [{ do: 'go', row: 0 }, { do: 'adjudicate', round: 2, text: 'a dog' }, { do: 'save' }]);
    expect((await shown(shard))[0]!.disputed).toEqual([]);
    expect((await loupe('write', shard)).code).toBe(0);
    expect(read(shard)).toBe('{"id": "x", "caption": "a dog"}\n');
  });
});

describe('loupe captions progress', () => {
  it('counts by round, annotator and day, tells agreement and who is done', async () => {
    const shard = write('p.jsonl', '{"id": "x", "caption": "IMG dog"}\n{"id": "y", "caption": "cat"}\n');
    await annotate(shard, 'anna', [...accept(0, 'a black dog'), ...accept(1, 'a cat sleeping'), { do: 'save' }]);
    await annotate(shard, 'ben', [...accept(0, 'a black hound'), { do: 'save' }]);
    const progress = JSON.parse((await loupe('progress', shard, '--format', 'json', '--rounds', '3', '--distance', '2')).out) as Record<string, unknown>;
    expect(progress).toMatchObject({
      rows: 2, begun: 2, disputed: 0, stopped: 1,
      byRound: [{ name: '2', rounds: 2, seconds: 240 }, { name: '3', rounds: 1 }],
      byAnnotator: [{ name: 'anna', rounds: 2 }, { name: 'ben', rounds: 1 }],
      byDay: [{ name: '2026-01-01', rounds: 3 }],
      agreement: [{ first: 'anna', second: 'ben', sameRounds: 0, editedWords: 2, editsKept: 1 }],
    }); // prettier-ignore
    expect((await loupe('progress', shard)).out).toContain('2 of 2 rows begun, 0 to be decided\n');
  });
});

describe('loupe captions export and import', () => {
  const altogether = '{"data": [{"round3": "A caf\\u00e9.", "url": "http://a/1", "img_path": "1.jpg", "alt": "cafe", "source": "wit", "face_bbox": [[0.10, 2, 3, 4]]}, {"round3": "B", "url": "http://a/2", "img_path": "2.jpg", "alt": "b", "source": "datacomp"}]}';

  it("opens Altogether's release, gives it back byte for byte, and with a round in it", async () => {
    const shard = write('release.json', altogether);
    const to = join(folder, 'release-out.json');
    expect((await loupe('export', shard, '--to', to, '--as', 'altogether')).code).toBe(0);
    expect(read(to)).toBe(altogether);
    await annotate(shard, 'anna', [{ do: 'go', row: 1 }, { do: 'restore', round: 3 }, ...accept(1, 'B and more'), { do: 'save' }]);
    expect((await shown(shard))[1]!.rounds).toMatchObject([{ round: 4, text: 'B and more', numbers: { fromPrevious: 2 } }]);
    await loupe('export', shard, '--to', to, '--as', 'altogether', '--replace');
    expect(read(to)).toBe(altogether.replace('"B"', '"B and more"'));
    await loupe('write', shard);
    expect((await shown(shard))[1]!.rounds.map(({ round, text }) => `${round} ${text}`)).toEqual(['3 B', '4 B and more']);
    expect(read(shard)).toBe(altogether.replace('"B"', '"B and more"'));
    const other = write('other.jsonl', '{"id": "1", "img_path": "2.jpg", "alt": "b"}\n{"id": "2", "img_path": "9.jpg", "alt": "z"}\n');
    expect((await loupe('import', other, '--from', to, '--annotator', 'altogether')).out).toBe('1 rows got rounds\n');
    expect((await shown(other)).map(({ rounds }) => rounds.map(({ text }) => text))).toEqual([['B and more'], []]);
  });

  it('writes and reads captions by key in both shapes', async () => {
    const shard = write('k.jsonl', '{"uuid": "u-1", "caption": "x"}\n{"uuid": "u-2", "caption": "y"}\n');
    await annotate(shard, 'anna', [...accept(0, 'ünï "x"'), { do: 'save' }]);
    for (const [shape, expected] of [['uuid', '{"u-1": {"altogether": "\\u00fcn\\u00ef \\"x\\""}}'], ['uuid-text', '{"u-1": "\\u00fcn\\u00ef \\"x\\""}']] as const) {
      const to = join(folder, `${shape}.json`);
      expect((await loupe('export', shard, '--to', to, '--as', shape)).code).toBe(0);
      expect(read(to)).toBe(expected);
      const copy = write(`copy-${shape}.jsonl`, '{"uuid": "u-1", "caption": "x"}\n');
      expect((await loupe('import', copy, '--from', to, '--annotator', 'm')).out).toBe('1 rows got rounds\n');
      expect((await shown(copy))[0]!.rounds).toMatchObject([{ round: 2, annotator: 'm', text: 'ünï "x"' }]);
      expect((await loupe('import', copy, '--from', to, '--annotator', 'm')).out).toBe('0 rows got rounds\n');
    }
    expect((await loupe('import', shard, '--from', write('bad.json', '[1]'), '--annotator', 'm')).err).toContain('holds no captions by key');
    expect((await loupe('import', shard, '--from', write('odd.json', '{"u-1": 5, "u-9": "t"}'), '--annotator', 'm')).err).toMatch(/1 entries of odd.json.*\n.*1 captions of odd.json are of no row/);
  });

  it("adds to MetaCLIP's texts, seeds from them, and joins them", async () => {
    const shard = write('m.jsonl', '{"uuid": "u", "url": "http://a", "texts": [["alt", "red car", [17, 4]], ["title", "Ford", []], ["alt", "red car", []]]}\n');
    await annotate(shard, 'anna', [...accept(0, 'a red Ford'), { do: 'save' }]);
    const to = join(folder, 'm-out.jsonl');
    await loupe('export', shard, '--to', to, '--as', 'metaclip');
    expect(read(to)).toBe('{"uuid": "u", "url": "http://a", "texts": [["alt", "red car", [17, 4]], ["title", "Ford", []], ["alt", "red car", []], ["altogether", "a red Ford"]]}\n');
    expect((await shown(shard))[0]!.seeds).toEqual([{ source: 'alt', text: 'red car' }, { source: 'title', text: 'Ford' }]);
  });

  it("takes generated captions as seeds, from a file or from Altogether's folders", async () => {
    mkdirSync(join(folder, 'gen/7'), { recursive: true });
    writeFileSync(join(folder, 'gen/7/107.json'), '{"1": {"altogether": "generated one"}, "2": "generated two"}');
    const shard = write('107.tar', Buffer.concat([member('1.txt', 'alt'), member('2.txt', 'alt 2'), END]));
    const seeds = (await shown(shard, '--generated', join(folder, 'gen'))).map((row) => row.seeds.at(-1));
    expect(seeds).toEqual([{ source: 'generated', text: 'generated one' }, { source: 'generated', text: 'generated two' }]);
    expect((await loupe('show', shard, '--generated', join(folder, 'nowhere'))).err).toContain('there are no generated captions of 107.tar');
  });

  it('writes ImageInWords, plain lines and Parquet', async () => {
    const shard = write('i.jsonl', '{"image/key": "k1", "id": "k1", "caption": "x", "objects": [{"label": "cat"}]}\n{"image/key": "k2", "id": "k2", "caption": "y"}\n');
    await annotate(shard, 'anna', [...accept(0, 'a cat'), { do: 'save' }]);
    await loupe('export', shard, '--to', join(folder, 'iiw.jsonl'), '--as', 'imageinwords');
    expect(read(join(folder, 'iiw.jsonl'))).toBe('{"IIW": "a cat", "image/key": "k1", "objects": [{"label": "cat"}]}\n');
    const lines = join(folder, 'plain.jsonl');
    await loupe('export', shard, '--to', lines, '--as', 'jsonl');
    const [first, second] = read(lines).trim().split('\n').map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(first).toMatchObject({ key: 'k1', caption: 'a cat', alt_text: 'x', rounds: [{ round: 2, text: 'a cat', annotator: 'anna' }] });
    expect(second).toEqual({ key: 'k2', caption: null, alt_text: 'y', rounds: [] });
    const copy = write('i-copy.jsonl', '{"id": "k1", "caption": "x"}\n');
    await loupe('import', copy, '--from', lines, '--annotator', 'z');
    expect((await shown(copy))[0]!.rounds).toMatchObject([{ annotator: 'anna', text: 'a cat' }]);
    const parquet = join(folder, 'plain.parquet');
    expect((await loupe('export', shard, '--to', parquet, '--as', 'parquet')).code).toBe(0);
    const connection = await (await DuckDBInstance.create()).connect();
    const table = await connection.runAndReadAll(`SELECT key, caption, rounds[1].annotator, rounds[1].text, len(rounds)::INTEGER FROM '${parquet}'`);
    expect(table.getRowsJson()).toEqual([['k1', 'a cat', 'anna', 'a cat', 1], ['k2', null, null, null, 0]]);
    connection.closeSync();
    expect((await loupe('export', shard, '--to', parquet, '--as', 'parquet')).code).toBe(2);
  });
});

describe('loupe captions pairs', () => {
  it('hides which text is which, the same way for the same seed, and tells it from the answers', async () => {
    const rows = Array.from({ length: 40 }, (_, at) => ({ id: `r${at}`, A: `first ${at}`, B: `second ${at}` }));
    const shard = write('pairs.jsonl', rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const sheet = async (seed: string): Promise<string> => (await loupe('pairs', shard, '--columns', 'A,B', '--seed', seed)).out;
    const [one, again, other] = [await sheet('7'), await sheet('7'), await sheet('8')];
    expect(one).toBe(again);
    expect(one).not.toBe(other);
    const pairs = one.trim().split('\n').map((line) => JSON.parse(line) as { key: string; first: string; second: string });
    expect(pairs.map(({ key }) => key)).not.toEqual(rows.map(({ id }) => id));
    expect(new Set(pairs.map(({ key }) => key)).size).toBe(40);
    const swapped = pairs.filter(({ first }) => first.startsWith('second'));
    expect(swapped.length).toBeGreaterThan(8);
    expect(swapped.length).toBeLessThan(32);
    // A rater who always finds the text of A substantially better.
    const answers = write('answers.jsonl', pairs.map(({ key, first }) => `${JSON.stringify({ key, Specificity: first.startsWith('first') ? 1 : 5, Hallucination: 3 })}\n`).join('') + 'x\n');
    const rated = await loupe('pairs', shard, '--columns', 'A,B', '--seed', '7', '--answers', answers);
    expect(rated.err).toContain('line 41');
    const table = JSON.parse((await loupe('ratings', write('rated.jsonl', rated.out), '--format', 'json')).out) as { counts: Record<string, number[]> };
    expect(table.counts).toMatchObject({ Specificity: [40, 0, 0, 0, 0], Hallucination: [0, 0, 40, 0, 0] });
  });
});

describe('hostile captions', () => {
  it('are said and kept: nothing at all, 50,000 characters, direction controls, HTML', async () => {
    const long = 'word '.repeat(10_000);
    const texts = ['', long, 'a \u202etac\u202c <script>alert(1)</script> \u001b[31m', '\ud800 half'];
    const shard = write('hostile.jsonl', `${texts.map((caption, id) => JSON.stringify({ id: `r${id}`, caption })).join('\n')}\n{"id": "r4"}\n`);
    const edits = texts.map((text, row) => accept(row, `${text} more`)).flat();
    expect(await annotate(shard, 'an\u202ena <b>', [...edits, ...accept(4, 'from nothing'), { do: 'save' }])).toMatchObject({ code: 0, err: '' });
    const rows = await shown(shard);
    expect(rows.map(({ rounds }) => rounds[0]!.text)).toEqual([...texts.map((text) => `${text} more`), 'from nothing']);
    expect(rows[1]!.rounds[0]!.numbers).toMatchObject({ words: 10_001, fromPrevious: 1, over: ['clip', 'alt-text', 'caption'] });
    expect(rows[2]!.rounds[0]!.numbers).toMatchObject({ hidden: ['U+202E', 'U+202C'] });
    const { out } = await loupe('show', shard);
    expect(out).not.toMatch(/[\u001b\u202e]/);
  });

  it('and arguments that make no sense are refused', async () => {
    const shard = write('args.jsonl', '{"caption": "x"}\n');
    for (const argv of [[], ['show'], ['dance', shard], ['show', shard, shard], ['show', shard, '--in', 'space'], ['export', shard], ['export', shard, '--to', 'x', '--as', 'csv'], ['pairs', shard, '--columns', 'a', '--seed', '1'], ['annotate', shard], ['progress', shard, '--rounds', 'x'], ['show', shard, '--caption', 'nope']]) {
      expect((await loupe(...argv)).code, argv.join(' ')).toBe(2);
    }
    expect((await loupe('show', join(folder, 'nope.jsonl'))).code).toBe(1);
  });
});
