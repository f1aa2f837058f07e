import { formatCount } from '../numbers.ts';

const rows = (count: number): string => (count === 1 ? '1 row' : `${formatCount(count)} rows`);

/** Texts about edits of many rows; they come with the views that need them. */
export const words = {
  replaceTitle: 'Find and Replace',
  setTitle: 'Set Value',
  pasteTitle: 'Paste',
  column: 'Column',
  rowsLabel: 'Rows',
  selected: (count: number) => `Selected rows (${formatCount(count)})`,
  passing: (count: string) => `Rows that pass the filters (${count})`,
  all: (count: string) => `All rows (${count})`,
  find: 'Find',
  replaceBy: 'Replace by',
  replaceTip: '$1 is the first group, $& the whole match',
  matchCase: 'Match case',
  regex: 'Regular expression',
  value: 'Value',
  lines: 'Lines, one a row from the focused cell downwards',
  readAgain: 'Read the clipboard again',
  apply: (count: number) => (count === 0 ? 'Apply' : `Change ${rows(count)}`),
  applyTip: 'Ctrl+Enter',
  looking: (done: string, total: string) => `Looking: ${done} of ${total} rows`,
  willChange: (count: number) => (count === 0 ? 'No row changes.' : `${rows(count)} ${count === 1 ? 'changes' : 'change'}.`),
  first: (count: number) => `The first ${formatCount(count)}:`,
  refuse: (count: number) => `${rows(count)} ${count === 1 ? 'does' : 'do'} not take it; nothing can be changed before that is solved:`,
  refusedRows: (refused: readonly number[], message: string) => {
    const named = refused.slice(0, 3).map((row) => formatCount(row + 1));
    return `${refused.length === 1 ? 'Row' : 'Rows'} ${[...named, ...(refused.length > 3 ? ['…'] : [])].join(', ')}: ${message}`;
  },
  refusedLine: (line: number, message: string) => `Line ${formatCount(line)}: ${message}`,
  tooManyLines: (lines: number, left: number) => `There are ${formatCount(lines)} lines, but only ${rows(left)} from here on.`,
  nothingToPaste: 'The clipboard holds no text.',
  brokenQuotes: (line: number) => `Line ${formatCount(line)}: a quote is not closed.`,
  changed: (count: number) => `Changed ${rows(count)}`,
  unchanged: 'Nothing changed',
  dropped: (count: number) => `${rows(count)} will be dropped`,
  kept: (count: number) => `${rows(count)} will be kept`,

  editsTitle: 'Unsaved Edits',
  noEdits: 'Nothing is edited.',
  summary: (cells: number, rowCount: number, dropped: number, columns: number) =>
    [
      ...(cells > 0 ? [`${formatCount(cells)} ${cells === 1 ? 'cell' : 'cells'} edited`] : []),
      ...(dropped > 0 ? [`${rows(dropped)} dropped`] : []),
      ...(columns > 0 ? [`${formatCount(columns)} ${columns === 1 ? 'column' : 'columns'} added`] : []),
      `${rows(rowCount)} in all`,
    ].join(' · '),
  onlyEdited: 'Show only edited rows',
  row: (row: number) => `Row ${formatCount(row + 1)}`,
  droppedRow: 'dropped',
  addedColumn: (type: string) => `added column of the type ${type}`,
  revert: (place: string) => `Revert ${place}`,
  reverted: (place: string) => `Reverted ${place}`,
  more: (count: number) => `Show ${formatCount(count)} more rows`,
  missing: 'no value',
};
