import { resolve } from 'node:path';
import { CaptionShard } from '../../captions/caption-shard.ts';
import { SideCarPlace } from '../../captions/side-car-place.ts';
import { openLocation } from '../../open-location.ts';
import { terminalText } from '../../pages/terminal-text.ts';
import { toLoupeError } from '../../../rpc/failure.ts';
import type { Circumstances } from '../with-shard.ts';
import { annotate } from './annotate.ts';
import type { CaptionsInvocation } from './arguments.ts';
import { exportCaptions } from './export.ts';
import { importCaptions } from './import.ts';
import { showPairs } from './pairs.ts';
import { showProgress } from './progress.ts';
import { showRatings } from './ratings.ts';
import { showRounds } from './show.ts';
import { writeCaptions } from './write.ts';

/** What a task of `loupe captions` works with. */
export interface CaptionsWork {
  readonly invocation: CaptionsInvocation;
  readonly captions: CaptionShard;
  readonly circumstances: Circumstances;
  /** Tells a person what should be known, beside the result. */
  readonly tell: (sentence: string) => void;
}

/** @returns the exit code */
export async function runCaptions(invocation: CaptionsInvocation, circumstances: Circumstances): Promise<number> {
  const { terminal, tellNotices, signal, cacheFolder, cacheBytes } = circumstances;
  const tell = (sentence: string): void => terminal.err(`loupe: ${terminalText(sentence)}\n`);
  try {
    const shard = await openLocation({ kind: 'file', path: resolve(invocation.file), sideCars: 'none' }, { cacheFolder, cacheBytes, changed: () => undefined, signal });
    try {
      await shard.settled();
      const captions = await CaptionShard.of(shard, { ...invocation }, signal);
      for (const remark of captions.remarks) tell(remark);
      await work({ invocation, captions, circumstances, tell });
      if (captions.place instanceof SideCarPlace) await offerAttribute(captions.place, invocation, tell);
      return tellNotices(shard.state(), invocation.file, terminal) ? 0 : 1;
    } finally {
      await shard.close();
    }
  } catch (error) {
    const { message, code } = toLoupeError(error);
    tell(message);
    return code === 'invalid-request' ? 2 : 1;
  }
}

function work(parts: CaptionsWork): Promise<void> {
  const { task } = parts.invocation;
  switch (task.name) {
    case 'show':
      return showRounds(parts);
    case 'annotate':
      return annotate(parts, task);
    case 'write':
      return writeCaptions(parts);
    case 'progress':
      return showProgress(parts, task);
    case 'export':
      return exportCaptions(parts, task);
    case 'import':
      return importCaptions(parts, task);
    case 'ratings':
      return showRatings(parts);
    case 'pairs':
      return showPairs(parts, task);
  }
}

/** Whoever writes rounds into a work tree of git is told how they merge. */
async function offerAttribute(place: SideCarPlace, { task }: CaptionsInvocation, tell: (sentence: string) => void): Promise<void> {
  if (task.name !== 'annotate' && task.name !== 'import') return;
  const line = await place.missingAttribute();
  if (line !== null) tell(`git merges rounds of several people when .gitattributes has the line: ${line}`);
}
