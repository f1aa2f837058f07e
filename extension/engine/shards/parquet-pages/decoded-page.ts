import { decodeValues, type ByteValues } from './byte-values.ts';
import { expandPage } from './expand-page.ts';
import type { Leaf, PageHeader } from './layout.ts';
import { bitWidth, decodeRuns } from './level-runs.ts';
import { checkSizes, openBody } from './page-body.ts';
import { PageFault } from './page-fault.ts';

/** Levels are held as bytes. */
const MAX_LEVEL = 255;

/** One place of a leaf: a value, or why there is none. */
export interface Slot {
  /** Lists that the place goes on with: 0 where a row begins. */
  readonly repetition: number;
  /** How much of the path down to the leaf is there. */
  readonly definition: number;
  /** A view into the page; null where the leaf is not there. */
  readonly bytes: Uint8Array | null;
}

/** What a page's places are decoded with. */
export type LeafType = Omit<Leaf, 'name' | 'chunks' | 'meaning'>;

/** A data page in memory. */
export class DecodedPage {
  /** Places, with or without a value. */
  readonly count: number;
  /** Places at which rows begin; null where each place is a row. */
  readonly rowStarts: Int32Array | null;
  readonly #maxDefinition: number;
  readonly #repetition: Uint8Array | null;
  readonly #definition: Uint8Array | null;
  /** How many values stand before each place; null where none is missing. */
  readonly #valuesBefore: Int32Array | null;
  readonly #values: ByteValues;

  private constructor(count: number, maxDefinition: number, repetition: Uint8Array | null, definition: Uint8Array | null, values: (present: number) => ByteValues) {
    this.count = count;
    this.#maxDefinition = maxDefinition;
    this.#repetition = repetition;
    this.#definition = definition;
    this.rowStarts = repetition === null ? null : placesOf(repetition, 0);
    let present = count;
    if (definition !== null) {
      const before = new Int32Array(count);
      present = 0;
      for (let i = 0; i < count; i++) {
        before[i] = present;
        if (definition[i] === maxDefinition) present++;
      }
      this.#valuesBefore = before;
    } else this.#valuesBefore = null;
    this.#values = values(present);
  }

  /** @param body the bytes behind the page's header. @throws PageFault */
  static async from(body: Uint8Array, header: PageHeader, leaf: LeafType, codec: string, dictionary: ByteValues | null): Promise<DecodedPage> {
    if (leaf.maxRepetition > MAX_LEVEL || leaf.maxDefinition > MAX_LEVEL) throw new PageFault('its values are nested too deep', 'unsupported');
    const { repetition, definition, values } = await openBody(body, header, leaf, codec);
    const levels = (bytes: Uint8Array, maximum: number): Uint8Array | null => (maximum === 0 ? null : decodeLevels(bytes, maximum, header.values));
    return new DecodedPage(
      header.values,
      leaf.maxDefinition,
      levels(repetition, leaf.maxRepetition),
      levels(definition, leaf.maxDefinition),
      (present) => decodeValues(header.encoding, values, present, leaf, dictionary),
    );
  }

  /** Bytes of memory that it holds. */
  get memory(): number {
    return this.#values.memory + (this.rowStarts?.byteLength ?? 0) + (this.#repetition?.length ?? 0) + 5 * (this.#definition?.length ?? 0);
  }

  slot(place: number): Slot {
    const repetition = this.#repetition?.[place] ?? 0;
    const definition = this.#definition === null ? this.#maxDefinition : (this.#definition[place] ?? 0);
    const bytes = definition === this.#maxDefinition ? this.#values.at(this.#valuesBefore?.[place] ?? place) : null;
    return { repetition, definition, bytes };
  }
}

/** The entries that other pages of the chunk name. @throws PageFault */
export async function decodeDictionary(body: Uint8Array, header: PageHeader, leaf: LeafType, codec: string): Promise<ByteValues> {
  checkSizes(body, header);
  const bytes = await expandPage(codec, body.subarray(0, header.compressed), header.uncompressed);
  return decodeValues('PLAIN', bytes, header.values, leaf, null);
}

function decodeLevels(bytes: Uint8Array, maximum: number, count: number): Uint8Array {
  const levels = new Uint8Array(count);
  decodeRuns(bytes, bitWidth(maximum), levels);
  if (levels.some((level) => level > maximum)) throw new PageFault('it has levels that the schema does not');
  return levels;
}

function placesOf(levels: Uint8Array, wanted: number): Int32Array {
  let count = 0;
  for (const level of levels) if (level === wanted) count++;
  const places = new Int32Array(count);
  for (let i = 0, found = 0; found < count; i++) if (levels[i] === wanted) places[found++] = i;
  return places;
}
