import type { SchemaElement } from 'hyparquet';
import type { LeafMeaning } from './layout.ts';

/** Logical types by the older converted types, where those say as much. */
const CONVERTED: Readonly<Record<string, Partial<LeafMeaning> & { readonly name: string }>> = {
  UTF8: { name: 'STRING' },
  TIME_MILLIS: { name: 'TIME', unit: 'MILLIS' },
  TIME_MICROS: { name: 'TIME', unit: 'MICROS' },
  TIMESTAMP_MILLIS: { name: 'TIMESTAMP', unit: 'MILLIS' },
  TIMESTAMP_MICROS: { name: 'TIMESTAMP', unit: 'MICROS' },
  ...Object.fromEntries([8, 16, 32, 64].flatMap((bits) => [[`INT_${bits}`, { name: 'INTEGER', bits }], [`UINT_${bits}`, { name: 'INTEGER', bits, isSigned: false }]])),
};

/** What the schema says of a leaf's values; the logical type before the converted one. */
export function leafMeaning(element: SchemaElement): LeafMeaning {
  const { type, converted_type: converted, logical_type: logical, scale = 0, precision = 0 } = element;
  const bits = type === 'INT32' ? 32 : 64;
  const plain: LeafMeaning = { name: '', unit: '', bits, isSigned: true, scale, precision };
  if (logical !== undefined && 'type' in logical) {
    return {
      ...plain,
      name: logical.type,
      ...('unit' in logical ? { unit: logical.unit } : {}),
      ...('bitWidth' in logical ? { bits: logical.bitWidth, isSigned: logical.isSigned } : {}),
      ...('scale' in logical ? { scale: logical.scale, precision: logical.precision } : {}),
    };
  }
  // A logical type without a name is one that is newer than the reader.
  if ((logical as unknown) !== undefined) return { ...plain, name: 'UNKNOWN' };
  if (converted === undefined) return plain;
  return { ...plain, ...(CONVERTED[converted] ?? { name: converted }) };
}
