import { formatCount } from '../shards/numbers.ts';

/** Texts of what the inspector makes of texts and vectors: spans, interleaved documents, sparklines. */
export const textStrings = {
  spans: 'Spans',
  shadeBy: 'Shade the text by',
  noShade: 'No shading',
  signal: (name: string, count: number) => `${name} (${formatCount(count)})`,
  legend: (low: string, high: string) => `Shades go from ${low}, the palest, to ${high}`,
  noScore: 'no score',
  nullScore: 'null',
  spansOf: (name: string, count: number) => `Spans of ${name} (${formatCount(count)})`,
  spansCut: (shown: number, count: number) => `The first ${formatCount(shown)} of ${formatCount(count)} spans are here.`,
  spanPlace: 'Place',
  spanScore: 'Score',
  spanText: 'Text',
  spanRange: (start: number, end: number) => `${formatCount(start)}–${formatCount(end)}`,
  spanTip: (score: string, start: number, end: number) => `${score} · ${formatCount(start)}–${formatCount(end)}`,
  moreSpans: (count: number) => `and ${formatCount(count)} more`,
  showSpan: (start: number, end: number, score: string) => `Show characters ${formatCount(start)} to ${formatCount(end)}, score ${score}, in the text`,
  documentScores: 'Scores of the whole document',
  problem: {
    notHere: 'in the part of the text that is not here',
    outside: 'outside of the text',
    impossible: 'no place in a text',
  },
  problems: {
    notHere: (count: number) => `${spanCount(count)} in the part of the text that is not here.`,
    outside: (count: number, length: number) => `${spanCount(count)} beyond the end of the text, which has ${formatCount(length)} characters.`,
    impossible: (count: number) => `${spanCount(count)} at no place in a text: they end before they begin, or begin before it.`,
    malformed: (count: number) => `${count === 1 ? '1 entry is' : `${formatCount(count)} entries are`} not of the form [start, end, score].`,
  },

  interleaved: (count: number) => `Texts and images in order (${formatCount(count)})`,
  interleavedItem: (position: number, count: number) => `${formatCount(position)} of ${formatCount(count)}`,
  misaligned: (position: number, count: number) =>
    `Position ${formatCount(position)} has not exactly one text or image${count === 1 ? '.' : `, nor have ${formatCount(count - 1)} others.`}`,
  neither: 'neither text nor image',
  imageAddress: 'Image, not fetched',
  cutItems: (shown: number, all: number) => `The first ${formatCount(shown)} of ${formatCount(all)} are here.`,

  sparkline: (dimension: number, min: string, max: string, mean: string) =>
    `Line of ${formatCount(dimension)} values from ${min} to ${max}, mean ${mean}`,
  sparklineFacts: (min: string, max: string, mean: string) => `min ${min} · mean ${mean} · max ${max}`,
  notFinite: (count: number) => `${formatCount(count)} not finite`,
};

function spanCount(count: number): string {
  return count === 1 ? '1 span lies' : `${formatCount(count)} spans lie`;
}
