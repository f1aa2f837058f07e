/** Saves one file over and over, `n` of its first row one higher each time, until somebody ends the process. */
import { LOCAL_FILES } from '../../extension/durable/local-files.ts';
import { EditSet } from '../../extension/engine/edits/edit-set.ts';
import { writtenAt } from '../../extension/engine/edits/handlers.ts';
import { saveShard } from '../../extension/engine/saving/save-shard.ts';
import { openShard } from '../../extension/engine/shards/open.ts';
import type { CellPath } from '../../extension/protocol/edits.ts';

const [path = '', cacheFolder = '', column = ''] = process.argv.slice(2);
const cell: CellPath = [column];
const signal = new AbortController().signal;

for (;;) {
  const shard = await openShard(path, { cacheFolder, cacheBytes: 1024 ** 3, changed: () => undefined, signal });
  await shard.settled();
  const old = await writtenAt(shard, 0, cell, signal);
  if (old === null || !('json' in old)) throw new Error('the first row has no value');
  const next = { json: JSON.stringify(String(Number(JSON.parse(old.json)) + 1)) };
  process.send?.('saving');
  await saveShard(LOCAL_FILES, { rewriter: shard.rewriter!, edits: new EditSet([{ kind: 'cell', row: 0, path: cell, old, new: next }]), target: {}, expected: null }, signal);
  await shard.close();
}
