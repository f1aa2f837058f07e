import { BOOLEAN, BIGINT, DOUBLE, VARCHAR, type DuckDBType } from '@duckdb/node-api';
import type { AddedType, WrittenValue } from '../../../protocol/edits.ts';
import { WHOLE_LIMITS } from '../../../protocol/values.ts';
import { readJson } from '../jsonl/json-reader.ts';
import type { Slot } from '../parquet-pages/decoded-page.ts';
import type { Leaf } from '../parquet-pages/layout.ts';
import { EditFault } from './edit-fault.ts';
import { encodePage } from './encode-page.ts';
import { writeLeaf, type WriteLeaf } from './written-leaf.ts';

/** Rows of one page. */
const PAGE_ROWS = 20_000;

const NO_MEANING: Leaf['meaning'] = { name: '', unit: '', bits: 64, isSigned: true, scale: 0, precision: 0 };

/** How values of an added column are stored; numbers are those of the format. */
interface Storage {
  readonly physical: string;
  readonly physicalNumber: number;
  readonly meaning: Leaf['meaning'];
  readonly type: DuckDBType;
}

const STORAGES: Readonly<Record<Exclude<AddedType, 'json'>, Storage>> = {
  text: { physical: 'BYTE_ARRAY', physicalNumber: 6, meaning: { ...NO_MEANING, name: 'STRING' }, type: VARCHAR },
  number: { physical: 'DOUBLE', physicalNumber: 5, meaning: NO_MEANING, type: DOUBLE },
  integer: { physical: 'INT64', physicalNumber: 2, meaning: NO_MEANING, type: BIGINT },
  boolean: { physical: 'BOOLEAN', physicalNumber: 0, meaning: NO_MEANING, type: BOOLEAN },
};

/** A chunk that was not there before. */
export interface AddedChunk {
  readonly pages: readonly Buffer[];
  /** Bytes of all pages, as they are and when expanded. */
  readonly size: number;
  readonly expanded: number;
  /** Rows, nulls among them. */
  readonly values: number;
}

/** A column that edits add to a Parquet file: optional, null where nothing was typed. */
export class AddedColumn {
  readonly name: string;
  readonly type: Exclude<AddedType, 'json'>;
  readonly #write: WriteLeaf;

  /** @throws EditFault for a type that Parquet does not have */
  constructor(name: string, type: AddedType) {
    if (type === 'json') throw new EditFault(`a column of any JSON (${name}) cannot be added to Parquet; add one of texts`);
    const { physical, meaning, type: shown } = STORAGES[type];
    const write = writeLeaf({ physical, typeLength: 0, meaning }, shown);
    if (typeof write === 'string') throw new EditFault(write);
    this.name = name;
    this.type = type;
    this.#write = write;
  }

  get physicalNumber(): number {
    return STORAGES[this.type].physicalNumber;
  }

  /** The bytes of a value; null where there is none. @throws EditFault where the column does not take it */
  bytes(value: WrittenValue): Uint8Array | null {
    const read = 'json' in value ? readJson(Buffer.from(value.json), WHOLE_LIMITS).value : null;
    return read === null ? null : this.#write(read);
  }

  /** A chunk of so many rows; `values` by row, null for all others. */
  async chunk(rows: number, values: ReadonlyMap<number, Uint8Array | null>, codec: string): Promise<AddedChunk> {
    const leaf = { physical: STORAGES[this.type].physical, maxRepetition: 0, maxDefinition: 1 };
    const pages: Buffer[] = [];
    let expanded = 0;
    for (let from = 0; from < rows; from += PAGE_ROWS) {
      const places = Array.from({ length: Math.min(PAGE_ROWS, rows - from) }, (_, at): Slot => {
        const bytes = values.get(from + at) ?? null;
        return { repetition: 0, definition: bytes === null ? 0 : 1, bytes };
      });
      const page = await encodePage(places, leaf, { isSecond: false, hasChecksum: false, codec });
      pages.push(page.bytes);
      expanded += page.expanded;
    }
    return { pages, size: pages.reduce((sum, { length }) => sum + length, 0), expanded, values: rows };
  }
}
