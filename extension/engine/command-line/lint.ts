import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { dialectNamed } from '../../../language-server/dialects/registry.ts';
import type { ColumnReader } from '../../../language-server/data/look.ts';
import { readOwnCatalogues } from '../../../language-server/data/sources.ts';
import { jsonSchema } from '../../../language-server/features/json-schema.ts';
import { jsonOf, sarifOf, textOf } from '../../../language-server/lint/formats.ts';
import { lintFile, type LintedFile } from '../../../language-server/lint/lint.ts';
import type { Invocation } from './arguments.ts';
import { terminalText } from '../pages/terminal-text.ts';
import type { Terminal } from './run.ts';

/** The codes of `loupe lint`, for scripts. */
const EXIT = { clean: 0, failed: 1, usage: 2, warnings: 3 } as const;

/** The pages about codes, in the sources and in the installed package. */
const pages = join(import.meta.dirname, '../language-server/checks/pages');

export interface Surroundings {
  readonly terminal: Terminal;
  readonly version: string;
  /** Columns of a shard that a recipe reads. */
  readonly columnsOf: ColumnReader;
}

/** `loupe lint`: each recipe checked by the rules that the editor shows. @returns the exit code */
export async function runLint({ files, format, dialect, sources, printSchema }: Extract<Invocation, { command: 'lint' }>, { terminal, columnsOf, version }: Surroundings): Promise<number> {
  const catalogues = sources === null ? null : await readOwnCatalogues(sources);
  const named = dialect === null ? null : dialectNamed(dialect, { catalogues });
  if (dialect !== null && named === null) {
    terminal.err(`loupe: there is no dialect ${terminalText(dialect)}.\n`);
    return EXIT.usage;
  }
  if (sources !== null && catalogues === null) {
    terminal.err(`loupe: there is neither Data-Juicer nor DCLM, Dolma or NeMo Curator in ${terminalText(sources)}.\n`);
    return EXIT.usage;
  }
  if (printSchema && named !== null) {
    terminal.out(`${JSON.stringify(jsonSchema(named), null, 2)}\n`);
    return EXIT.clean;
  }
  const linted: LintedFile[] = [];
  for (const file of files) {
    const result = await lintFile(file, { override: dialect, versions: {}, catalogues }, columnsOf);
    linted.push(result);
    if (format === 'json') terminal.out(jsonOf(result));
    if (format === 'text') terminal.out(textOf(result).split('\n').map(terminalText).join('\n'));
  }
  if (format === 'sarif') terminal.out(sarifOf(linted, version, (code) => pathToFileURL(join(pages, `${code}.md`)).href));
  return exitCode(linted);
}

function exitCode(linted: readonly LintedFile[]): number {
  const has = (severity: string): boolean => linted.some(({ findings }) => findings.some((each) => each.severity === severity));
  if (has('error') || linted.some(({ error }) => error !== undefined)) return EXIT.failed;
  return has('warning') ? EXIT.warnings : EXIT.clean;
}
