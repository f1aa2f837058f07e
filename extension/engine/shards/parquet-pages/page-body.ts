import { expandPage } from './expand-page.ts';
import { MAX_PAGE_BYTES, MAX_PAGE_VALUES, type PageHeader } from './layout.ts';
import { PageFault } from './page-fault.ts';

/** A data page taken apart and expanded; nothing in it is decoded yet. */
export interface PageBody {
  /** Levels as they are encoded; empty where the leaf has none. */
  readonly repetition: Uint8Array;
  readonly definition: Uint8Array;
  readonly values: Uint8Array;
}

interface Levels {
  readonly maxRepetition: number;
  readonly maxDefinition: number;
}

/** Takes apart the bytes behind a data page's header. @throws PageFault */
export function openBody(body: Uint8Array, header: PageHeader, leaf: Levels, codec: string): Promise<PageBody> {
  checkSizes(body, header);
  return header.kind === 'data-v2' ? openSecond(body, header, codec) : openFirst(body, header, leaf, codec);
}

/** @throws PageFault where a page is damaged or larger than what is read by page */
export function checkSizes(body: Uint8Array, header: PageHeader): void {
  if (header.compressed > body.length) throw new PageFault('it ends early');
  if (header.uncompressed > MAX_PAGE_BYTES) throw new PageFault(`it has more than ${MAX_PAGE_BYTES} bytes`, 'too-large');
  if (header.values > MAX_PAGE_VALUES) throw new PageFault(`it has more than ${MAX_PAGE_VALUES} values`, 'too-large');
}

async function openFirst(body: Uint8Array, header: PageHeader, { maxRepetition, maxDefinition }: Levels, codec: string): Promise<PageBody> {
  const bytes = await expandPage(codec, body.subarray(0, header.compressed), header.uncompressed);
  const repetition = maxRepetition > 0 ? sizedLevels(bytes, 0, header.repetitionEncoding) : { levels: bytes.subarray(0, 0), end: 0 };
  const definition = maxDefinition > 0 ? sizedLevels(bytes, repetition.end, header.definitionEncoding) : { levels: bytes.subarray(0, 0), end: repetition.end };
  return { repetition: repetition.levels, definition: definition.levels, values: bytes.subarray(definition.end) };
}

/** Before a first version's levels stands how many bytes they take. */
function sizedLevels(bytes: Uint8Array, start: number, encoding: string): { readonly levels: Uint8Array; readonly end: number } {
  if (encoding !== 'RLE') throw new PageFault(`its levels are encoded as ${encoding}`, 'unsupported');
  const from = start + 4;
  const end = from > bytes.length ? Infinity : from + new DataView(bytes.buffer, bytes.byteOffset + start, 4).getUint32(0, true);
  if (end > bytes.length) throw new PageFault('its levels end early');
  return { levels: bytes.subarray(from, end), end };
}

async function openSecond(body: Uint8Array, header: PageHeader, codec: string): Promise<PageBody> {
  const repetitionEnd = header.repetitionBytes;
  const levelsEnd = repetitionEnd + header.definitionBytes;
  if (levelsEnd > header.compressed || levelsEnd > header.uncompressed) throw new PageFault('its levels end early');
  const packed = body.subarray(levelsEnd, header.compressed);
  return {
    repetition: body.subarray(0, repetitionEnd),
    definition: body.subarray(repetitionEnd, levelsEnd),
    values: await expandPage(header.isCompressed ? codec : 'UNCOMPRESSED', packed, header.uncompressed - levelsEnd),
  };
}
