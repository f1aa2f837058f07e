import { expect, it } from 'vitest';
import { suiteOutcome, summary } from '../../../scripts/test/outcome.ts';

const report = { numPassedTests: 3, numFailedTests: 0, numPendingTests: 2 };

it('counts a suite that passed', () => {
  expect(suiteOutcome('unit', report, 0)).toEqual({ name: 'unit', passed: 3, failed: 0, skipped: 2, failures: [] });
});

it('fails a suite that ran no test, left no report, or ended with an error outside its tests', () => {
  expect(suiteOutcome('unit', { ...report, numPassedTests: 0 }, 0).failed).toBe(1);
  expect(suiteOutcome('unit', null, 0).failed).toBe(1);
  expect(suiteOutcome('unit', report, 1).failed).toBe(1);
});

it('ends with the line that sums everything up', () => {
  const outcomes = [suiteOutcome('unit', report, 0), suiteOutcome('vscode', { ...report, numFailedTests: 4 }, 1)];
  expect(summary(outcomes).split('\n')).toEqual(['FAILED: vscode (4)', '4 skipped', '6 passed, 4 failed']);
});

it('names the tests that failed and why, at the end, where a long output is cut', () => {
  const assertionResults = [
    { fullName: 'opens', status: 'passed', failureMessages: [] },
    { fullName: 'closes', status: 'failed', failureMessages: ['Error: No page\n    at close'] },
  ];
  const testResults = [{ name: '/a/b/tabs.test.ts', assertionResults }];
  const outcome = suiteOutcome('vscode', { ...report, numFailedTests: 1, testResults }, 1);
  expect(summary([outcome]).split('\n')).toEqual(['FAILED: vscode (1)', '  tabs.test.ts: closes: Error: No page', '2 skipped', '3 passed, 1 failed']);
});
