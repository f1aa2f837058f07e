import type { Value } from '../../extension/protocol/values.ts';

/**
 * A value in the notation of DuckDB's cast to VARCHAR, written from the value tree alone; null for NULL.
 * `json`: strings inside are of the JSON type, which DuckDB never quotes.
 */
export function duckdbText(value: Value, json = false): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return String(value);
  switch (value.type) {
    case 'number':
    case 'temporal':
      return value.text;
    case 'text':
      return value.text;
    case 'bytes':
      return blobText(value.head);
    case 'list':
      return `[${value.items.map((item) => nested(item, json)).join(', ')}]`;
    case 'struct':
      return structText(value.entries, json);
    case 'map':
      return `{${value.entries.map(([key, held]) => `${nested(key, json)}=${nested(held, json)}`).join(', ')}}`;
    case 'vector':
    case 'missing':
    case 'invalid':
      return `<${value.type}${value.type === 'invalid' ? `: ${value.message}` : ''}>`;
  }
}

function structText(entries: readonly (readonly [string, Value])[], json: boolean): string {
  // A struct without names is written as a row.
  if (entries.every(([name]) => name === '')) return `(${entries.map(([, value]) => nested(value, json)).join(', ')})`;
  return `{${entries.map(([name, value]) => `${quote(name)}: ${nested(value, json)}`).join(', ')}}`;
}

function nested(value: Value, json: boolean): string {
  const text = duckdbText(value, json);
  if (text === null) return 'NULL';
  if (typeof value === 'object' && value !== null && ['list', 'struct', 'map'].includes(value.type)) return text;
  return needsQuotes(text) && !(json && typeof value === 'string') ? quote(text) : text;
}

function needsQuotes(text: string): boolean {
  return text === '' || text.toLowerCase() === 'null' || /^[ \t\n\v\f\r]|[ \t\n\v\f\r]$|["'(),:=[\]{}]/.test(text);
}

function quote(text: string): string {
  return `'${text.replace(/['\\]/g, (sign) => `\\${sign}`)}'`;
}

function blobText(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) {
    const plain = byte >= 32 && byte <= 126 && byte !== 0x22 && byte !== 0x27 && byte !== 0x5c;
    text += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  }
  return text;
}
