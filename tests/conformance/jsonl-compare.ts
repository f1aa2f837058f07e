import { gunzipSync, zstdDecompressSync } from 'node:zlib';
import type { Value } from '../../extension/protocol/values.ts';

/** A file's text by Node's own decoders, member by member and frame by frame; null where they refuse it. */
export function independentText(bytes: Buffer): Buffer | null {
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return gunzipSync(bytes);
    if (bytes.length < 4 || bytes.readUInt32LE(0) !== 0xfd2fb528) return bytes;
    const parts: Buffer[] = [];
    for (let rest = bytes; rest.length > 0; ) {
      const { buffer, engine } = zstdDecompressSync(rest, { info: true }) as unknown as { buffer: Buffer; engine: { bytesWritten: number } };
      parts.push(buffer);
      rest = rest.subarray(engine.bytesWritten);
    }
    return Buffer.concat(parts);
  } catch {
    return null;
  }
}

/** A JSON text with its blanks removed and its strings in one spelling; every other token as it is written. */
export function minified(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|[ \t\r\n]+/g, (token) => (token.startsWith('"') ? JSON.stringify(JSON.parse(token)) : ''));
}

/** The same form, made of our value: numbers by their own text, every duplicate key in its place. */
export function serialised(value: Value): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value);
  switch (value.type) {
    case 'number':
      return value.text;
    case 'list':
      return `[${value.items.map(serialised).join(',')}]`;
    case 'struct':
      return `{${value.entries.map(([key, item]) => `${JSON.stringify(key)}:${serialised(item)}`).join(',')}}`;
    default:
      return `<${value.type}>`;
  }
}

/** Whether our value and what `JSON.parse` gives are the same: numbers as doubles, of duplicate keys the last. Counts leaves. */
export function sameAsParsed(value: Value, parsed: unknown, counted: { cells: number }): boolean {
  counted.cells++;
  if (value === null || typeof value !== 'object') return value === parsed;
  switch (value.type) {
    case 'number':
      return typeof parsed === 'number' && Object.is(Number(value.text), parsed);
    case 'list':
      return Array.isArray(parsed) && parsed.length === value.length && value.items.every((item, index) => sameAsParsed(item, parsed[index], counted));
    case 'struct': {
      if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) return false;
      const last = new Map(value.entries);
      const keys = Object.keys(parsed);
      if (keys.length !== last.size || value.entries.length !== value.length) return false;
      return keys.every((key) => last.has(key) && sameAsParsed(last.get(key) as Value, (parsed as Record<string, unknown>)[key], counted));
    }
    default:
      return false;
  }
}
