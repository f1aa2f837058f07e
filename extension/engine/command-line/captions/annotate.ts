import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { LOCAL_FILES } from '../../../durable/local-files.ts';
import type { AnnotatorAction } from '../../../protocol/captions.ts';
import { LoupeError } from '../../../rpc/failure.ts';
import { AnnotationRun } from '../../captions/annotation-run.ts';
import { fileLines } from '../../captions/line-reader.ts';
import { fileError } from '../../shards/file-error.ts';
import type { CaptionTask } from './arguments.ts';
import type { CaptionsWork } from './run.ts';

/** Does a file of actions; those that make no sense are told and passed over. */
export async function annotate({ invocation, captions, circumstances, tell }: CaptionsWork, { actions, journal }: Extract<CaptionTask, { name: 'annotate' }>): Promise<void> {
  const { signal, terminal, cacheFolder } = circumstances;
  const shardPath = resolve(invocation.file);
  const journalPath = journal === null ? join(cacheFolder, 'annotations', `${createHash('sha256').update(shardPath).digest('hex').slice(0, 32)}.journal`) : resolve(journal);
  await mkdir(dirname(journalPath), { recursive: true });
  const parts = {
    files: LOCAL_FILES, journalPath, shardPath, place: captions.place, rowCount: captions.names.rows,
    annotator: await annotatorName(invocation.annotator, dirname(shardPath)),
    seedOf: async (row: number) => (await captions.starts([row], signal))[0] ?? { text: '', round: 1 },
  }; // prettier-ignore
  const { run, remarks } = await AnnotationRun.begin(parts, signal);
  try {
    for (const remark of remarks) tell(remark);
    const done = await takeAll(run, actions, tell, signal);
    terminal.out(`${done} actions done\n`);
  } finally {
    await run.close();
  }
}

async function takeAll(run: AnnotationRun, path: string, tell: (sentence: string) => void, signal: AbortSignal): Promise<number> {
  let done = 0;
  try {
    for await (const { number, text } of fileLines(path, signal)) {
      if (text?.trim() === '') continue;
      try {
        await run.take(parseAction(text), signal);
        done++;
      } catch (error) {
        if (!(error instanceof LoupeError) || error.code !== 'invalid-request') throw error;
        tell(`line ${number} of the actions: ${error.message}`);
      }
    }
  } catch (error) {
    throw fileError(path, error);
  }
  return done;
}

/** @throws LoupeError for what is no action */
function parseAction(line: string | null): AnnotatorAction {
  const refuse = (why: string): LoupeError => new LoupeError('invalid-request', `It is no action: ${why}.`);
  let action: unknown;
  try {
    action = JSON.parse(line ?? '');
  } catch {
    throw refuse('it is no JSON');
  }
  if (typeof action !== 'object' || action === null || !('at' in action) || !('do' in action)) throw refuse('it needs "at" and "do"');
  const fields = action as Record<string, unknown>;
  const needs: Readonly<Record<string, readonly (readonly [string, string])[]>> = {
    go: [['row', 'number']], edit: [['text', 'string']], accept: [], flag: [['flag', 'string']], restore: [['round', 'number']],
    adjudicate: [['round', 'number'], ['text', 'string']], skip: [], undo: [], redo: [], save: [],
  }; // prettier-ignore
  const needed = needs[String(fields.do)];
  if (needed === undefined) throw refuse(`there is nothing to do like ${String(fields.do)}`);
  for (const [name, type] of needed) if (typeof fields[name] !== type) throw refuse(`"${name}" is no ${type}`);
  return action as AnnotatorAction;
}

/** Who annotates: as was said, else git's user. @throws LoupeError where neither is known */
export async function annotatorName(said: string | null, folder: string): Promise<string> {
  if (said !== null && said !== '') return said;
  const { stdout } = await promisify(execFile)('git', ['config', 'user.name'], { cwd: folder }).catch(() => ({ stdout: '' }));
  if (stdout.trim() === '') throw new LoupeError('invalid-request', 'Who annotates is not known: say --annotator NAME, or set user.name in git.');
  return stdout.trim();
}
