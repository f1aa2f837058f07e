import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { EVERYTHING } from '../../protocol/queries.ts';
import { makeCard } from '../card/make-card.ts';
import { filesOf } from '../open-shards.ts';
import { IdTables } from '../queries/id-tables.ts';
import { writeNewFiles } from '../writing/new-files.ts';
import type { Invocation } from './arguments.ts';
import { withShard, type Circumstances } from './with-shard.ts';

/** A data set card of the files, to a file or to the terminal. @returns the exit code */
export function runCard({ files, to, replace }: Extract<Invocation, { command: 'card' }>, circumstances: Circumstances): Promise<number> {
  const { terminal, signal, cacheFolder, cacheBytes } = circumstances;
  return withShard(files, circumstances, async (shard) => {
    const idTables = new IdTables(() => ({ cacheFolder, cacheBytes }));
    const text = await makeCard(shard, { query: EVERYTHING, corrections: [], idTables }, signal);
    if (to === null) terminal.out(text);
    else await writeNewFiles({ path: resolve(to), replace, open: filesOf(shard) }, async (part) => writeFile(await part.next(), text), signal);
  });
}
