import { fingerprintOf } from '../../durable/fingerprint.ts';
import { LOCAL_FILES } from '../../durable/local-files.ts';
import type { EditedFile, Fingerprint, SaveFacts } from '../../protocol/edits.ts';
import { saveFacts } from '../saving/replace-file.ts';
import { saveError } from '../saving/save-error.ts';
import type { Rewriter } from '../shards/rewriter.ts';
import type { EditSet } from './edit-set.ts';

/** The files that edits go into, where they are several; none where they all are of the shard's own. @throws LoupeError */
export async function editedFiles(rewriter: Rewriter, edits: EditSet, signal: AbortSignal): Promise<EditedFile[]> {
  const found: EditedFile[] = [];
  for (const { path: shard, start, rows, use } of (await rewriter.groups?.(edits, signal)) ?? []) {
    await use(async (files) => {
      for (const { rewriter: own } of files) if (own.path !== rewriter.path) found.push({ path: await LOCAL_FILES.realPath(own.path), fingerprint: await stateOf(own.path), shard, start, rows });
    });
  }
  return found;
}

/** What to ask before the files are saved that edits go into: of the first that there is something to ask about. @throws LoupeError */
export async function factsOf(rewriter: Rewriter, edits: EditSet, signal: AbortSignal): Promise<SaveFacts & { readonly fingerprint: Fingerprint }> {
  const paths: string[] = [];
  for (const { use } of (await rewriter.groups?.(edits, signal)) ?? []) {
    await use((files) => {
      for (const file of files) paths.push(file.rewriter.path);
      return Promise.resolve();
    });
  }
  const [own = rewriter.path] = paths.includes(rewriter.path) || rewriter.groups === undefined ? [rewriter.path] : paths;
  let facts = await saveFacts(LOCAL_FILES, own);
  for (const path of paths.filter((each) => each !== own)) {
    const other = await saveFacts(LOCAL_FILES, path);
    facts = { linkTarget: facts.linkTarget ?? other.linkTarget, otherNames: facts.otherNames + other.otherNames, refusal: facts.refusal ?? other.refusal };
  }
  return { ...facts, fingerprint: await stateOf(own) };
}

function stateOf(path: string): Promise<Fingerprint> {
  return fingerprintOf(LOCAL_FILES, path).catch((error: unknown) => Promise.reject(saveError(path, error)));
}
