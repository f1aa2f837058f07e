import { copyFileSync, chmodSync, statSync, readdirSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { EditSet } from '/tmp/trees/saving/extension/engine/edits/edit-set.ts';
import { writtenOf } from '/tmp/trees/saving/extension/engine/edits/written-value.ts';
import { saveShard } from '/tmp/trees/saving/extension/engine/saving/save-shard.ts';
import { openShard } from '/tmp/trees/saving/extension/engine/shards/open.ts';
import { UNFLUSHED_FILES } from '/tmp/trees/saving/tests/support/unflushed-files.ts';
import { WHOLE_LIMITS } from '/tmp/trees/saving/extension/protocol/values.ts';
import { duckdbTable, hyparquetTable, differences } from '/tmp/trees/saving/tests/support/parquet-readers.ts';
const never = new AbortController().signal;
const context = { cacheFolder: '/tmp/try-cache', cacheBytes: 1e9, changed: () => {}, signal: never };
mkdirSync('/tmp/try', { recursive: true });
for (const file of process.argv.slice(2)) {
  const path = join('/tmp/try', 'x.parquet');
  copyFileSync(file, path); chmodSync(path, 0o644);
  let shard;
  try { shard = await openShard(path, context); } catch (e) { console.log(file, 'no open', e.message); continue; }
  try {
    await shard.rewriter.ready();
    const targets = shard.rewriter.targets();
    const rows = Math.min(50, shard.state().rows);
    const changes = [];
    for (const [c, t] of targets.entries()) {
      if ('readOnly' in t) { console.log('   ', shard.state().columns[c].name, shard.state().columns[c].type, t.readOnly); continue; }
      const [values] = await shard.read({ start: 0, end: rows, columns: [c], limits: WHOLE_LIMITS }, never).catch(() => [[]]);
      for (let r = rows - 1; r > 0; r--) {
        const old = writtenOf(values[r]); const now = values.map(writtenOf).find((v) => v && old && 'json' in v && 'json' in old && v.json !== old.json);
        if (now && old) { changes.push({ kind: 'cell', row: r, path: t.path, old, new: now }); break; }
      }
    }
    const [d0, h0] = [await duckdbTable(path).catch((e) => e), await hyparquetTable(path).catch((e) => e)];
    const report = await saveShard(UNFLUSHED_FILES, { rewriter: shard.rewriter, edits: new EditSet(changes), target: {}, expected: null }, never).catch((e) => e);
    if (report instanceof Error) { console.log(file, 'save:', report.message, report.cause?.stack); continue; }
    const [d1, h1] = [await duckdbTable(path).catch((e) => e), await hyparquetTable(path).catch((e) => e)];
    const same = (a, b) => a instanceof Error ? `before ${a.message.slice(0, 80)}` : b instanceof Error ? `AFTER ${b.message.slice(0, 200)}` : differences(a, b).join(', ');
    console.log(file.slice(-50), changes.length, 'of', targets.length, report.bytesEncoded, report.bytesCopied, '| duckdb', same(d0, d1), '| hy', same(h0, h1), '| want', changes.map((c) => `${c.path[0]}: ${c.row}`).join(', '));
  } finally { await shard.close(); }
}
process.exit(0);
