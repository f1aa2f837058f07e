import { expect } from 'vitest';
import { analyse, type Analysis, type Circumstances } from '../../language-server/service.ts';

/**
 * A recipe with what is expected written below its lines: `#   ^^^^ unknown-op warning`, as many carets as
 * characters that are underlined. Such lines are no part of the recipe.
 */
export function expectMarked(marked: string, circumstances?: Circumstances): Analysis {
  const { text, marks } = unmark(marked);
  const analysis = analyse(text, circumstances);
  const found = analysis.findings.map(({ code, severity, start, end }) => {
    const { line, character } = analysis.lines.position(start);
    return `${line + 1}:${character + 1}-${character + 1 + end - start} ${code} ${severity}`;
  });
  expect(found).toEqual(marks);
  return analysis;
}

export function unmark(marked: string): { readonly text: string; readonly marks: readonly string[] } {
  const lines: string[] = [];
  const marks: string[] = [];
  for (const line of marked.replace(/^\n/, '').split('\n')) {
    const mark = /^(#?\s*)(\^+) (\S+) (\w+)$/.exec(line);
    if (mark === null) lines.push(line);
    else marks.push(`${lines.length}:${(mark[1]?.length ?? 0) + 1}-${(mark[1]?.length ?? 0) + 1 + (mark[2]?.length ?? 0)} ${mark[3] ?? ''} ${mark[4] ?? ''}`);
  }
  return { text: lines.join('\n'), marks };
}

/** What is left of the findings when the fix of that title is applied. */
export function applyFix(analysis: Analysis, title: string): string {
  const fix = analysis.findings.flatMap(({ fixes }) => fixes).find((each) => each.title === title);
  if (fix === undefined) throw new Error(`There is no fix "${title}"; there are ${analysis.findings.flatMap(({ fixes }) => fixes.map((each) => each.title)).join(', ')}`);
  let { text } = analysis.lines;
  for (const { start, end, text: insert } of [...fix.edits].sort((a, b) => b.start - a.start)) text = text.slice(0, start) + insert + text.slice(end);
  return text;
}

/** The findings as lines `line code`, for tests that look at a whole file. */
export function codesByLine({ findings, lines }: Analysis): string[] {
  return findings.map(({ code, start }) => `${lines.position(start).line + 1} ${code}`);
}
