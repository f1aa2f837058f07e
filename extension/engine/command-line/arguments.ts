import { parseArgs } from 'node:util';
import { CAPTIONS_USAGE, captionsInvocation, type CaptionsInvocation } from './captions/arguments.ts';
import { exportInvocation, type ExportInvocation } from './export-arguments.ts';
import { UsageError } from './usage-error.ts';

/** What the command line asks for. */
export type Invocation =
  | { readonly command: 'help' | 'version' }
  | { readonly command: 'head'; readonly files: readonly string[]; readonly format: OutputFormat; readonly rows: number; readonly columns: readonly string[] | null }
  | { readonly command: 'stats'; readonly files: readonly string[]; readonly format: OutputFormat; readonly columns: readonly string[] | null }
  | { readonly command: 'query'; readonly sql: string; readonly files: readonly string[]; readonly format: QueryFormat; readonly rows: number }
  | { readonly command: 'apply'; readonly edits: string; readonly files: readonly string[]; readonly key: string | null }
  | { readonly command: 'diff'; readonly files: readonly [before: string, after: string]; readonly key: string | null }
  | ExportInvocation
  | CaptionsInvocation
  | { readonly command: 'card'; readonly files: readonly string[]; readonly to: string | null; readonly replace: boolean }
  | { readonly command: 'lint'; readonly files: readonly string[]; readonly format: LintFormat; readonly dialect: string | null; readonly sources: string | null; readonly printSchema: boolean }
  | { readonly command: 'schema'; readonly files: readonly string[]; readonly format: OutputFormat };

export type OutputFormat = 'text' | 'json';

export const QUERY_FORMATS = ['text', 'json', 'jsonl', 'csv'] as const;

export type QueryFormat = (typeof QUERY_FORMATS)[number];

export const LINT_FORMATS = ['text', 'json', 'sarif'] as const;

export type LintFormat = (typeof LINT_FORMATS)[number];

export const USAGE = `loupe: looks into shards of training data (Parquet, JSON Lines, JSON, WebDataset tar)

  loupe head [-n ROWS] [--columns A,B] [--format text|json] FILE...
      the first rows (10) of each file
  loupe schema [--format text|json] FILE...
      format, rows, size, columns with their types, and the file's own metadata
  loupe stats [--columns A,B] [--format text|json] FILE...
      the distribution of each column: nulls, ends, quantiles, a histogram, the most frequent values
  loupe query SQL [-n ROWS] [--format text|json|jsonl|csv] FILE...
      what one SELECT gives over the table "shard": the file, or several files as one table; -n is of text only (100)
  loupe diff [--key COLUMN] A B
      the edits that make B of A, as lines for apply; rows are paired by number, or by a column that names them
  loupe apply [--key COLUMN] EDITS.jsonl SHARD...
      does edits, a line each: {"row": 3, "column": "caption", "old": "a cat", "new": "a dog"}. "row" counts from 0;
      "key" instead of it names the row by the column of --key (of samples: by their key); "column" may be a path,
      ["meta", "score"]; "old" or "new" left out is no value at all; {"row": 3, "drop": true} leaves the row out. A
      shard whose values are not the old ones is not written. A journal of the editor is taken, too
  loupe export FILE... --to PATH [--where SQL] [--sort A,-B] [--columns A,B] [--sample ROWS --seed NUMBER [--by COLUMN]]
               [--rows-per-file N | --bytes-per-file N] [--format FORMAT] [--key COLUMN] [--text COLUMN] [--replace]
      rows as new files: .parquet, .jsonl, .jsonl.gz, .jsonl.zst, .csv, .tar (WebDataset), .txt (ids), .npy (DataComp's uids);
      --key is the column of ids or keys, --text the one that becomes .txt in a tar; -B sorts by B downwards
  loupe card FILE... [--to README.md [--replace]]
      a data set card in Markdown with Hugging Face's head: counts, schema, distributions, scores
  loupe lint [--dialect NAME[@VERSION]] [--sources FOLDER] [--format text|json|sarif] RECIPE...
      what is wrong with curation recipes (Data-Juicer, DCLM, datamap-rs, Dolma, NeMo Curator), in YAML or JSON; what
      the program knows as a checkout or a Python environment has it (not datamap-rs): sources are read, not run
  loupe lint --print-schema --dialect NAME[@VERSION]
      the dialect as JSON Schema, for editors that know no more
${CAPTIONS_USAGE}  loupe --help | --version

--format json writes one JSON object a file and line; of a query one object, and jsonl one a row.
Exit codes: 0 all files were read (of apply: written); 1 a file could not be, or only in part; 2 the arguments or the SQL are wrong, or a file is there already; 130 interrupted.
Of lint: 0 neither errors nor warnings; 1 an error, or a file that could not be read; 3 warnings and no error.
`;

/** @throws UsageError */
export function parseInvocation(argv: readonly string[]): Invocation {
  const { values, positionals } = parse(argv);
  if (values.version) return { command: 'version' };
  const [command, ...files] = positionals;
  if (values.help || command === 'help') return { command: 'help' };
  if (command === 'query') return queryInvocation(files, values);
  if (command === 'export') return exportInvocation(files, values);
  if (command === 'captions') return captionsInvocation(files, values);
  if (command === 'lint') return lintInvocation(files, values);
  if (command === 'apply' || command === 'diff') return editInvocation(command, files, values.key ?? null);
  if (command !== 'head' && command !== 'schema' && command !== 'stats' && command !== 'card') {
    throw new UsageError(command === undefined ? `A command is missing: ${COMMANDS}.` : `There is no command ${command}: it is ${COMMANDS}.`);
  }
  if (files.length === 0) throw new UsageError(`loupe ${command} needs a file.`);
  if (command === 'card') return { command, files, to: values.to ?? null, replace: values.replace ?? false };
  const format = outputFormat(values.format);
  if (command === 'schema') return { command, files, format };
  const columns = values.columns?.split(',') ?? null;
  if (command === 'stats') return { command, files, format, columns };
  return { command, files, format, columns, rows: rowCount(values.rows) };
}

function queryInvocation([sql, ...files]: readonly string[], { format = 'text', rows = '100' }: Flags): Invocation {
  const known = QUERY_FORMATS.find((each) => each === format);
  if (sql === undefined || files.length === 0) throw new UsageError('loupe query needs a statement and a file.');
  if (known === undefined) throw new UsageError(`--format is ${QUERY_FORMATS.join(', ')}, not ${format}.`);
  return { command: 'query', sql, files, format: known, rows: rowCount(rows) };
}

function editInvocation(command: 'apply' | 'diff', [first, second, ...more]: readonly string[], key: string | null): Invocation {
  if (first === undefined || second === undefined) throw new UsageError(command === 'apply' ? 'loupe apply needs a file of edits and a shard.' : 'loupe diff needs two files.');
  if (command === 'apply') return { command, edits: first, files: [second, ...more], key };
  if (more.length > 0) throw new UsageError('loupe diff compares two files, no more.');
  return { command, files: [first, second], key };
}

function lintInvocation(files: readonly string[], { format = 'text', dialect, sources, 'print-schema': printSchema = false }: Flags): Invocation {
  const known = LINT_FORMATS.find((each) => each === format);
  if (files.length === 0 && !printSchema) throw new UsageError('loupe lint needs a recipe.');
  if (printSchema && dialect === undefined) throw new UsageError('--print-schema needs a --dialect.');
  if (known === undefined) throw new UsageError(`--format is ${LINT_FORMATS.join(', ')}, not ${format}.`);
  return { command: 'lint', files, format: known, dialect: dialect ?? null, sources: sources ?? null, printSchema };
}

const COMMANDS = 'head, schema, stats, query, diff, apply, export, captions, card or lint';

const TEXT = { type: 'string' } as const;
const WORD = { type: 'boolean' } as const;

const OPTIONS = {
  help: { type: 'boolean', short: 'h' },
  version: WORD,
  format: TEXT,
  rows: { type: 'string', short: 'n' },
  columns: TEXT,
  to: TEXT,
  where: TEXT,
  sort: TEXT,
  sample: TEXT,
  seed: TEXT,
  by: TEXT,
  'rows-per-file': TEXT,
  'bytes-per-file': TEXT,
  key: TEXT,
  text: TEXT,
  replace: WORD,
  dialect: TEXT,
  sources: TEXT,
  'print-schema': WORD,
  in: TEXT,
  as: TEXT,
  from: TEXT,
  caption: TEXT,
  alt: TEXT,
  generated: TEXT,
  annotator: TEXT,
  journal: TEXT,
  rounds: TEXT,
  distance: TEXT,
  answers: TEXT,
} as const;

/** What was said beside the command and its files. */
export type Flags = { readonly [K in keyof typeof OPTIONS]?: (typeof OPTIONS)[K]['type'] extends 'boolean' ? boolean : string };

function parse(argv: readonly string[]): { values: Flags; positionals: string[] } {
  try {
    // A name after a minus sign is no option here.
    const at = argv.indexOf('--sort');
    const args = at < 0 || argv[at + 1] === undefined ? [...argv] : [...argv.slice(0, at), `--sort=${argv[at + 1] ?? ''}`, ...argv.slice(at + 2)];
    return parseArgs({ args, allowPositionals: true, options: OPTIONS });
  } catch (error) {
    throw new UsageError(error instanceof Error ? error.message : String(error));
  }
}

function outputFormat(text = 'text'): OutputFormat {
  if (text !== 'text' && text !== 'json') throw new UsageError(`--format is text or json, not ${text}.`);
  return text;
}

function rowCount(text = '10'): number {
  const rows = Number(text);
  if (!Number.isInteger(rows) || rows < 0 || rows > 1_000_000) throw new UsageError(`-n is a whole number from 0 to 1,000,000, not ${text}.`);
  return rows;
}
