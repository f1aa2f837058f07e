/** What a part of the test run came to; a step that passes or fails as a whole counts as one test. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** The parts of vitest's JSON report that are counted. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
}

/**
 * Counts a suite by its report and exit code. A suite that ran no test or left no report has failed, and so
 * has one that ended with an error though no test of it failed (a file that does not load).
 */
export function suiteOutcome(name: string, report: VitestReport | null, exitCode: number): Outcome {
  const passed = report?.numPassedTests ?? 0;
  const atLeast = exitCode !== 0 || passed === 0 ? 1 : 0;
  return { name, passed, failed: Math.max(report?.numFailedTests ?? 0, atLeast), skipped: report?.numPendingTests ?? 0 };
}

/** The last lines of a run: what failed, then `N passed, N failed`. */
export function summary(outcomes: readonly Outcome[]): string {
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const failures = outcomes.filter(({ failed }) => failed > 0).map(({ name, failed }) => `FAILED: ${name} (${failed})`);
  const skipped = sum('skipped') === 0 ? [] : [`${sum('skipped')} skipped`];
  return [...failures, ...skipped, `${sum('passed')} passed, ${sum('failed')} failed`].join('\n');
}
