import { terminalText } from '../pages/terminal-text.ts';

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
