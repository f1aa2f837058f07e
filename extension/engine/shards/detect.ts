import { constants, gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Compression, ShardFormat } from '../../protocol/shards.ts';

/** What a file is, by its bytes where they tell, else by its name. */
export interface Detection {
  readonly format: 'parquet' | 'tar' | 'lines' | 'array';
  readonly compression: Compression;
}

/** A file that Loupe knows but does not read, or does not know at all. */
export interface Refusal {
  readonly refused: string;
}

/** Bytes of the file's beginning that `detect` wants; fewer only when the file is shorter. */
export const DETECTION_BYTES = 65_536;

/** Decides by magic bytes first: a suffix may lie. `head` is the file's first `DETECTION_BYTES`. */
export function detect(name: string, head: Buffer): Detection | Refusal {
  const compression = compressionOf(head);
  const inner = compression === 'none' ? head : decompressHead(head, compression);
  const suffix = suffixFormat(name);
  if (inner.length === 0) return emptyFile(suffix, compression, head.length);
  if (startsWith(inner, 'PAR1') || startsWith(inner, 'PARE')) {
    if (compression === 'none') return { format: 'parquet', compression };
    return { refused: `a ${compression}-compressed Parquet file, which has no random access; decompress it first` };
  }
  if (isTar(inner)) return { format: 'tar', compression };
  const foreign = foreignFormat(inner);
  if (foreign !== null) return { refused: foreign };
  if (suffix === 'parquet' || suffix === 'tar') return looksLikeJson(inner) ? json(inner, suffix, compression) : { format: suffix, compression };
  if (suffix === null && !looksLikeJson(inner)) return { refused: 'none of Parquet, JSON Lines, JSON and tar, by its first bytes and by its name' };
  return json(inner, suffix, compression);
}

/** The format a name promises; null for a name that promises none. */
export function suffixFormat(name: string): Detection['format'] | null {
  const lower = name.toLowerCase();
  if (/\.(parquet|parq|pq)$/.test(lower)) return 'parquet';
  if (/\.(tar|tar\.gz|tgz|tar\.zst)$/.test(lower)) return 'tar';
  if (/\.(jsonl|ndjson|jsonlines)(\.(gz|zst|zstd))?$/.test(lower) || /\.json\.(gz|zst|zstd)$/.test(lower)) return 'lines';
  return lower.endsWith('.json') ? 'array' : null;
}

/** A sentence for a name that promises another format than the bytes have; null where they agree. */
export function suffixLie(name: string, shown: Exclude<ShardFormat, 'set'>): string | null {
  const promised = suffixFormat(name);
  if (promised === null) return null;
  const family = { parquet: 'parquet', tar: 'tar', webdataset: 'tar', jsonl: 'json', json: 'json' }[shown];
  const said = promised === 'lines' || promised === 'array' ? 'json' : promised;
  if (family === said) return null;
  const words: Readonly<Record<string, string>> = { parquet: 'Parquet', tar: 'a tar archive', json: 'JSON' };
  return `The name says ${words[said] ?? said}, the bytes say ${words[family] ?? family}; it is shown as what the bytes say.`;
}

function compressionOf(head: Buffer): Compression {
  if (head[0] === 0x1f && head[1] === 0x8b) return 'gzip';
  if (head.length < 4) return 'none';
  const magic = head.readUInt32LE(0);
  const skippable = magic >= 0x184d2a50 && magic <= 0x184d2a5f;
  return magic === 0xfd2fb528 || skippable ? 'zstd' : 'none';
}

/** The beginning of the decompressed bytes; never more than a mebibyte, whatever the stream claims. */
function decompressHead(head: Buffer, compression: 'gzip' | 'zstd'): Buffer {
  const maxOutputLength = 1024 * 1024;
  try {
    return compression === 'gzip'
      ? gunzipSync(head, { finishFlush: constants.Z_SYNC_FLUSH, maxOutputLength })
      : zstdDecompressSync(head, {
          finishFlush: constants.ZSTD_e_flush,
          maxOutputLength,
          params: { [constants.ZSTD_d_windowLogMax]: 31 },
        });
  } catch {
    // A bomb or a broken stream: the name decides, and the reader says what is wrong and where.
    return Buffer.alloc(0);
  }
}

function emptyFile(suffix: Detection['format'] | null, compression: Compression, headLength: number): Detection | Refusal {
  if (headLength === 0) {
    return suffix === 'lines' ? { format: 'lines', compression: 'none' } : { refused: 'empty (0 bytes)' };
  }
  if (suffix === 'parquet') return { refused: `a ${compression} stream, not Parquet` };
  return { format: suffix ?? 'lines', compression };
}

function isTar(head: Buffer): boolean {
  if (head.length < 512) return false;
  if (head.toString('latin1', 257, 262) === 'ustar') return true;
  return headerChecksum(head);
}

/** Old tar has no magic: its header is known by the sum of its bytes, the checksum field taken as blanks. */
function headerChecksum(head: Buffer): boolean {
  const stored = Number.parseInt(head.toString('latin1', 148, 156).replace(/[\0 ]+$/, '').trim(), 8);
  if (!Number.isFinite(stored) || stored === 0) return false;
  let sum = 8 * 32;
  for (let i = 0; i < 512; i++) if (i < 148 || i >= 156) sum += head[i] ?? 0;
  return sum === stored;
}

const FOREIGN: readonly (readonly [offset: number, magic: string, name: string])[] = [
  [0, 'PK\x03\x04', 'a zip archive'],
  [0, '7z\xbc\xaf\x27\x1c', 'a 7z archive'],
  [0, 'BZh', 'a bzip2 stream'],
  [0, '\xfd7zXZ\0', 'an xz stream'],
  [0, '\x1f\x9d', 'a compress (.Z) stream'],
  [0, '\x04"M\x18', 'an lz4 stream'],
  [0, 'ARROW1', 'an Arrow IPC file'],
  // As `save_to_disk` of Hugging Face datasets writes it.
  [0, '\xff\xff\xff\xff', 'an Arrow IPC stream'],
  [0, 'FEA1', 'a Feather V1 file'],
  [0, '\x93NUMPY', 'a NumPy array'],
  [0, '\x89HDF', 'an HDF5 file'],
  [0, 'ORC', 'an ORC file'],
  [0, 'Obj\x01', 'an Avro file'],
  [0, 'SQLite format 3\0', 'an SQLite database'],
  [0, '\x89PNG', 'a PNG picture'],
  [0, '\xff\xd8\xff', 'a JPEG picture'],
  [0, '%PDF', 'a PDF document'],
];

function foreignFormat(head: Buffer): string | null {
  const found = FOREIGN.find(([offset, magic]) => head.toString('latin1', offset, offset + magic.length) === magic);
  return found ? `${found[2]}, which Loupe does not read` : null;
}

function looksLikeJson(head: Buffer): boolean {
  return /^[\s]*[[{"\-0-9tfn]/.test(textHead(head));
}

/**
 * JSON Lines or one JSON document? A first line that is a whole value of its own, with more lines behind it,
 * is JSON Lines; a document that starts with `[` or goes on over lines is one document.
 */
function json(head: Buffer, suffix: Detection['format'] | null, compression: Compression): Detection {
  const text = textHead(head).trimStart();
  const end = text.indexOf('\n');
  const first = (end === -1 ? text : text.slice(0, end)).trim();
  const more = end !== -1 && text.slice(end).trim() !== '';
  if (suffix === 'lines') {
    // Pretty-printed documents under a JSON Lines name: no first line of theirs parses.
    const document = (first === '[' || first === '{') && more;
    return { format: document ? 'array' : 'lines', compression };
  }
  if (more) return { format: isWhole(first) ? 'lines' : firstLineGoesOn(text, end, suffix), compression };
  if (text.startsWith('[') || /^\{\s*"data"\s*:\s*\[/.test(text)) return { format: 'array', compression };
  return { format: suffix === 'array' ? 'array' : 'lines', compression };
}

/** A first line that does not parse: broken JSON Lines where a later line parses, else a document over lines. */
function firstLineGoesOn(text: string, end: number, suffix: Detection['format'] | null): 'lines' | 'array' {
  if (text.startsWith('[') || suffix === 'array') return 'array';
  const second = text.slice(end).trim().split('\n')[0] ?? '';
  return second.startsWith('{') && isWhole(second.trim()) ? 'lines' : 'array';
}

function isWhole(line: string): boolean {
  try {
    JSON.parse(line);
    return true;
  } catch {
    return false;
  }
}

function textHead(head: Buffer): string {
  const text = head.toString('utf8');
  return text.startsWith('\ufeff') ? text.slice(1) : text;
}

function startsWith(head: Buffer, magic: string): boolean {
  return head.toString('latin1', 0, magic.length) === magic;
}
