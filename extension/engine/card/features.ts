import { DuckDBTypeId, type DuckDBType } from '@duckdb/node-api';
import type { ColumnKind } from '../../protocol/shards.ts';

/** A value's type as the YAML head of a data set card has it, one line after the other. */
type FeatureLines = readonly string[];

const NAMES: ReadonlyMap<DuckDBTypeId, string> = new Map([
  [DuckDBTypeId.BOOLEAN, 'bool'],
  [DuckDBTypeId.TINYINT, 'int8'],
  [DuckDBTypeId.SMALLINT, 'int16'],
  [DuckDBTypeId.INTEGER, 'int32'],
  [DuckDBTypeId.BIGINT, 'int64'],
  [DuckDBTypeId.UTINYINT, 'uint8'],
  [DuckDBTypeId.USMALLINT, 'uint16'],
  [DuckDBTypeId.UINTEGER, 'uint32'],
  [DuckDBTypeId.UBIGINT, 'uint64'],
  [DuckDBTypeId.FLOAT, 'float32'],
  [DuckDBTypeId.DOUBLE, 'float64'],
  [DuckDBTypeId.VARCHAR, 'string'],
  [DuckDBTypeId.ENUM, 'string'],
  [DuckDBTypeId.BLOB, 'binary'],
  [DuckDBTypeId.DATE, 'date32'],
  [DuckDBTypeId.TIME, 'time64[us]'],
  [DuckDBTypeId.TIMESTAMP, 'timestamp[us]'],
  [DuckDBTypeId.TIMESTAMP_NS, 'timestamp[ns]'],
  [DuckDBTypeId.TIMESTAMP_TZ, 'timestamp[us, tz=UTC]'],
]);

/** A column as an entry of `features`; null where its type has no name there. */
export function featureLines(name: string, type: DuckDBType, kind: ColumnKind): FeatureLines | null {
  const lines = kind === 'image' && isPicture(type) ? ['dtype: image'] : typeLines(type);
  return lines === null ? null : [`- name: ${yamlText(name)}`, ...indented(lines)];
}

/** A text as YAML that no parser takes for anything else. */
export function yamlText(text: string): string {
  return JSON.stringify(text.toWellFormed());
}

/** The bytes of pictures, alone or as Hugging Face has them. */
function isPicture(type: DuckDBType): boolean {
  return type.typeId === DuckDBTypeId.BLOB || (type.typeId === DuckDBTypeId.STRUCT && [...type.entryNames].sort().join() === 'bytes,path');
}

function typeLines(type: DuckDBType): FeatureLines | null {
  switch (type.typeId) {
    case DuckDBTypeId.LIST:
      return listLines(type.valueType);
    case DuckDBTypeId.STRUCT: {
      const fields = type.entryTypes.map((field, at) => featureLines(type.entryNames[at] ?? '', field, 'mixed'));
      return fields.every((field) => field !== null) ? ['struct:', ...fields.flat()] : null;
    }
    case DuckDBTypeId.DECIMAL:
      return [`dtype: decimal128(${type.width}, ${type.scale})`];
    default: {
      const name = NAMES.get(type.typeId);
      return name === undefined ? null : [`dtype: ${name}`];
    }
  }
}

function listLines(item: DuckDBType): FeatureLines | null {
  const [first, ...others] = typeLines(item) ?? [];
  if (first === undefined) return null;
  // A simple type stands on the line of the list, a struct's fields below it.
  if (first === 'struct:') return ['list:', ...others];
  return first.startsWith('dtype: ') ? [`list: ${first.slice('dtype: '.length)}`] : ['list:', ...indented([first, ...others])];
}

export function indented(lines: readonly string[]): string[] {
  return lines.map((line) => `  ${line}`);
}
