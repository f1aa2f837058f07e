import { formatBytes, formatCount } from './shards/numbers.ts';
import { filterStrings } from './strings/filters.ts';
import { statisticsStrings } from './strings/statistics.ts';
import { versionStrings } from './strings/versions.ts';

/** Every text that the webview shows, in one place. */
export const strings = {
  filters: filterStrings,
  statistics: statisticsStrings,
  versions: versionStrings,

  // grid
  grid: (name: string) => `Rows of ${name}`,
  missing: 'missing',
  pending: 'loading',
  invalidCell: (message: string) => `Cannot be read: ${message}`,
  vectorTitle: (dimension: number) => `Embedding of ${formatCount(dimension)} numbers: dimension and Euclidean norm`,
  characters: (count: number) => `${formatCount(count)} characters in all`,
  items: (count: number) => `${formatCount(count)} items in all`,
  columnMenu: 'Column',
  hideColumn: 'Hide Column',
  showAllColumns: 'Show All Columns',
  copyName: 'Copy Column Name',
  unnamed: '(no name)',
  allHidden: 'Every column is hidden.',
  columnsCapped: (shown: number, all: number) =>
    `The grid draws ${formatCount(shown)} of ${formatCount(all)} columns at a time. Choose which in Columns; a row opened at the side has all of them.`,
  thumbnailPending: 'Picture is loading',
  thumbnailBroken: (why: string) => `Broken picture: ${why}`,
  picture: 'Picture',

  // toolbar
  toolbar: 'Shard',
  goToRow: 'Go to row',
  goToRowTitle: (rows: string) => `Go to row (1 to ${rows}, Ctrl+G)`,
  noSuchRow: (rows: string) => `Rows go from 1 to ${rows}.`,
  size: (rows: string, columns: number) => `${rows} rows × ${formatCount(columns)} columns`,
  rowsSoFar: (rows: number) => `${formatCount(rows)}+`,
  progress: (label: string, percent: number) => `${label} ${percent} %`,
  row: 'Row',
  schema: 'Schema',
  metadata: 'Metadata',
  panels: 'Side views',
  columns: 'Columns',
  columnsHidden: (hidden: number) => `Columns (${formatCount(hidden)} hidden)`,
  filterColumns: 'Filter columns',
  showAll: 'Show all',
  hideAll: 'Hide all',
  moreColumns: (count: number) => `${formatCount(count)} more: narrow the filter`,
  notices: (count: number) => (count === 1 ? '1 notice' : `${formatCount(count)} notices`),
  severity: { info: 'Information', warning: 'Warning', error: 'Error' },

  // whole-page states
  opening: (name: string) => `Opening ${name} …`,
  waiting: {
    start: "Loupe's engine is starting. On a busy machine this takes a while.",
    engine: (files: string) => `Loupe's engine does not answer: it is busy with ${files}. If that goes on, it is restarted and the file that blocks it is told.`,
    turn: (files: string) => `Another file is read first: ${files}. It may have ended Loupe's engine before, so it is read alone.`,
    file: (name: string) => `${name} takes longer than usual to open: Loupe waits for its first bytes. A slow disk or network may be the cause.`,
  },
  unknownFile: 'a file',
  cancelOpening: 'Cancel',
  restartEngine: 'Restart Engine',
  cannotOpen: (name: string) => `${name} cannot be shown`,
  noRows: 'No rows',
  noRowsDetail: 'The shard was read to its end and holds no row.',
  noRowsYet: 'No rows yet',
  noRowsYetDetail: 'The shard is still being read.',
  noColumns: 'No columns',
  noColumnsDetail: (rows: number) => `The shard has ${formatCount(rows)} rows, but none of them has a field.`,
  path: 'File',
  place: 'Place',
  tryAgain: 'Try Again',
  openAsText: 'Open as Text',

  // side panel
  close: 'Close',
  splitter: 'Width of the side view',
  noRow: 'Select a cell to see its row here.',
  loading: 'Loading …',
  rowTitle: (row: number) => `Row ${formatCount(row + 1)}`,
  previousRow: 'Previous row (Alt+Up)',
  nextRow: 'Next row (Alt+Down)',
  find: 'Find in row',
  previousMatch: 'Previous match (Shift+Enter)',
  nextMatch: 'Next match (Enter)',
  matches: (current: number, count: number, capped: boolean) =>
    count === 0 ? 'No results' : `${formatCount(current)} of ${formatCount(count)}${capped ? '+' : ''}`,
  wrap: 'Wrap long text',
  copy: 'Copy',
  openText: 'Open in text editor',
  record: 'Record',
  members: (count: number) => `Members in archive order (${formatCount(count)})`,
  memberName: 'Name',
  memberType: 'Type',
  memberSize: 'Size',
  more: (count: number) => `Show ${formatCount(count)} more`,
  notLoaded: (loaded: number, all: number) => `${formatCount(loaded)} of ${formatCount(all)} items are here. Open the value in a text editor to see them all.`,
  cutText: (shown: number, all: number) => `The first ${formatCount(shown)} of ${formatCount(all)} characters. Open the value in a text editor to see all.`,
  cutMembers: (shown: number, all: number) => `${formatCount(shown)} of ${formatCount(all)}`,
  emptyText: 'empty text',
  listPreview: (length: number) => (length === 1 ? '1 item' : `${formatCount(length)} items`),
  structPreview: (length: number) => (length === 1 ? '1 field' : `${formatCount(length)} fields`),
  vector: (dimension: number, norm: string) => `${formatCount(dimension)} dimensions · norm ${norm}`,
  expand: 'Expand',
  collapse: 'Collapse',

  // pictures
  pictureOf: (column: string) => `Picture in ${column}`,
  pictureKeys: (label: string) => `${label}: + and - zoom, 0 fits, 1 shows its own size, arrows move`,
  fit: 'Fit',
  actualSize: '100 %',
  zoomIn: 'Zoom in',
  zoomOut: 'Zoom out',
  zoom: (percent: number) => `${percent} %`,
  brokenPicture: 'This picture cannot be shown',
  undecodable: 'The browser cannot decode it.',
  orientation: (value: number) => `EXIF orientation ${value}`,
  declaredDiffers: (declared: string, format: string) => `File says .${declared} but is ${format}`,
  pictureFacts: (format: string, width: number, height: number, size: number) => `${format} · ${width} × ${height} · ${formatBytes(size)}`,

  // schema and metadata
  noSchema: 'The file declares no schema.',
  properties: 'File',
  keyValues: 'Key-value metadata',
  tableCount: (shown: number, total: number) =>
    shown === total ? formatCount(total) : `${formatCount(shown)} of ${formatCount(total)}`,

  // announcements
  copied: {
    cell: (length: number) => `Copied cell (${formatCount(length)} characters)`,
    row: (row: number, length: number) => `Copied row ${formatCount(row + 1)} (${formatCount(length)} characters)`,
    rows: (rows: number, length: number) => `Copied ${formatCount(rows)} rows (${formatCount(length)} characters)`,
    value: 'Copied value',
    name: 'Copied column name',
  },
  failed: (message: string) => message,
};
