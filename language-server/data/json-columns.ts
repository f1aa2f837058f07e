import { open } from 'node:fs/promises';
import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { DataColumn } from '../../extension/protocol/recipes.ts';
import type { ColumnKind } from '../../extension/protocol/shards.ts';

const HEAD_BYTES = 256 * 1024;
const MAX_DECOMPRESSED = 8 * 1024 * 1024;
const HEAD_LINES = 20;

/** Columns by the first lines of a JSON Lines file, compressed or not; null for everything else. */
export async function jsonColumns(path: string): Promise<readonly DataColumn[] | null> {
  if (!/\.(?:jsonl|ndjson|json)(?:\.gz|\.zst)?$/.test(path)) return null;
  const file = await open(path);
  try {
    const { bytesRead, buffer } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const { text, whole } = textOf(path, buffer.subarray(0, bytesRead), bytesRead < HEAD_BYTES);
    const lines = text.split('\n');
    const complete = whole ? lines : lines.slice(0, -1);
    return columnsOfRecords(complete.filter((line) => line.trim() !== '').slice(0, HEAD_LINES).map((line) => JSON.parse(line) as unknown));
  } catch {
    return null;
  } finally {
    await file.close();
  }
}

function textOf(path: string, bytes: Buffer, isAll: boolean): { readonly text: string; readonly whole: boolean } {
  const maxOutputLength = MAX_DECOMPRESSED;
  if (path.endsWith('.gz')) return { text: gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength }).toString('utf8'), whole: isAll };
  if (path.endsWith('.zst')) return { text: zstdDecompressSync(bytes, { finishFlush: constants.ZSTD_e_flush, maxOutputLength }).toString('utf8'), whole: isAll };
  return { text: bytes.toString('utf8'), whole: isAll };
}

function columnsOfRecords(records: readonly unknown[]): readonly DataColumn[] | null {
  const columns = new Map<string, DataColumn>();
  for (const record of records) {
    if (typeof record !== 'object' || record === null || Array.isArray(record)) return null;
    for (const [name, value] of Object.entries(record)) if (value !== null) columns.set(name, merged(columns.get(name), name, value));
  }
  return columns.size === 0 ? null : [...columns.values()];
}

function merged(before: DataColumn | undefined, name: string, value: unknown): DataColumn {
  const [type, kind] = kindOf(value);
  return before === undefined || before.kind === kind ? { name, type, kind } : { name, type: 'mixed', kind: 'mixed' };
}

function kindOf(value: unknown): readonly [type: string, kind: ColumnKind] {
  if (Array.isArray(value)) return ['list', 'list'];
  switch (typeof value) {
    case 'string':
      return ['string', 'text'];
    case 'number':
      return ['number', 'number'];
    case 'boolean':
      return ['boolean', 'boolean'];
    default:
      return ['object', 'struct'];
  }
}
