import type { DurableFiles } from '../../durable/files.ts';
import { fingerprintOf, sameFile } from '../../durable/fingerprint.ts';
import type { FileState, Fingerprint, SaveReport, SaveTarget, UnsavedFile } from '../../protocol/edits.ts';
import { LoupeError, toLoupeError } from '../../rpc/failure.ts';
import type { EditSet } from '../edits/edit-set.ts';
import { isSideCarPath, lostSideCar } from '../edits/side-car-path.ts';
import type { FileEdits, Rewriter } from '../shards/rewriter.ts';
import { FileSource } from '../shards/source.ts';
import { stageFile, type Staged } from './replace-file.ts';
import { changedError, saveError } from './save-error.ts';
import { writeCompressed } from './write-compressed.ts';
import { writePlain, type Written } from './write-plain.ts';

/** One save. */
export interface SaveJob {
  readonly rewriter: Rewriter;
  readonly edits: EditSet;
  /** The shard's own file where there is no path. */
  readonly target: SaveTarget;
  /** The file as it was when it was opened; null where the rewriter's own look at it is enough. */
  readonly expected: Fingerprint | null;
  /** The same of other files that have edits. */
  readonly others?: readonly FileState[];
}

/**
 * Writes the files that have edits; see `replaceFile` for what holds of each at any instant. A shard and the files beside it
 * are all written before the first of them takes its place; the shards of a set one after the other.
 * @throws LoupeError where nothing was written: `changed`, `conflict`, `linked`, `no-permission`, `not-found`, `too-large`, `malformed`, `unsupported`, `cancelled`
 */
export async function saveShard(files: DurableFiles, job: SaveJob, signal: AbortSignal): Promise<SaveReport> {
  const { rewriter, edits, target } = job;
  if (rewriter.groups === undefined) {
    refuseLost(rewriter.path, edits);
    return only(await saveFiles(files, job, [{ rewriter, edits }], signal));
  }
  if (target.path !== undefined) return saveCopy(files, job, signal);
  const written: SaveReport[] = [];
  const failures: { readonly file: UnsavedFile; readonly error: LoupeError }[] = [];
  for (const group of await rewriter.groups(edits, signal)) {
    try {
      await group.use(async (own) => {
        written.push(...(await saveFiles(files, job, own, signal)));
      });
    } catch (error) {
      const failure = toLoupeError(error);
      if (written.length === 0 && failure.code === 'cancelled') throw failure;
      failures.push({ file: { path: group.path, code: failure.code, message: failure.message, start: group.start, rows: group.rows }, error: failure });
    }
  }
  if (written.length === 0) throw allFailed(failures.map(({ error }) => error), rewriter.path);
  return together(written, failures.map(({ file }) => file));
}

/** @throws LoupeError `conflict` where a file was beside the shard, and edited, that is gone */
function refuseLost(path: string, edits: EditSet): void {
  for (const row of edits.rows()) {
    const lost = edits.of(row).cells.find((change) => isSideCarPath(change.path));
    if (lost !== undefined) throw lostSideCar(path, lost);
  }
}

/** @throws LoupeError `unsupported` where there are edits that are not of the shard's own file */
async function saveCopy(files: DurableFiles, job: SaveJob, signal: AbortSignal): Promise<SaveReport> {
  const { rewriter, edits } = job;
  const reports: SaveReport[] = [];
  for (const group of (await rewriter.groups?.(edits, signal)) ?? []) {
    await group.use(async (own) => {
      if (own.some((file) => file.rewriter.path !== rewriter.path)) {
        throw new LoupeError('unsupported', 'There are edits of files beside the shard, or of a set of shards: a copy of one file would not have them. Save first.', { path: rewriter.path });
      }
      reports.push(...(await saveFiles(files, job, own, signal)));
    });
  }
  return only(reports);
}

/** Writes files that belong together: nothing takes its place before everything is written. */
async function saveFiles(files: DurableFiles, job: SaveJob, own: readonly FileEdits[], signal: AbortSignal): Promise<SaveReport[]> {
  const staged: Staged<Written>[] = [];
  const reports: SaveReport[] = [];
  try {
    for (const each of own) staged.push(await stage(files, job, each, signal));
    for (const { commit, written } of staged) reports.push({ ...(await commit()), bytesEncoded: written.bytesEncoded, bytesCopied: written.bytesCopied });
    return reports;
  } catch (error) {
    for (const { discard } of staged.slice(reports.length)) await discard();
    if (reports.length === 0) throw error;
    const failure = toLoupeError(error);
    const saved = reports.map(({ path }) => path).join(', ');
    throw new LoupeError(failure.code, `${failure.message} But ${saved} had taken its place already.`, { path: job.rewriter.path, cause: error });
  }
}

async function stage(files: DurableFiles, { rewriter: whole, target, expected, others = [] }: SaveJob, { rewriter, edits }: FileEdits, signal: AbortSignal): Promise<Staged<Written>> {
  const { path } = rewriter;
  const failed = (error: unknown): Promise<never> => Promise.reject(saveError(path, error));
  // Before the rewriter looks at the file: whatever happens to it from here on is found by one of the two looks that follow.
  const fingerprint = await fingerprintOf(files, path).catch(failed);
  await rewriter.prepare(signal);
  const isOwn = path === whole.path;
  const real = others.length === 0 ? path : await files.realPath(path).catch(failed);
  const before = isOwn ? expected : (others.find((other) => other.path === real)?.fingerprint ?? null);
  if (before !== null && !sameFile(before, fingerprint)) throw changedError(path);
  const write = async (temporary: string): Promise<Written> => {
    const source = await FileSource.open(path);
    try {
      return await writeContent(files, { rewriter, edits, source }, temporary, signal);
    } finally {
      await source.close();
    }
  };
  const goesTo = isOwn ? (target.path ?? path) : path;
  return stageFile(files, { source: { path, fingerprint }, target: goesTo, breakHardLinks: target.breakHardLinks ?? false }, write, signal);
}

function only(reports: readonly SaveReport[]): SaveReport {
  const [report] = reports;
  if (report === undefined) throw new LoupeError('internal', 'Nothing was written.');
  return report;
}

function together(reports: readonly SaveReport[], unsaved: readonly UnsavedFile[]): SaveReport {
  return {
    ...only(reports),
    bytesEncoded: reports.reduce((sum, { bytesEncoded }) => sum + bytesEncoded, 0),
    bytesCopied: reports.reduce((sum, { bytesCopied }) => sum + bytesCopied, 0),
    durable: reports.every(({ durable }) => durable),
    files: reports.map(({ path, fingerprint }) => ({ path, fingerprint })),
    ...(unsaved.length === 0 ? {} : { unsaved }),
  };
}

/** One error for all. What another program changed can be asked about, whatever else went wrong. */
function allFailed(errors: readonly LoupeError[], path: string): LoupeError {
  const first = errors.find(({ code }) => code === 'changed') ?? errors[0] ?? new LoupeError('internal', 'There is nothing to save.', { path });
  return errors.length < 2 ? first : new LoupeError(first.code, `None of ${errors.length} shards was saved. ${first.message}`, { path, cause: first });
}

interface Content {
  readonly rewriter: Rewriter;
  readonly edits: EditSet;
  readonly source: FileSource;
}

function writeContent(files: DurableFiles, { rewriter, edits, source }: Content, temporary: string, signal: AbortSignal): Promise<Written> {
  const splices = rewriter.splices(edits, signal);
  const { compression } = rewriter;
  if (compression === 'none') return writePlain(files, source, splices, temporary, signal);
  return writeCompressed(files, { source, compression, splices }, temporary, signal);
}
