import { LoupeError } from '../../rpc/failure.ts';
import { recognise } from '../scores/recognise.ts';
import { readShape } from '../shards/column-shape.ts';
import { KEY_COLUMN } from '../shards/webdataset/sample-rows.ts';
import type { PartFiles } from '../writing/new-files.ts';
import type { ExportJob } from './job.ts';
import { RollingFiles } from './rolling-files.ts';
import { eachRow } from './row-values.ts';
import { TarFile } from './tar-file.ts';
import { keyOf, sampleMembers, type SamplePlan } from './tar-samples.ts';

/** Digits of a key that is made: the number of the row in the export. */
const KEY_DIGITS = 9;
/** A member takes whole blocks, one of them its header. */
const BLOCK = 512;

/** Writes rows as samples of a WebDataset. @returns how many @throws LoupeError; what the file system says */
export async function exportTar(job: ExportJob, files: PartFiles): Promise<number> {
  const plan = await planSamples(job);
  const keys = new Keys();
  const output = new RollingFiles(files, job.wish.fileSize, (path) => {
    keys.startFile();
    return Promise.resolve(new TarFile(path));
  });
  let place = 0;
  try {
    const rows = await eachRow(job, async (batch) => {
      for (const row of batch) {
        const made = String(place++).padStart(KEY_DIGITS, '0');
        const wanted = keyOf(plan, row) ?? made;
        const size = sampleMembers(plan, wanted, row).reduce((sum, { bytes }) => sum + BLOCK + Math.ceil(bytes.length / BLOCK) * BLOCK, 0);
        const file = await output.forRow(size);
        for (const member of sampleMembers(plan, keys.take(wanted), row)) await file.add(member);
      }
    });
    await output.end();
    if (keys.changed > 0) job.notes.add(`${keys.changed} keys stood in one file already and got a number behind them.`);
    return rows;
  } catch (error) {
    await output.destroy();
    throw error;
  }
}

/** Samples that follow each other with one key would be read as one. */
class Keys {
  changed = 0;
  #taken = new Set<string>();

  startFile(): void {
    this.#taken = new Set();
  }

  take(wanted: string): string {
    let key = wanted;
    for (let number = 1; this.#taken.has(key); number++) key = `${wanted}-${number}`;
    if (key !== wanted) this.changed++;
    this.#taken.add(key);
    return key;
  }
}

async function planSamples({ shard, columns, wish: { roles = {} }, notes, circumstances: { signal } }: ExportJob): Promise<SamplePlan> {
  const recognised = recognise(await readShape(shard, signal), shard.state().path, []);
  const named = (name: string | undefined): number | null => {
    if (name === undefined) return null;
    const at = columns.findIndex((column) => column.name === name);
    if (at < 0) throw new LoupeError('invalid-request', `There is no column ${name} among those that are exported.`);
    return at;
  };
  const playing = (...wanted: readonly string[]): number | null => {
    for (const role of wanted) {
      const found = recognised.find(({ column, role: { role: its } }) => column.length === 1 && its === role && columns.some(({ name }) => name === column[0]));
      if (found !== undefined) return named(found.column[0]);
    }
    return null;
  };
  const isTar = shard.state().format === 'webdataset';
  const key = named(roles.key) ?? (isTar ? keyColumn(columns) : playing('key'));
  const text = named(roles.text) ?? playing('caption', 'text', 'alt-text');
  const picture = columns.findIndex(({ kind }) => kind === 'image' || kind === 'bytes');
  if (key === null) notes.add('Keys are the numbers of the rows in this export.');
  return { columns, key, text, picture: picture < 0 ? null : picture, isTar };
}

function keyColumn(columns: ExportJob['columns']): number | null {
  const at = columns.findIndex(({ name }) => name === KEY_COLUMN);
  return at < 0 ? null : at;
}
