import { existsSync } from 'node:fs';
import { open, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { CaptionRound } from '../../protocol/captions.ts';
import { fileError } from '../shards/file-error.ts';
import { writeError } from '../writing/write-error.ts';
import { fileLines } from './line-reader.ts';
import type { RowNames } from './row-names.ts';
import type { RoundsChange } from './row-rounds.ts';
import type { FoundRounds, RoundsPlace } from './rounds-place.ts';
import { SIDE_CAR_SUFFIX, SideCarRounds, UNION_MERGE } from './side-car.ts';

/** Rounds in a file beside the shard, which stays untouched. */
export class SideCarPlace implements RoundsPlace {
  readonly path: string;
  readonly #names: RowNames;

  constructor(shardPath: string, names: RowNames) {
    this.path = `${shardPath}${SIDE_CAR_SUFFIX}`;
    this.#names = names;
  }

  async read(signal: AbortSignal): Promise<FoundRounds> {
    const sideCar = await this.#readLines(signal);
    const rows = new Map<number, readonly CaptionRound[]>();
    let strangers = 0;
    for (const name of sideCar.names) {
      const row = this.#names.rowOf(name);
      if (row === null) strangers++;
      else rows.set(row, sideCar.roundsOf(name));
    }
    const named = sideCar.remarks.map((remark) => `${basename(this.path)}, ${remark}.`);
    return { rows, remarks: strangers === 0 ? named : [...named, `${basename(this.path)}: ${strangers} rows of it are not in the shard; their rounds stay in the file.`] };
  }

  /** Appends; a line that a crash cut off before is closed first, so that it breaks no other. */
  async write(changes: ReadonlyMap<number, RoundsChange>, signal: AbortSignal): Promise<void> {
    const known = await this.#readLines(signal);
    const lines = [...changes].flatMap(([row, { put, taken }]) => known.linesFor(this.#names.nameOf(row), put, taken));
    if (lines.length === 0) return;
    try {
      const file = await open(this.path, 'a+');
      try {
        const { size } = await file.stat();
        const last = Buffer.alloc(1);
        if (size > 0) await file.read(last, 0, 1, size - 1);
        await file.appendFile((size > 0 && last[0] !== 10 ? '\n' : '') + lines.join(''));
        await file.sync();
      } finally {
        await file.close();
      }
    } catch (error) {
      throw writeError(this.path, error);
    }
  }

  /** The line that `.gitattributes` should have, where the file lies in a work tree of git and none of them has it. */
  async missingAttribute(): Promise<string | null> {
    for (let folder = dirname(this.path); ; folder = dirname(folder)) {
      const attributes = await readFile(join(folder, '.gitattributes'), 'utf8').catch(() => '');
      if (attributes.split('\n').some((line) => /\.rounds\.jsonl\s(.*\s)?merge=union(\s|$)/.test(line))) return null;
      if (existsSync(join(folder, '.git'))) return UNION_MERGE;
      if (dirname(folder) === folder) return null;
    }
  }

  async #readLines(signal: AbortSignal): Promise<SideCarRounds> {
    const sideCar = new SideCarRounds();
    if (!existsSync(this.path)) return sideCar;
    try {
      for await (const { text, number } of fileLines(this.path, signal)) sideCar.take(text, number);
    } catch (error) {
      throw fileError(this.path, error);
    }
    return sideCar;
  }
}
