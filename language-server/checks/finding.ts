import type { Span } from '../document/nodes.ts';

/** `error`: the program refuses the recipe or fails. `warning`: it runs, and does something else. */
export type Severity = 'error' | 'warning' | 'information' | 'hint';

/** Every code has a page of its name in `checks/pages`. */
export const CODES = [
  'yaml-syntax',
  'too-large',
  'duplicate-key',
  'malformed-step',
  'unknown-op',
  'removed-op',
  'unknown-parameter',
  'renamed-parameter',
  'unknown-key',
  'deprecated-parameter',
  'missing-parameter',
  'wrong-type',
  'yaml-surprise',
  'out-of-range',
  'unknown-value',
  'min-above-max',
  'filter-off',
  'conflicting-parameters',
  'incomplete-parameters',
  'used-before-produced',
  'never-produced',
  'missing-file',
  'missing-column',
  'column-type',
  'step-order',
  'unsupported-executor',
  'unit-trap',
  'regex-flavour',
  'bad-expression',
  'unknown-language',
  'secret-in-recipe',
  'ignored-setting',
  'mistaken-meaning',
] as const;

export type Code = (typeof CODES)[number];

export interface TextEdit extends Span {
  readonly text: string;
}

/** One mend of a finding. */
export interface Fix {
  readonly title: string;
  readonly edits: readonly TextEdit[];
}

export interface Finding extends Span {
  readonly code: Code;
  readonly severity: Severity;
  readonly message: string;
  readonly fixes: readonly Fix[];
  /** Another place that has to do with it. */
  readonly related?: { readonly span: Span; readonly message: string };
  /** The key that nothing in the recipe writes: data that has a column of this name makes the finding void. */
  readonly reads?: string;
  /** What it is about is needless or old: editors show it so. */
  readonly tag?: 'unnecessary' | 'deprecated';
}

export function finding(code: Code, severity: Severity, span: Span, message: string, more: Partial<Pick<Finding, 'fixes' | 'related' | 'tag' | 'reads'>> = {}): Finding {
  return { code, severity, message, start: span.start, end: span.end, fixes: [], ...more };
}

/** A fix that writes other text in one place. */
export function replacement(title: string, span: Span, text: string): Fix {
  return { title, edits: [{ start: span.start, end: span.end, text }] };
}
