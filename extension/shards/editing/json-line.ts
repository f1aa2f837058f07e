/** Where a text stops being JSON, and why. */
export interface JsonFault {
  readonly message: string;
  /** UTF-16 units before it. */
  readonly position: number;
}

/** What is wrong with a JSON text; null where nothing is. What Python's json writes for numbers that JSON lacks is taken. */
export function jsonFault(text: string): JsonFault | null {
  try {
    // As long as before, so that places stay.
    JSON.parse(text.replaceAll(TOKENS, (token) => (/^(NaN|-?Infinity)$/.test(token) ? '0'.padEnd(token.length) : token)));
    return null;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const position = Number(/at position (\d+)/.exec(message)?.[1] ?? text.length);
    return { message: message.replace(/ \(line \d+ column \d+\)$/, ''), position };
  }
}

/** Texts of JSON, and what stands between them. */
const TOKENS = /"(?:[^"\\]|\\.)*"|NaN|-?Infinity|\s+/gs;

/** JSON that goes over lines on one line, as Python's json writes it; digits and escapes stay as they are. */
export function onOneLine(json: string): string {
  const bare = json.replaceAll(TOKENS, (token) => (/^\s/.test(token) ? '' : token));
  return bare.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token === ',' || token === ':' ? `${token} ` : token));
}
