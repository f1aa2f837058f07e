import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { below, seededRandom } from './random.ts';
import { ThriftWriter, varint } from './thrift-writer.ts';

/**
 * Parquet as image data sets have it, with pages as small as wanted, which DuckDB does not write: the columns
 * `image` (a struct of `bytes` and `path`, as Hugging Face has it) and `caption`, all values PLAIN and none null.
 */
export interface PagedParquet {
  readonly rows: number;
  readonly rowsOfGroup: number;
  readonly rowsOfPage: number;
  readonly codec: 'UNCOMPRESSED' | 'SNAPPY' | 'ZSTD';
  readonly withOffsetIndex: boolean;
  readonly picture: (row: number) => Uint8Array;
  readonly caption: (row: number) => string;
}

const CODECS = { UNCOMPRESSED: 0, SNAPPY: 1, ZSTD: 6 } as const;
const [BYTE_ARRAY, OPTIONAL, UTF8] = [6, 1, 0];
const [PLAIN, RLE] = [0, 3];
const MAGIC = Buffer.from('PAR1');

interface Leaf {
  readonly path: readonly string[];
  /** Levels of the schema that may be null: all of them, and none is. */
  readonly levels: number;
  readonly value: (row: number) => Uint8Array;
}

interface WrittenChunk {
  readonly leaf: Leaf;
  readonly start: number;
  readonly values: number;
  readonly compressed: number;
  readonly uncompressed: number;
  readonly pages: readonly { readonly offset: number; readonly size: number; readonly firstRow: number }[];
}

export function writePagedParquet(path: string, wanted: PagedParquet): void {
  const leaves: readonly Leaf[] = [
    { path: ['image', 'bytes'], levels: 2, value: wanted.picture },
    { path: ['image', 'path'], levels: 2, value: (row) => Buffer.from(`${row}.jpg`) },
    { path: ['caption'], levels: 1, value: (row) => Buffer.from(wanted.caption(row)) },
  ];
  const file = openSync(path, 'w');
  let at = 0;
  const write = (bytes: Uint8Array): number => {
    for (let done = 0; done < bytes.length; ) done += writeSync(file, bytes, done);
    at += bytes.length;
    return bytes.length;
  };
  try {
    write(MAGIC);
    const groups: { rows: number; chunks: WrittenChunk[] }[] = [];
    for (let first = 0; first < wanted.rows; first += wanted.rowsOfGroup) {
      const rows = Math.min(wanted.rowsOfGroup, wanted.rows - first);
      groups.push({ rows, chunks: leaves.map((leaf) => writeChunk(leaf, first, rows)) });
    }
    const indexes = new Map<WrittenChunk, { offset: number; length: number }>();
    for (const chunk of wanted.withOffsetIndex ? groups.flatMap(({ chunks }) => chunks) : []) {
      indexes.set(chunk, { offset: at, length: write(offsetIndex(chunk)) });
    }
    const length = write(footer(wanted, groups, indexes));
    const tail = Buffer.alloc(4);
    tail.writeUInt32LE(length);
    write(Buffer.concat([tail, MAGIC]));
  } finally {
    closeSync(file);
  }

  function writeChunk(leaf: Leaf, first: number, rows: number): WrittenChunk {
    const start = at;
    const pages: { offset: number; size: number; firstRow: number }[] = [];
    let uncompressed = 0;
    for (let row = 0; row < rows; row += wanted.rowsOfPage) {
      const count = Math.min(wanted.rowsOfPage, rows - row);
      const plain = plainPage(leaf, first + row, count);
      const body = compress(wanted.codec, plain);
      const header = pageHeader(plain.length, body.length, count);
      const offset = at;
      pages.push({ offset, size: write(header) + write(body), firstRow: row });
      uncompressed += header.length + plain.length;
    }
    return { leaf, start, values: rows, compressed: at - start, uncompressed, pages };
  }
}

/** Files of 20 MB of noise in small pages, large enough that their cells are read by page. */
export function largePictureFiles(folder: string): string[] {
  const random = seededRandom(17);
  const noise = Buffer.from(Uint8Array.from({ length: 200_000 }, () => below(random, 256)));
  const picture = (row: number): Buffer => noise.subarray(row * 13, row * 13 + 50_000);
  return [true, false].map((withOffsetIndex) => {
    const path = join(folder, `pictures-${withOffsetIndex ? 'indexed' : 'walked'}.parquet`);
    writePagedParquet(path, { rows: 400, rowsOfGroup: 400, rowsOfPage: 2, codec: 'SNAPPY', withOffsetIndex, picture, caption: String });
    return path;
  });
}

/** Levels that are all the same, then each value with its length before it. */
function plainPage({ levels, value }: Leaf, first: number, count: number): Buffer {
  const run = Buffer.concat([varint(count * 2), Buffer.from([levels])]);
  const size = Buffer.alloc(4);
  size.writeUInt32LE(run.length);
  const parts: Uint8Array[] = [size, run];
  for (let row = first; row < first + count; row++) {
    const bytes = value(row);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    parts.push(length, bytes);
  }
  return Buffer.concat(parts);
}

function compress(codec: PagedParquet['codec'], bytes: Buffer): Uint8Array {
  if (codec === 'ZSTD') return zstdCompressSync(bytes);
  return codec === 'SNAPPY' ? literalSnappy(bytes) : bytes;
}

/** Valid Snappy that does not compress, as it is with pictures. */
function literalSnappy(bytes: Buffer): Buffer {
  const parts: Buffer[] = [varint(bytes.length)];
  for (let at = 0; at < bytes.length; at += 65_536) {
    const piece = bytes.subarray(at, at + 65_536);
    const head = Buffer.from([61 << 2, 0, 0]);
    head.writeUInt16LE(piece.length - 1, 1);
    parts.push(head, piece);
  }
  return Buffer.concat(parts);
}

function pageHeader(uncompressed: number, compressed: number, values: number): Buffer {
  return new ThriftWriter()
    .i32(1, 0)
    .i32(2, uncompressed)
    .i32(3, compressed)
    .struct(5, (page) => page.i32(1, values).i32(2, PLAIN).i32(3, RLE).i32(4, RLE))
    .end();
}

function offsetIndex({ pages }: WrittenChunk): Buffer {
  return new ThriftWriter().structs(1, pages, (place, page) => place.i64(1, page.offset).i32(2, page.size).i64(3, page.firstRow)).end();
}

function footer({ rows, codec }: PagedParquet, groups: readonly { rows: number; chunks: readonly WrittenChunk[] }[], indexes: ReadonlyMap<WrittenChunk, { offset: number; length: number }>): Buffer {
  const schema = [
    { name: 'schema', children: 2 },
    { name: 'image', children: 2 },
    { name: 'bytes', children: 0 },
    { name: 'path', children: 0, isText: true },
    { name: 'caption', children: 0, isText: true },
  ];
  return new ThriftWriter()
    .i32(1, 1)
    .structs(2, schema, (element, { name, children, isText }) => {
      if (children === 0) element.i32(1, BYTE_ARRAY);
      if (name !== 'schema') element.i32(3, OPTIONAL);
      element.text(4, name);
      if (children > 0) element.i32(5, children);
      if (isText === true) element.i32(6, UTF8);
    })
    .i64(3, rows)
    .structs(4, groups, (group, { rows: held, chunks }) => {
      group.structs(1, chunks, (column, chunk) => {
        column.i64(2, chunk.start).struct(3, (meta) => {
          meta.i32(1, BYTE_ARRAY).i32s(2, [PLAIN, RLE]).texts(3, chunk.leaf.path).i32(4, CODECS[codec]);
          meta.i64(5, chunk.values).i64(6, chunk.uncompressed).i64(7, chunk.compressed).i64(9, chunk.start);
        });
        const index = indexes.get(chunk);
        if (index !== undefined) column.i64(4, index.offset).i32(5, index.length);
      });
      group.i64(2, chunks.reduce((sum, { uncompressed }) => sum + uncompressed, 0)).i64(3, held);
    })
    .text(6, 'loupe tests')
    .end();
}
