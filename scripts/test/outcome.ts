import { basename } from 'node:path';

/** What a part of the test run came to; a step that passes or fails as a whole counts as one test. */
export interface Outcome {
  readonly name: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** A line for each test that failed: its name and the first line of its error. */
  readonly failures: readonly string[];
}

/** The parts of vitest's JSON report that are read. */
export interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults?: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly fullName: string; readonly status: string; readonly failureMessages?: readonly string[] | null }[];
  }[];
}

const LONGEST_FAILURE = 600;

/**
 * Counts a suite by its report and exit code. A suite that ran no test or left no report has failed, and so
 * has one that ended with an error though no test of it failed (a file that does not load).
 */
export function suiteOutcome(name: string, report: VitestReport | null, exitCode: number): Outcome {
  const passed = report?.numPassedTests ?? 0;
  const atLeast = exitCode !== 0 || passed === 0 ? 1 : 0;
  const failed = Math.max(report?.numFailedTests ?? 0, atLeast);
  return { name, passed, failed, skipped: report?.numPendingTests ?? 0, failures: failuresOf(report) };
}

function failuresOf(report: VitestReport | null): string[] {
  return (report?.testResults ?? []).flatMap(({ name, assertionResults }) =>
    assertionResults
      .filter(({ status }) => status === 'failed')
      .map(({ fullName, failureMessages }) => `${basename(name)}: ${fullName}: ${failureMessages?.[0]?.split('\n')[0] ?? ''}`.slice(0, LONGEST_FAILURE)),
  );
}

/** The last lines of a run: what failed and why, for whom sees only the end, then `N passed, N failed`. */
export function summary(outcomes: readonly Outcome[]): string {
  const sum = (key: 'passed' | 'failed' | 'skipped'): number => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const failures = outcomes
    .filter(({ failed }) => failed > 0)
    .flatMap(({ name, failed, failures: tests }) => [`FAILED: ${name} (${failed})`, ...tests.map((test) => `  ${test}`)]);
  const skipped = sum('skipped') === 0 ? [] : [`${sum('skipped')} skipped`];
  return [...failures, ...skipped, `${sum('passed')} passed, ${sum('failed')} failed`].join('\n');
}
