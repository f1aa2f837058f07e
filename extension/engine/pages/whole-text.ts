import type { WholeText } from '../../protocol/engine.ts';
import type { Value } from '../../protocol/values.ts';
import { jsonText } from './json-text.ts';

/** A text editor stays usable up to here; longer values are cut and say so. In UTF-16 units. */
export const MAX_EDITOR_TEXT = 64 * 1024 * 1024;

/** A whole value as the text of a text editor: text as it is, containers as indented JSON, bytes as base64. */
export function wholeText(value: Value): WholeText {
  const writer = new Writer();
  writePlain(value, writer);
  const text = writer.text();
  return { text, language: languageOf(value, text), cut: writer.cut };
}

/** Collects text up to the editor's limit. */
class Writer {
  /** Something was left out. */
  cut = false;
  readonly #parts: string[] = [];
  #length = 0;

  get full(): boolean {
    return this.#length > MAX_EDITOR_TEXT;
  }

  add(text: string): void {
    this.#parts.push(text);
    this.#length += text.length;
    if (this.full) this.cut = true;
  }

  text(): string {
    return this.#parts.join('').slice(0, MAX_EDITOR_TEXT);
  }
}

function writePlain(value: Value, writer: Writer): void {
  if (typeof value === 'string') writer.add(value);
  else if (value === null || typeof value === 'boolean') writer.add(String(value));
  else if (value.type === 'text' || value.type === 'number' || value.type === 'temporal' || value.type === 'invalid') {
    writer.add(value.text);
    if (value.type === 'text') writer.cut = true;
  } else if (value.type === 'bytes') {
    writer.add(Buffer.from(value.head).toString('base64'));
    if (value.head.length < value.size) writer.cut = true;
  } else if (value.type !== 'missing') writeIndented(value, '', writer);
}

/** JSON over lines; exact like `jsonText`, which a detour through `JSON.parse` would not be. */
function writeIndented(value: Value, indent: string, writer: Writer): void {
  if (typeof value === 'object' && value?.type === 'list' && value.items.length > 0) {
    writeChildren('[]', value.items, value.length, indent, writer, (item, inner) => writeIndented(item, inner, writer));
  } else if (typeof value === 'object' && value?.type === 'struct' && value.entries.length > 0) {
    writeChildren('{}', value.entries, value.length, indent, writer, ([name, item], inner) => {
      writer.add(`${JSON.stringify(name)}: `);
      writeIndented(item, inner, writer);
    });
  } else writer.add(jsonText(value));
}

/** Items between brackets, one a line; what was left out is an ellipsis. */
function writeChildren<T>(brackets: '[]' | '{}', items: readonly T[], length: number, indent: string, writer: Writer, write: (item: T, inner: string) => void): void {
  const inner = `${indent}  `;
  writer.add(brackets.charAt(0));
  for (const [i, item] of items.entries()) {
    if (writer.full) return;
    writer.add(`${i === 0 ? '' : ','}\n${inner}`);
    write(item, inner);
  }
  if (items.length < length) {
    writer.cut = true;
    writer.add(`,\n${inner}"…"`);
  }
  writer.add(`\n${indent}${brackets.charAt(1)}`);
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
