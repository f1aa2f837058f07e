/** A part of a text, in UTF-16 units. */
export interface TextRange {
  readonly start: number;
  readonly end: number;
}

/** What an error's place, `line 2, column 5`, stands for: the word there, or the one sign; null for another kind of place. */
export function rangeOfPlace(text: string, place: string | undefined): TextRange | null {
  const [, line, column] = /^line (\d+), column (\d+)$/.exec(place ?? '') ?? [];
  if (line === undefined || column === undefined) return null;
  const lines = text.split('\n');
  const before = lines.slice(0, Number(line) - 1).reduce((sum, { length }) => sum + length + 1, 0);
  const start = Math.min(text.length, before + Number(column) - 1);
  const [word = ''] = /^(?:[\p{L}\p{N}_]+|[^\n])/u.exec(text.slice(start)) ?? [];
  return { start, end: start + word.length };
}
