import type { Value } from '../../extension/protocol/values.ts';

/** A number of a JSON text as it is written there: JSON.parse would round it. */
export class JsonNumber {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type Json = null | boolean | string | JsonNumber | readonly Json[] | { readonly [name: string]: Json };

/** Parses JSON with every number kept as its text. */
export function parseExactly(text: string): Json {
  const reviver = (_key: string, value: unknown, context?: { source?: string }): unknown =>
    typeof value === 'number' ? new JsonNumber(context?.source ?? String(value)) : value;
  return JSON.parse(text, reviver) as Json;
}

/**
 * Whether a value is what another reader wrote as JSON. JSON has fewer types: bytes are text or an array of
 * numbers, times are ISO text in milliseconds, NaN is null, decimals are the nearest double.
 */
export function sameAsJson(value: Value, json: Json | undefined): boolean {
  if (value === null) return json === null || json === undefined;
  if (typeof value === 'boolean') return value === json;
  if (typeof value === 'string') return value === json || value.replace(/ (Z|M|ZM) /g, ' ') === wkt(json) || sameParsed(value, json);
  switch (value.type) {
    case 'number':
      return sameNumber(value.text, json);
    case 'temporal':
      return sameTime(value.text, json);
    case 'bytes':
      return sameBytes(value.head, json);
    case 'list':
      return Array.isArray(json) && json.length === value.items.length && value.items.every((item, index) => sameAsJson(item, (json as Json[])[index]));
    case 'struct':
      return sameEntries(value.entries, json);
    case 'map':
      return sameEntries(
        value.entries.map(([key, held]) => [keyText(key), held] as const),
        json,
      );
    default:
      return false;
  }
}

function sameEntries(entries: readonly (readonly [string, Value])[], json: Json | undefined): boolean {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof JsonNumber) return false;
  const held = json as { readonly [name: string]: Json };
  const names = new Set(entries.map(([name]) => name));
  // A JSON object of a map keeps the last of equal keys; a null may be left out.
  return entries.every(([name, value], index) => entries.findLastIndex(([other]) => other === name) !== index || sameAsJson(value, held[name])) && Object.keys(held).every((name) => names.has(name));
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  return typeof key === 'object' && key !== null && 'text' in key ? key.text : JSON.stringify(key);
}

function sameNumber(text: string, json: Json | undefined): boolean {
  const value = Number(text.replace('inf', 'Infinity'));
  if (json === null || json === undefined) return !Number.isFinite(value);
  const other = json instanceof JsonNumber ? json.text : typeof json === 'string' ? json : null;
  if (other === null) return false;
  if (/^-?\d+$/.test(text) && /^-?\d+$/.test(other)) return BigInt(text) === BigInt(other);
  // A FLOAT's shortest text names another double than the float itself.
  const theirs = Number(other);
  if (value === theirs || Math.fround(value) === theirs) return true;
  return text.includes('.') && !text.includes('e') && Math.abs(value - theirs) <= Math.abs(value) * 1e-15;
}

/** Times: the same instant to the millisecond, or milliseconds or days as a number. */
function sameTime(text: string, json: Json | undefined): boolean {
  const dated = text.replace(/^\d{5,6}-/, (year) => `+${year.padStart(7, '0')}`);
  const ours = Date.parse(/^\d{4}-\d\d-\d\d$/.test(dated) ? dated : `${dated.replace(' ', 'T').replace(/\+00$/, '')}Z`);
  if (typeof json === 'string') return json === text || Date.parse(json) === ours;
  return json instanceof JsonNumber && sameClock(text, json.text);
}

/** A TIME as its number of milli-, micro- or nanoseconds since midnight. */
function sameClock(text: string, number: string): boolean {
  const [, hours, minutes, seconds, fraction] = /^(\d\d):(\d\d):(\d\d)(?:\.(\d+))?/.exec(text) ?? [];
  if (hours === undefined) return false;
  const nanos = (BigInt(hours) * 3600n + BigInt(minutes ?? 0) * 60n + BigInt(seconds ?? 0)) * 1_000_000_000n + BigInt((fraction ?? '').padEnd(9, '0'));
  return [1n, 1_000n, 1_000_000n].some((unit) => nanos % unit === 0n && String(nanos / unit) === number);
}

function sameBytes(bytes: Uint8Array, json: Json | undefined): boolean {
  if (Array.isArray(json)) return json.length === bytes.length && json.every((byte, index) => byte instanceof JsonNumber && byte.text === String(bytes[index]));
  if (typeof json !== 'string') return false;
  const buffer = Buffer.from(bytes);
  return json === buffer.toString('utf8') || json === buffer.toString('latin1') || json === buffer.toString('hex');
}

/** JSON and VARIANT columns are text with us and parsed with others. */
function sameParsed(text: string, json: Json | undefined): boolean {
  try {
    return canonical(parseExactly(text)) === canonical(json ?? null);
  } catch {
    return false;
  }
}

function canonical(json: Json): string {
  if (json instanceof JsonNumber) return String(Number(json.text));
  if (Array.isArray(json)) return `[${json.map(canonical).join(',')}]`;
  if (typeof json !== 'object' || json === null) return JSON.stringify(json);
  const entries = Object.entries(json as { readonly [name: string]: Json }).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([name, value]) => `${JSON.stringify(name)}:${canonical(value)}`).join(',')}}`;
}

/** GeoJSON as well-known text without its dimension letter; null for anything else. */
function wkt(json: Json | undefined): string | null {
  if (typeof json !== 'object' || json === null || Array.isArray(json) || json instanceof JsonNumber) return null;
  const { type, coordinates, geometries } = json as { readonly [name: string]: Json };
  if (typeof type !== 'string') return null;
  const name = type.toUpperCase();
  if (Array.isArray(geometries)) return `${name} ${geometries.length === 0 ? 'EMPTY' : `(${geometries.map(wkt).join(', ')})`}`;
  if (!Array.isArray(coordinates)) return null;
  if (coordinates.length === 0) return `${name} EMPTY`;
  const nested = positions(coordinates);
  return `${name} ${coordinates[0] instanceof JsonNumber ? `(${nested})` : nested}`;
}

function positions(coordinates: readonly Json[]): string {
  if (coordinates[0] instanceof JsonNumber) return coordinates.map((number) => (number as JsonNumber).text).join(' ');
  return `(${coordinates.map((inner) => positions(inner as readonly Json[])).join(', ')})`;
}
