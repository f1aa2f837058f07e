import { below, isLongRun, runSeed, seededRandom } from '../../support/random.ts';

const THEMES = ['Default Dark Modern', 'Default Light Modern', 'Default High Contrast'] as const;

/** The themes in which a view is looked at: all where suites run in full, else a seeded one. */
export function themesToLookAt(): readonly string[] {
  if (isLongRun()) return THEMES;
  const first = below(seededRandom(runSeed()), THEMES.length);
  return THEMES.slice(first, first + 1);
}
