import { defineConfig } from 'vitest/config';

/** `npm run test:long` sets LOUPE_LONG=1: the same suites in full instead of seeded samples. */
const long = process.env.LOUPE_LONG === '1';

export default defineConfig({
  test: {
    passWithNoTests: false,
    testTimeout: long ? 3_600_000 : 60_000,
    hookTimeout: 120_000,
    maxWorkers: 2,
    projects: [
      { extends: true, test: { name: 'unit', include: ['tests/unit/**/*.test.ts', 'tests/unit/**/*.test.tsx'] } },
      { extends: true, test: { name: 'conformance', include: ['tests/conformance/**/*.test.ts'] } },
      { extends: true, test: { name: 'faults', include: ['tests/faults/**/*.test.ts'] } },
      {
        extends: true,
        test: {
          name: 'vscode',
          include: ['tests/vscode/**/*.test.ts'],
          globalSetup: ['tests/vscode/support/setup.ts'],
          // One server, one browser: windows that share two cores would only wait for each other.
          fileParallelism: false,
          expect: { poll: { timeout: 30_000, interval: 100 } },
          testTimeout: 180_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
