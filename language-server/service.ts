import { checkRecipe } from './checks/check.ts';
import { checkAgainstData, type Facts } from './checks/data.ts';
import { keysInData } from './checks/keys.ts';
import { finding, type Finding } from './checks/finding.ts';
import { readStructure } from './checks/structure.ts';
import { detectDialect, type Detection } from './dialects/detect.ts';
import type { Dialect } from './dialects/dialect.ts';
import { isJson, quotedEdit } from './document/json.ts';
import { LineIndex } from './document/lines.ts';
import { LIMITS, parseRecipe, type RecipeText } from './document/parse.ts';
import type { Recipe } from './recipe.ts';

export interface Circumstances extends Detection {
  /** What an earlier text of the same document was: half-typed text often has no shape. */
  readonly before?: Dialect | null;
  /** Another server looks at the YAML itself. */
  readonly syntaxElsewhere?: boolean;
}

/** Everything that is known of one text. */
export interface Analysis {
  readonly lines: LineIndex;
  readonly parsed: RecipeText;
  /** Null where the document is no recipe that we know. */
  readonly recipe: Recipe | null;
  readonly findings: readonly Finding[];
}

export const BY_SHAPE: Circumstances = { override: null, versions: {} };

/** Document in, findings out: no file is read and nothing is kept. Silent on documents of other programs. */
export function analyse(text: string, circumstances: Circumstances = BY_SHAPE): Analysis {
  const lines = new LineIndex(text);
  const parsed = parseRecipe(text);
  const dialect = detectDialect(text, parsed.root, circumstances) ?? keptDialect(parsed, circumstances);
  if (dialect === null || parsed.root === null) return { lines, parsed, recipe: null, findings: [] };
  const { recipe, findings } = readStructure(text, parsed.root, dialect);
  const checked = [...findings, ...checkRecipe(recipe)];
  // A key that stands twice is a fault of the YAML to servers that know nothing of its loader.
  const all = [...syntaxFindings(parsed, text, circumstances), ...(circumstances.syntaxElsewhere === true ? checked.filter(({ code }) => code !== 'duplicate-key') : checked)];
  return { lines, parsed, recipe, findings: sorted(all, text) };
}

/** The same with what the data says. */
export function withFacts(analysis: Analysis, facts: Facts): Analysis {
  return analysis.recipe === null ? analysis : { ...analysis, findings: sorted([...keysInData(analysis.findings, facts.columns), ...checkAgainstData(analysis.recipe, facts)], analysis.recipe.text) };
}

/** A document keeps its dialect while it cannot be read. */
function keptDialect({ problems }: RecipeText, { before = null, override }: Circumstances): Dialect | null {
  return problems.length > 0 && override !== 'none' ? before : null;
}

function syntaxFindings({ problems, cutAt }: RecipeText, text: string, { syntaxElsewhere = false }: Circumstances): Finding[] {
  const findings = syntaxElsewhere ? [] : problems.map((problem) => finding('yaml-syntax', 'error', problem, problem.message));
  if (cutAt === null) return findings;
  const message = `Loupe checks the first ${LIMITS.lines.toLocaleString('en')} lines of a recipe, or ${(LIMITS.characters / 1e6).toLocaleString('en')} million characters; the rest of this one is not checked.`;
  return [...findings, finding('too-large', 'information', { start: Math.min(cutAt, text.length), end: Math.min(cutAt + 1, text.length) }, message)];
}

/** In the order of the text, each once: what is anchored is met wherever an alias stands. Mends are in the language of the document. */
function sorted(found: readonly Finding[], text: string): Finding[] {
  const findings = isJson(text) ? found.map((each) => ({ ...each, fixes: each.fixes.map((fix) => ({ ...fix, edits: fix.edits.map((edit) => quotedEdit(text, edit)) })) })) : found;
  const different = new Map(findings.map((each) => [`${each.code} ${each.start} ${each.end} ${each.message}`, each]));
  return [...different.values()].sort((a, b) => a.start - b.start || a.end - b.end);
}
