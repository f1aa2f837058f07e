import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects, type AsyncBuffer } from 'hyparquet';

/** hyparquet over a file whose reads are counted. */
export class CountedFile {
  bytes = 0;
  readonly #file: AsyncBuffer;
  readonly #metadata: Awaited<ReturnType<typeof parquetMetadataAsync>>;

  private constructor(file: AsyncBuffer, metadata: Awaited<ReturnType<typeof parquetMetadataAsync>>) {
    this.#metadata = metadata;
    this.#file = {
      byteLength: file.byteLength,
      slice: async (start, end) => {
        const found = await file.slice(start, end);
        this.bytes += found.byteLength;
        return found;
      },
    };
  }

  static async open(path: string): Promise<CountedFile> {
    const file = await asyncBufferFromFile(path);
    return new CountedFile(file, await parquetMetadataAsync(file));
  }

  /** The column's values of neighbouring rows. */
  async read(column: string, rows: readonly number[]): Promise<undefined> {
    const wanted = { rowStart: rows[0] ?? 0, rowEnd: (rows.at(-1) ?? 0) + 1 };
    const found = await parquetReadObjects({ file: this.#file, metadata: this.#metadata, columns: [column], utf8: false, useOffsetIndex: true, ...wanted });
    if (found.length !== rows.length) throw new Error('hyparquet found other rows');
  }
}
