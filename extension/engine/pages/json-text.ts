import type { Value } from '../../protocol/values.ts';

/**
 * A value as JSON, exactly: numbers with the digits they have, duplicate keys kept, lone surrogates escaped.
 * NaN and infinities are written as Python's `json` writes and reads them. Bytes are base64 text. What was cut
 * to limits is closed with an ellipsis, so it can never be mistaken for the whole.
 */
export function jsonText(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (typeof value === 'string') return JSON.stringify(value);
  switch (value.type) {
    case 'number':
      return numberText(value.text);
    case 'temporal':
      return JSON.stringify(value.text);
    case 'text':
      return JSON.stringify(`${value.text}…`);
    case 'list':
      return `[${withEllipsis(value.items.map(jsonText), value.length).join(', ')}]`;
    case 'struct':
      return recordText(value.entries, value.length);
    case 'map':
      return `{${withEllipsis(value.entries.map(([key, item]) => `${keyText(key)}: ${jsonText(item)}`), value.length).join(', ')}}`;
    case 'bytes':
      return JSON.stringify(Buffer.from(value.head).toString('base64') + (value.head.length < value.size ? '…' : ''));
    case 'vector':
      return `{"dimension": ${value.dimension}, "norm": ${numberText(String(value.norm))}}`;
    case 'missing':
      return 'null';
    case 'invalid':
      return JSON.stringify(value.text);
  }
}

/** A record of named values; fields that the record does not have are left out. */
export function recordText(entries: readonly (readonly [string, Value])[], length = entries.length): string {
  const present = entries.filter(([, value]) => !isMissing(value));
  const cut = length > entries.length ? present.length + 1 : present.length;
  return `{${withEllipsis(present.map(([name, value]) => `${JSON.stringify(name)}: ${jsonText(value)}`), cut).join(', ')}}`;
}

export function isMissing(value: Value): boolean {
  return typeof value === 'object' && value !== null && value.type === 'missing';
}

function withEllipsis(parts: string[], length: number): string[] {
  return length > parts.length ? [...parts, '"…"'] : parts;
}

/** DuckDB says `nan`, `inf`; Python's json says `NaN`, `Infinity`. */
function numberText(text: string): string {
  const special: Readonly<Record<string, string>> = { nan: 'NaN', inf: 'Infinity', '-inf': '-Infinity', '-nan': 'NaN' };
  return special[text.toLowerCase()] ?? text;
}

/** JSON keys are text: a key of another type is written as the text of its JSON. */
function keyText(key: Value): string {
  return typeof key === 'string' ? JSON.stringify(key) : JSON.stringify(jsonText(key));
}
