import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { EditSet } from '../../../extension/engine/edits/edit-set.ts';
import { saveShard } from '../../../extension/engine/saving/save-shard.ts';
import { openTar } from '../../../extension/engine/shards/webdataset/open.ts';
import { reversed } from '../../../extension/journal/reverse.ts';
import { MISSING, type Change, type WrittenValue } from '../../../extension/protocol/edits.ts';
import { pick } from '../../support/json-model.ts';
import { hasProgram, OUTSIDE_EVERY, OutsideReader, outputOf } from '../../support/outside-reader.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';
import { sequenceNumbers } from '../../support/sequences.ts';
import { UNFLUSHED_FILES } from '../../support/unflushed-files.ts';
import { END, header, member, record, type HeaderFields } from '../webdataset/archive.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-tar-property-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const never = new AbortController().signal;
const context = { cacheFolder: join(folder, 'cache'), cacheBytes: 1024 ** 3, changed: (): void => undefined, signal: never };

const FIELDS = ['txt', 'caption.txt', 'json'];

/** How a member's headers are written. */
type Manner = 'ustar' | 'pax' | 'gnu' | 'base-256';

interface ModelMember {
  readonly name: string;
  readonly field: string;
  readonly manner: Manner;
  readonly fields: HeaderFields;
  body: Buffer;
}

interface ModelSample {
  readonly members: ModelMember[];
  /** Members of no sample that follow. */
  readonly behind: Buffer;
}

function render({ name, manner, fields, body }: ModelMember): Buffer {
  switch (manner) {
    case 'ustar':
      return member(name, body, fields);
    case 'gnu':
      return Buffer.concat([member('././@LongLink', `${name}\0`, { flag: 'L' }), member(name.slice(0, 100), body, { ...fields, magic: 'ustar  \0' })]);
    case 'pax':
      return Buffer.concat([member('PaxHeader', record('path', name) + record('mtime', '1.5') + record('size', String(body.length)), { flag: 'x' }), member('short', body, fields)]);
    case 'base-256': {
      const size = `\x80${'\0'.repeat(8)}${String.fromCharCode(body.length >> 16, (body.length >> 8) & 255, body.length & 255)}`;
      return Buffer.concat([header(name, 0, { ...fields, patch: [[124, size]] }), member('', body).subarray(512)]);
    }
  }
}

class Model {
  samples: ModelSample[];
  readonly gzip: boolean;
  #head: Buffer;
  readonly #end: Buffer;

  constructor(random: () => number) {
    this.gzip = random() < 0.3;
    this.#head = random() < 0.3 ? member('__about.json', '{"x": 1}') : Buffer.alloc(0);
    this.#end = pick(random, [END, Buffer.alloc(10_240), Buffer.alloc(0)]);
    this.samples = Array.from({ length: 2 + below(random, 5) }, (_, i) => randomSample(random, i));
  }

  bytes(): Buffer {
    return Buffer.concat([this.#head, ...this.samples.flatMap(({ members, behind }) => [...members.map(render), behind]), this.#end]);
  }

  /** Puts members of no sample at the beginning, behind those that are there. */
  lead(bytes: Buffer): void {
    this.#head = Buffer.concat([this.#head, bytes]);
  }

  /** The text that counts for a field, as an edit says it; null where the sample has none. */
  get(row: number, field: string): string | null {
    const found = this.samples[row]!.members.find((each) => each.field === field);
    return found === undefined ? null : field === 'json' ? valueInJson(found.body) : JSON.stringify(found.body.toString('utf8'));
  }

  set(row: number, field: string, value: string | null): void {
    const { members } = this.samples[row]!;
    const at = members.findIndex((each) => each.field === field);
    if (value === null) members.splice(at, 1);
    else if (at >= 0) members[at]!.body = field === 'json' ? jsonBody(value) : Buffer.from(JSON.parse(value) as string);
    else {
      const [first] = members;
      const { fields } = first!;
      members.push({ name: `${first!.name.slice(0, first!.name.length - 3)}${field}`, field, manner: 'ustar', fields, body: Buffer.from(JSON.parse(value) as string) });
    }
  }
}

const jsonBody = (value: string): Buffer => Buffer.from(`{\n  "a": ${value}, "id": 12345678901234567890}\n`);
const valueInJson = (body: Buffer): string => /"a": (.*), "id"/s.exec(body.toString('utf8'))![1]!;

function randomText(random: () => number): string {
  return pick(random, ['', 'a cat', 'é 💡\n"x"', 'word '.repeat(below(random, 400))]);
}

function randomSample(random: () => number, i: number): ModelSample {
  const long = random() < 0.25 ? 'deep/'.repeat(30) : '';
  const key = `${pick(random, ['', './', 'd/'])}${long}${String(i).padStart(6, '0')}`;
  const fields: HeaderFields = { mode: pick(random, [0o644, 0o600]), mtime: 1_600_000_000 + i };
  const manner = (): Manner => (long !== '' ? pick(random, ['pax', 'gnu'] as const) : pick(random, ['ustar', 'ustar', 'pax', 'base-256'] as const));
  const members: ModelMember[] = [{ name: `${key}.jpg`, field: 'jpg', manner: long === '' ? 'ustar' : manner(), fields, body: Buffer.alloc(below(random, 2_000), i) }];
  for (const field of FIELDS) {
    if (random() < 0.3) continue;
    const body = field === 'json' ? jsonBody(JSON.stringify(randomText(random))) : Buffer.from(randomText(random));
    members.push({ name: `${key}.${field}`, field, manner: manner(), fields, body });
  }
  return { members, behind: random() < 0.1 ? member('folder/', '', { flag: '5' }) : Buffer.alloc(0) };
}

const written = (raw: string | null): WrittenValue => (raw === null ? MISSING : { json: raw });

/** One editing session; `now` is what a person sees where it is not what the model's file has. */
class Session {
  readonly model: Model;
  readonly path: string;
  edits = new EditSet();
  dropped = new Set<number>();
  readonly #now = new Map<string, string | null>();
  #done: Change[][] = [];
  #undone: Change[][] = [];

  constructor(model: Model, path: string) {
    this.model = model;
    this.path = path;
    writeFileSync(path, model.gzip ? gzipSync(model.bytes()) : model.bytes());
  }

  step(random: () => number): void {
    const action = random();
    if (action < 0.15 && this.#done.length > 0) this.#move(this.#done, this.#undone, reversed);
    else if (action < 0.25 && this.#undone.length > 0) this.#move(this.#undone, this.#done, (changes) => [...changes]);
    else {
      this.#done.push([this.#randomChange(random)]);
      this.#undone = [];
    }
  }

  #move(from: Change[][], to: Change[][], how: (changes: readonly Change[]) => Change[]): void {
    const changes = from.pop()!;
    to.push(changes);
    this.#take(how(changes));
  }

  #randomChange(random: () => number): Change {
    const row = below(random, this.model.samples.length);
    const change = this.#dropOrEdit(row, random);
    this.#take([change]);
    return change;
  }

  #dropOrEdit(row: number, random: () => number): Change {
    if (random() < 0.12 && (this.dropped.has(row) || this.dropped.size + 1 < this.model.samples.length)) return { kind: 'row', row, dropped: !this.dropped.has(row) };
    const { members } = this.model.samples[row]!;
    const short = members[0]!.manner === 'ustar';
    const choices = FIELDS.filter((field) => this.#get(row, field) !== null || (short && field !== 'json'));
    const field = choices.length === 0 ? null : pick(random, choices);
    if (field === null) return { kind: 'row', row, dropped: this.dropped.has(row) };
    const old = this.#get(row, field);
    const next = old !== null && short && field !== 'json' && random() < 0.2 ? null : JSON.stringify(randomText(random));
    return { kind: 'cell', row, path: field === 'json' ? ['json', 'a'] : [field], old: written(old), new: written(next) };
  }

  #get(row: number, field: string): string | null {
    const key = `${row} ${field}`;
    return this.#now.has(key) ? (this.#now.get(key) ?? null) : this.model.get(row, field);
  }

  #take(changes: readonly Change[]): void {
    for (const change of changes) {
      if (change.kind === 'row' && change.dropped) this.dropped.add(change.row);
      else if (change.kind === 'row') this.dropped.delete(change.row);
      else if (change.kind === 'cell') {
        const [key, raw] = [`${change.row} ${String(change.path[0])}`, 'json' in change.new ? change.new.json : null];
        if (raw === this.model.get(change.row, String(change.path[0]))) this.#now.delete(key);
        else this.#now.set(key, raw);
      }
    }
    this.edits.apply(changes);
  }

  async save(): Promise<void> {
    const shard = await openTar(this.path, this.model.gzip ? 'gzip' : 'none', context);
    await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter!, edits: this.edits, target: {}, expected: null }, never);
    await shard.close();
    for (const [key, raw] of this.#now) this.model.set(Number(key.split(' ')[0]), key.slice(key.indexOf(' ') + 1), raw);
    this.#now.clear();
    if (this.dropped.size > 0) this.#dropRows();
    this.edits = new EditSet();
    const bytes = readFileSync(this.path);
    expect((this.model.gzip ? gunzipSync(bytes) : bytes).equals(this.model.bytes())).toBe(true);
  }

  /** Members of no sample stay where they are: behind the sample before, or at the head. */
  #dropRows(): void {
    const kept: ModelSample[] = [];
    for (const [row, sample] of this.model.samples.entries()) {
      if (!this.dropped.has(row)) kept.push(sample);
      else kept.push({ members: [], behind: sample.behind });
    }
    this.model.samples = kept;
    const merged = kept.reduce<ModelSample[]>((list, sample) => {
      const last = list.at(-1);
      if (sample.members.length > 0 || last === undefined) return [...list, sample];
      return [...list.slice(0, -1), { members: last.members, behind: Buffer.concat([last.behind, sample.behind]) }];
    }, []);
    const [first, second] = merged;
    this.model.samples = first?.members.length === 0 && second !== undefined ? [{ members: second.members, behind: second.behind }, ...merged.slice(2)] : merged;
    if (first?.members.length === 0) this.model.lead(first.behind);
    this.dropped = new Set();
    this.#done = [];
    this.#undone = [];
  }
}

it('saves exactly what random edits, undos, redos and saves make of an archive', async () => {
  const random = seededRandom(runSeed());
  const outside = OutsideReader.start(false);
  const programs = ['tar', 'bsdtar'].filter(hasProgram);
  let readOutside = 0;
  for (const sequence of sequenceNumbers(60, 'archives')) {
    const session = new Session(new Model(random), join(folder, `${sequence % 50}.tar`));
    for (let steps = 4 + below(random, 10); steps > 0; steps--) {
      session.step(random);
      if (random() < 0.1) await session.save();
    }
    await session.save();
    if (sequence % OUTSIDE_EVERY !== 0) continue;
    readOutside++;
    const names = ((await outside?.read('tarfile', session.path)) as string[][] | undefined)?.map(([name]) => name);
    for (const program of programs) {
      const listed = outputOf(program, ['-tf', session.path]).toString().split('\n').filter((name) => name !== '' && !name.endsWith('/'));
      if (names !== undefined && names.every((name) => /^[\x20-\x5b\x5d-\x7e]*$/.test(name ?? ''))) expect(listed, program).toEqual(names);
    }
  }
  outside?.close();
  console.log(`${readOutside} sequences were read by other programs, too`);
});
