/**
 * Text for a terminal. What comes from a file may hold escape sequences that would move the cursor or retitle
 * the window: control characters are shown as symbols, never sent.
 */
export function terminalText(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0))).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}

/** Rows as an aligned table; columns are narrowed, the widest first, until a line fits `width` (0: no limit). */
export function textTable(header: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const lines = [header, ...rows].map((row) => row.map(terminalText));
  const widths = fit(header.map((_, i) => Math.max(1, ...lines.map((line) => [...(line[i] ?? '')].length))), width);
  return lines.map((line) => line.map((cell, i) => pad(cell, widths[i] ?? 1)).join('  ').trimEnd()).join('\n');
}

function fit(widths: number[], width: number): number[] {
  const free = width - 2 * (widths.length - 1);
  const fitted = [...widths];
  while (width > 0 && fitted.reduce((sum, w) => sum + w, 0) > free) {
    const widest = Math.max(...fitted);
    if (widest <= MIN_COLUMN) break;
    fitted[fitted.indexOf(widest)] = Math.max(MIN_COLUMN, widest - Math.max(1, Math.floor(widest / 8)));
  }
  return fitted;
}

const MIN_COLUMN = 8;

function pad(cell: string, width: number): string {
  const characters = [...cell];
  return characters.length > width ? `${characters.slice(0, width - 1).join('')}…` : cell + ' '.repeat(width - characters.length);
}
