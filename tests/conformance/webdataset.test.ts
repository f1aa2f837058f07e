import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { Readable } from 'node:stream';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { afterAll, describe, expect, test } from 'vitest';
import { openShard } from '../../extension/engine/shards/open.ts';
import { WHOLE_LIMITS, type Value } from '../../extension/protocol/values.ts';
import { corpusFolder, readOracle, reportSkipped } from './corpus.ts';

interface PlainMember {
  readonly name: string;
  readonly type: string;
  readonly bytes: Buffer;
}

/** A sample by the key rules, derived with a plain loop: key, then field and bytes in order. */
interface PlainSample {
  readonly key: string;
  readonly members: { readonly name: string; readonly field: string; readonly bytes: Buffer }[];
}

const corpus = corpusFolder();
const cacheFolder = mkdtempSync(join(tmpdir(), 'loupe-webdataset-'));
const { signal } = new AbortController();
let cells = 0;
let shards = 0;
let invalidJson = 0;

afterAll(() => {
  rmSync(cacheFolder, { recursive: true, force: true });
  if (corpus === null) reportSkipped('webdataset', 'every shard of webdataset/');
  else console.log(`webdataset: ${shards} shards, ${cells} cells compared, ${invalidJson} of them JSON that does not parse`);
});

/** Every member by tar-stream; where the archive is cut off, those before the cut. */
async function plainMembers(path: string): Promise<PlainMember[]> {
  const file = readFileSync(path);
  const archive = file[0] === 0x1f && file[1] === 0x8b ? gunzipSync(file) : file;
  const members: PlainMember[] = [];
  const extraction = extract();
  Readable.from([archive]).on('error', () => undefined).pipe(extraction);
  try {
    for await (const entry of extraction) {
      const chunks: Buffer[] = [];
      for await (const chunk of entry) chunks.push(chunk as Buffer);
      members.push({ name: entry.header.name, type: entry.header.type, bytes: Buffer.concat(chunks) });
    }
  } catch {
    // Cut off: what came before counts.
  }
  return members;
}

function plainSamples(members: readonly PlainMember[]): PlainSample[] {
  const samples: PlainSample[] = [];
  for (const { name, type, bytes } of members) {
    const path = name.replace(/^\.\//, '');
    const slash = path.lastIndexOf('/') + 1;
    const dot = path.indexOf('.', slash);
    if (type !== 'file' || dot <= slash || path.slice(slash).startsWith('__')) continue;
    const key = path.slice(0, dot);
    if (samples.at(-1)?.key !== key) samples.push({ key, members: [] });
    samples.at(-1)!.members.push({ name, field: path.slice(dot + 1), bytes });
  }
  return samples;
}

/** A value as `JSON.parse` would give it. */
function plainJson(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (value.type === 'number') return Number(value.text);
  if (value.type === 'list') return value.items.map(plainJson);
  if (value.type === 'struct') return Object.fromEntries(value.entries.map(([name, item]) => [name, plainJson(item)]));
  throw new Error(`no JSON: ${value.type}`);
}

function expectJson(value: Value, text: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    invalidJson++;
    expect(value).toMatchObject({ type: 'invalid', text });
    return;
  }
  expect(plainJson(value)).toEqual(parsed);
}

function expectCell(value: Value, field: string, bytes: Buffer): void {
  const suffix = field.toLowerCase().split('.').at(-1);
  if (suffix === 'json') expectJson(value, bytes.toString('utf8'));
  else if (suffix === 'txt') expect(value).toBe(bytes.toString('utf8'));
  else if (field.endsWith('txt.gz')) expect(value).toBe(gunzipSync(bytes).toString('utf8'));
  else {
    expect(value).toMatchObject({ type: 'bytes', size: bytes.length });
    const { head } = value as Extract<Value, { type: 'bytes' }>;
    expect(Buffer.compare(head, bytes)).toBe(0);
  }
}

const files =
  corpus === null
    ? []
    : readdirSync(join(corpus, 'webdataset'), { recursive: true, encoding: 'utf8' })
        .filter((name) => /\.(tar|tar\.gz|tgz)$/.test(name))
        .map((name) => relative(corpus, join(corpus, 'webdataset', name)))
        .toSorted();

describe.skipIf(corpus === null)('samples by the key rules, their members byte by byte', () => {
  test.for(files)('%s', { timeout: 5_000 }, async (file) => {
    const path = join(corpus ?? '', file);
    const members = await plainMembers(path);
    const samples = plainSamples(members);
    const listed = readOracle<Record<string, { python_tarfile: { name: string }[] }>>(corpus!, 'tar/oracle.json')[file]?.python_tarfile;
    if (listed !== undefined) expect(members.slice(0, listed.length).map(({ name }) => name)).toEqual(listed.map(({ name }) => name));

    const shard = await openShard(path, { cacheFolder, cacheBytes: 1024 ** 3, changed: () => undefined, signal });
    await shard.settled();
    const { format, rows, columns } = shard.state();
    expect(format).toBe('webdataset');
    const names = [...new Set(samples.flatMap((sample) => sample.members.map(({ field }) => field.toLowerCase())))];
    expect(columns.map(({ name }) => name)).toEqual(['__key__', ...names]);

    const cutOff = file.includes('truncated');
    expect(rows).toBe(samples.length + (cutOff && samples.length < rows ? 1 : 0));
    const read = await shard.read({ start: 0, end: rows, columns: columns.map(({ index }) => index), limits: WHOLE_LIMITS }, signal);
    for (const [row, sample] of samples.entries()) {
      expect(read[0]?.[row]).toBe(sample.key);
      cells++;
      const fields = new Map(sample.members.map((member) => [member.field.toLowerCase(), member]));
      for (const { index, name } of columns.slice(1)) {
        const member = fields.get(name);
        const value = read[index]?.[row];
        // The member that the cut goes through is known to the oracle only as an error.
        if (member === undefined) {
          if (!(cutOff && row === samples.length - 1)) expect(value, `${sample.key} ${name}`).toEqual({ type: 'missing' });
        } else expectCell(value!, member.field, member.bytes);
        cells++;
      }
      const listedMembers = await shard.members(row, signal);
      expect(listedMembers?.slice(0, sample.members.length).map(({ name, field, size }) => ({ name, field, size }))).toEqual(
        sample.members.map(({ name, field, bytes }) => ({ name, field, size: bytes.length })),
      );
    }
    const cut = shard.state().notices.filter(({ message }) => message.includes('cut off at byte'));
    expect(cut).toHaveLength(cutOff ? 1 : 0);
    shards++;
    await shard.close();
  });
});
