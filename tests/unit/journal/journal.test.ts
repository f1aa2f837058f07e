import { appendFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { LOCAL_FILES } from '../../../extension/durable/local-files.ts';
import { JournalFile } from '../../../extension/journal/journal-file.ts';
import { decodeJournal, recordLines, JOURNAL_VERSION, type JournalRecord } from '../../../extension/journal/record.ts';
import { replay } from '../../../extension/journal/replay.ts';
import type { CellChange, Change } from '../../../extension/protocol/edits.ts';
import { Crash, FaultyFiles } from '../../support/faulty-files.ts';
import { below, runSeed, seededRandom } from '../../support/random.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-journal-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fingerprint = { size: 1, modified: '1795288140322671722', head: 'aa', tail: 'bb' };
const file: JournalRecord = { type: 'file', version: JOURNAL_VERSION, path: '/data/a.jsonl', fingerprint };
const cell = (row: number, old: string, now: string): CellChange => ({ kind: 'cell', row, path: ['caption'], old: { json: old }, new: { json: now } });
const step = (id: number, ...changes: Change[]): JournalRecord => ({ type: 'step', id, label: `Step ${id}`, changes });
const encode = (...records: JournalRecord[]): Buffer => Buffer.from(records.flatMap((record) => [...recordLines(record)]).join(''));

describe('a journal', () => {
  const records = [file, step(1, cell(0, '"a"', '"b\\n\\ud800é"')), step(2, { kind: 'row', row: 3, dropped: true }), { type: 'undo', id: 2 } as const];

  it('gives back what was written', () => {
    expect(decodeJournal(encode(...records))).toEqual({ records, length: encode(...records).length, damagedLine: null });
  });

  it('cut anywhere gives the records that are whole', () => {
    const bytes = encode(...records);
    const ends = records.map((_, i) => encode(...records.slice(0, i + 1)).length);
    for (let length = 0; length <= bytes.length; length++) {
      const found = decodeJournal(bytes.subarray(0, length));
      expect(found.records).toHaveLength(ends.filter((end) => end <= length).length);
      expect(found.damagedLine).toBeNull();
    }
  });

  it('tells damage in its middle from a cut', () => {
    const bytes = encode(...records);
    const random = seededRandom(runSeed());
    const first = encode(file).length;
    for (let i = 0; i < 200; i++) {
      const copy = Buffer.from(bytes);
      const at = first + below(random, encode(records[1]!).length - 1);
      copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 7));
      const found = decodeJournal(copy);
      expect(found.records).toEqual([file]);
      expect(found.damagedLine).toBe(2);
    }
  });

  it('keeps a step of many changes whole or not at all', () => {
    const many = step(1, ...Array.from({ length: 2_500 }, (_, row) => cell(row, '1', '2')));
    const bytes = encode(file, many);
    expect(bytes.toString().split('\n')).toHaveLength(5);
    expect(decodeJournal(bytes).records).toEqual([file, many]);
    const cut = bytes.subarray(0, bytes.lastIndexOf(10, bytes.length - 2) + 1);
    expect(decodeJournal(cut)).toMatchObject({ records: [file], length: encode(file).length });
  });

  it('loses nothing that was acknowledged, wherever it is stopped', async () => {
    const write = async (files: FaultyFiles, path: string): Promise<number> => {
      let acknowledged = 0;
      try {
        const { journal } = await JournalFile.open(files, path);
        for (const record of records) {
          await journal.append(record);
          acknowledged++;
        }
        await journal.close();
      } catch (error) {
        if (!(error instanceof Crash)) throw error;
      }
      return acknowledged;
    };
    const trial = new FaultyFiles();
    await write(trial, join(folder, 'trial'));
    for (let at = 0; at < trial.calls.length; at++) {
      const path = join(folder, `crash-${at}`);
      const acknowledged = await write(new FaultyFiles({ at, kind: 'crash' }), path);
      const { journal, found } = await JournalFile.open(LOCAL_FILES, path);
      expect(found.records.length).toBeGreaterThanOrEqual(acknowledged);
      expect(found.records).toEqual(records.slice(0, found.records.length));
      await journal.append({ type: 'revert' });
      await journal.close();
      expect(decodeJournal(readFileSync(path)).records.at(-1)).toEqual({ type: 'revert' });
    }
  });

  it('goes on after a write that failed', async () => {
    const path = join(folder, 'full');
    const trial = new FaultyFiles();
    await (await JournalFile.open(trial, path)).journal.append(file);
    rmSync(path);
    const { journal } = await JournalFile.open(new FaultyFiles({ at: trial.calls.indexOf('sync'), kind: 'ENOSPC' }), path);
    await expect(journal.append(file)).rejects.toMatchObject({ code: 'ENOSPC' });
    await journal.append(step(1, cell(0, '1', '2')));
    await journal.close();
    expect(decodeJournal(readFileSync(path)).records).toEqual([step(1, cell(0, '1', '2'))]);
  });

  it('that is damaged is kept aside and goes on behind its sound part', async () => {
    const path = join(folder, 'damaged');
    const bytes = Buffer.concat([encode(file), Buffer.from('rubbish\n'), encode(step(1, cell(0, '1', '2')))]);
    writeFileSync(path, bytes);
    const { journal, found } = await JournalFile.open(LOCAL_FILES, path);
    expect(found).toMatchObject({ records: [file], damagedLine: 2 });
    await journal.append({ type: 'revert' });
    await journal.close();
    expect(readFileSync(`${path}.damaged`).equals(bytes)).toBe(true);
    expect(decodeJournal(readFileSync(path)).records).toEqual([file, { type: 'revert' }]);
    appendFileSync(path, 'cut');
    expect((await JournalFile.open(LOCAL_FILES, path)).found.records).toHaveLength(2);
  });
});

describe('replaying a journal', () => {
  const one = step(1, cell(0, '1', '2'));
  const two = step(2, cell(0, '2', '3'), cell(1, '5', '6'));

  it('ends with what is done and what was taken back', () => {
    const result = replay([file, one, two, { type: 'undo', id: 2 }]);
    expect(result.done.map(({ id }) => id)).toEqual([1]);
    expect(result.undone.map(({ id }) => id)).toEqual([2]);
    expect(result.changes).toEqual([cell(0, '1', '2'), cell(0, '2', '3'), cell(1, '5', '6'), cell(1, '6', '5'), cell(0, '3', '2')]);
    expect(result.nextId).toBe(3);
    expect(replay([file, one, two, { type: 'undo', id: 2 }, { type: 'redo', id: 2 }]).done.map(({ id }) => id)).toEqual([1, 2]);
    expect(replay([file, one, { type: 'undo', id: 1 }, two]).undone).toEqual([]);
  });

  it('takes steps back that were saved, but none over rows that moved', () => {
    const after = replay([file, one, file, { type: 'undo', id: 1 }]);
    expect(after.changes).toEqual([cell(0, '2', '1')]);
    expect(replay([file, one, { ...file, rowsMoved: true }, { type: 'undo', id: 1 }])).toMatchObject({ done: [], changes: [] });
  });

  it('reverts to the last save', () => {
    expect(replay([file, one, file, two, { type: 'revert' }])).toMatchObject({ done: [{ id: 1 }], changes: [], nextId: 3 });
    expect(replay([file, one, file, { type: 'undo', id: 1 }, { type: 'revert' }])).toMatchObject({ done: [{ id: 1 }], undone: [] });
  });
});
