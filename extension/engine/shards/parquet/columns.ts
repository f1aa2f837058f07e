import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { ColumnKind } from '../../../protocol/shards.ts';
import type { Value } from '../../../protocol/values.ts';
import { isNumber, isTemporal, isText } from './cell-plan.ts';

/** What the values of a column are by its type alone. */
export function kindOfType(type: DuckDBType): ColumnKind {
  if (isNumber(type)) return 'number';
  if (isTemporal(type)) return 'temporal';
  if (type.typeId === DuckDBTypeId.VARIANT) return 'mixed';
  if (isText(type)) return 'text';
  switch (type.typeId) {
    case DuckDBTypeId.BOOLEAN:
      return 'boolean';
    case DuckDBTypeId.BLOB:
      return 'bytes';
    case DuckDBTypeId.LIST:
    case DuckDBTypeId.ARRAY:
      return 'list';
    case DuckDBTypeId.MAP:
      return 'map';
    case DuckDBTypeId.STRUCT:
      return isImageStruct(type.entryNames, type.entryTypes) ? 'image' : 'struct';
    default:
      return 'mixed';
  }
}

/**
 * A better kind from the first values seen: bytes that are pictures, lists that are embeddings. Null where
 * the values do not tell (none but nulls).
 */
export function kindOfValues(kind: ColumnKind, values: readonly Value[]): ColumnKind | null {
  const held = values.filter((value) => value !== null && typeof value === 'object');
  if (held.length === 0) return null;
  if (kind === 'bytes') return held.every((value) => value.type === 'bytes' && isPicture(value.head)) ? 'image' : 'bytes';
  if (kind === 'list') return held.every((value) => value.type === 'vector') ? 'vector' : 'list';
  return kind;
}

/** Hugging Face's image feature: STRUCT(bytes BLOB, path VARCHAR), in any order. */
function isImageStruct(names: readonly string[], types: readonly DuckDBType[]): boolean {
  if (names.length !== 2) return false;
  const byName = new Map(names.map((name, index) => [name, types[index]?.typeId]));
  return byName.get('bytes') === DuckDBTypeId.BLOB && byName.get('path') === DuckDBTypeId.VARCHAR;
}

function isPicture(head: Uint8Array): boolean {
  const text = Buffer.from(head.buffer, head.byteOffset, Math.min(head.length, 16)).toString('latin1');
  return (
    text.startsWith('\xff\xd8\xff') ||
    text.startsWith('\x89PNG\r\n\x1a\n') ||
    text.startsWith('GIF8') ||
    (text.startsWith('RIFF') && text.slice(8, 12) === 'WEBP') ||
    text.startsWith('II*\0') ||
    text.startsWith('MM\0*') ||
    (text.startsWith('BM') && head.length > 26) ||
    /^....ftyp(avif|avis|heic|mif1)/s.test(text)
  );
}
