/** Texts of JSON, and what stands between values. */
const TOKENS = /"(?:[^"\\]|\\.)*"|\s+/gs;

/** JSON that goes over lines on one line, as Python's json writes it; digits and escapes stay as they are. */
export function onOneLine(json: string): string {
  const bare = json.replaceAll(TOKENS, (token) => (/^\s/.test(token) ? '' : token));
  return bare.replaceAll(/"(?:[^"\\]|\\.)*"|[,:]/g, (token) => (token === ',' || token === ':' ? `${token} ` : token));
}
