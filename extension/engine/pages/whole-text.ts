import type { WholeText } from '../../protocol/engine.ts';
import type { Value } from '../../protocol/values.ts';
import { jsonText } from './json-text.ts';

/** A text editor stays usable up to here; longer values are cut and say so. In UTF-16 units. */
export const MAX_EDITOR_TEXT = 64 * 1024 * 1024;

/** A whole value as the text of a text editor: text as it is, containers as indented JSON, bytes as base64. */
export function wholeText(value: Value): WholeText {
  const text = plainText(value);
  const cut = text.length > MAX_EDITOR_TEXT || (typeof value === 'object' && value !== null && value.type === 'text');
  return { text: text.slice(0, MAX_EDITOR_TEXT), language: languageOf(value, text), cut };
}

function plainText(value: Value): string {
  if (typeof value === 'string') return value;
  if (value === null || typeof value === 'boolean') return String(value);
  switch (value.type) {
    case 'text':
    case 'number':
    case 'temporal':
    case 'invalid':
      return value.text;
    case 'missing':
      return '';
    case 'bytes':
      return Buffer.from(value.head).toString('base64');
    default:
      return indented(value, '');
  }
}

/** JSON over lines; exact like `jsonText`, which a detour through `JSON.parse` would not be. */
function indented(value: Value, indent: string): string {
  const inner = `${indent}  `;
  if (typeof value !== 'object' || value === null) return jsonText(value);
  if (value.type === 'list' && value.items.length > 0) {
    return `[\n${value.items.map((item) => inner + indented(item, inner)).join(',\n')}\n${indent}]`;
  }
  if (value.type === 'struct' && value.entries.length > 0) {
    const fields = value.entries.map(([name, item]) => `${inner}${JSON.stringify(name)}: ${indented(item, inner)}`);
    return `{\n${fields.join(',\n')}\n${indent}}`;
  }
  return jsonText(value);
}

function languageOf(value: Value, text: string): string {
  if (typeof value === 'object' && value !== null && ['list', 'struct', 'map'].includes(value.type)) return 'json';
  return /^\s*[[{]/.test(text) && parses(text) ? 'json' : 'plaintext';
}

function parses(text: string): boolean {
  if (text.length > 1024 * 1024) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
