import { readFile, stat } from 'node:fs/promises';
import type { Finding, Severity } from '../checks/finding.ts';
import { lookAtData, type ColumnReader } from '../data/look.ts';
import type { Position } from '../document/lines.ts';
import { analyse, BY_SHAPE, withFacts, type Analysis, type Circumstances } from '../service.ts';

/** What was found in one file; `dialect` is null where it is no recipe that we know. */
export interface LintedFile {
  readonly file: string;
  readonly dialect: string | null;
  readonly findings: readonly LintedFinding[];
  /** Why it could not be read. */
  readonly error?: string;
}

export interface LintedFinding {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly start: Position;
  readonly end: Position;
  readonly fixes: readonly string[];
}

/** A recipe is text of some kilobytes; what is larger was named by mistake. */
const MAX_BYTES = 16 * 1024 * 1024;

/** Checks a file from disk. Never throws: what cannot be read says so. */
export async function lintFile(file: string, circumstances: Circumstances = BY_SHAPE, columnsOf?: ColumnReader): Promise<LintedFile> {
  try {
    const { size } = await stat(file);
    if (size > MAX_BYTES) return { file, dialect: null, findings: [], error: `It has ${size} bytes; a recipe has at most ${MAX_BYTES}.` };
    return await lintText(file, await readFile(file, 'utf8'), circumstances, columnsOf);
  } catch (error) {
    return { file, dialect: null, findings: [], error: error instanceof Error ? error.message : String(error) };
  }
}

async function lintText(file: string, text: string, circumstances: Circumstances, columnsOf?: ColumnReader): Promise<LintedFile> {
  const { recipe, findings, lines } = await withData(text, circumstances, file, columnsOf);
  const place = ({ code, severity, message, start, end, fixes }: Finding): LintedFinding => ({
    code,
    severity,
    message,
    start: lines.position(start),
    end: lines.position(end),
    fixes: fixes.map(({ title }) => title),
  });
  return { file, dialect: recipe === null ? null : `${recipe.dialect.id}@${recipe.dialect.version}`, findings: findings.map(place) };
}

async function withData(text: string, circumstances: Circumstances, file: string, columnsOf?: ColumnReader): Promise<Analysis> {
  const analysis = analyse(text, circumstances);
  if (analysis.recipe === null) return analysis;
  const facts = await lookAtData(analysis.recipe, file, columnsOf);
  return withFacts(facts.custom === null ? analysis : analyse(text, { ...circumstances, custom: facts.custom }), facts);
}
