/** Text over this many units is not parsed, for it would be only longer. */
const MAX_LENGTH = 65_536;

/** JSON nested deeper than this would be mostly indentation. */
const MAX_DEPTH = 64;

/**
 * JSON with a line for every member; text that is no JSON object or array as it is. Whole numbers beyond 2^53
 * stay exact: only white space between tokens is written anew.
 */
export function prettyJson(text: string): string {
  if (text.length > MAX_LENGTH || !/^\s*[[{]/.test(text) || !isJson(text)) return text;
  const out: string[] = [];
  let depth = 0;
  const line = (): string => `\n${'  '.repeat(depth)}`;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{},:]|[^\s[\]{},:"]+/g)) {
    if (token === '{' || token === '[') {
      if (++depth > MAX_DEPTH) return text;
      out.push(token, line());
    } else if (token === '}' || token === ']') {
      depth--;
      const empty = out.at(-2) === (token === '}' ? '{' : '[');
      if (empty) out.pop();
      out.push(empty ? token : `${line()}${token}`);
    } else {
      out.push(token === ',' ? `,${line()}` : token === ':' ? ': ' : token);
    }
  }
  return out.join('');
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
