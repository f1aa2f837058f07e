/** One sign of a pattern: any run of characters, any one character, or one of these. */
type Token = 'run' | ((character: string) => boolean);

/** Whether a path segment is a pattern rather than a name. */
export function isPattern(segment: string): boolean {
  return /[*?[]/.test(segment);
}

/**
 * A test of names against one segment of a glob: `*`, `?`, `[abc]`, `[a-z]`, `[!abc]`. Matching takes time in
 * proportion to name times pattern whatever they are, which a regular expression would not promise.
 */
export function namePattern(segment: string): (name: string) => boolean {
  const tokens = tokensOf(segment);
  return (name) => matches(tokens, name);
}

function tokensOf(segment: string): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < segment.length; at++) {
    const sign = segment.charAt(at);
    const close = sign === '[' ? segment.indexOf(']', at + 2) : -1;
    if (close !== -1) {
      tokens.push(oneOf(segment.slice(at + 1, close)));
      at = close;
    } else if (sign === '*') tokens.push('run');
    else if (sign === '?') tokens.push(() => true);
    else tokens.push((character) => character === sign);
  }
  return tokens;
}

function oneOf(body: string): (character: string) => boolean {
  const not = /^[!^]./.test(body);
  const ranges = [...(not ? body.slice(1) : body).matchAll(/(.)-(.)|(.)/gs)].map(([, from, to, one]) => [from ?? one ?? '', to ?? one ?? ''] as const);
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== not;
}

function matches(tokens: readonly Token[], name: string): boolean {
  let [at, token] = [0, 0];
  /** Where the last run began, and up to where it reaches so far. */
  let [runToken, runEnd] = [-1, 0];
  while (at < name.length) {
    const now = tokens[token];
    if (now === 'run') {
      [runToken, runEnd] = [token, at];
      token++;
    } else if (now?.(name.charAt(at)) === true) {
      at++;
      token++;
    } else if (runToken !== -1) {
      runEnd++;
      [at, token] = [runEnd, runToken + 1];
    } else return false;
  }
  while (tokens[token] === 'run') token++;
  return token === tokens.length;
}
