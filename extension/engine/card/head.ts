import { featureLines, indented, yamlText } from './features.ts';
import type { CardFacts } from './facts.ts';

/** The ends of Hugging Face's size categories, and their names. */
const SIZES: readonly (readonly [most: number, name: string])[] = [
  [1e3, 'n<1K'],
  [1e4, '1K<n<10K'],
  [1e5, '10K<n<100K'],
  [1e6, '100K<n<1M'],
  [1e7, '1M<n<10M'],
  [1e8, '10M<n<100M'],
  [1e9, '100M<n<1B'],
  [1e10, '1B<n<10B'],
  [1e11, '10B<n<100B'],
  [1e12, '100B<n<1T'],
];

/** The YAML head of a data set card, as Hugging Face reads it. */
export function cardHead(facts: CardFacts): string {
  const lines = ['size_categories:', `- ${sizeCategory(facts.rows)}`, ...configLines(facts), ...infoLines(facts)];
  return ['---', ...lines, '---', ''].join('\n');
}

export function sizeCategory(rows: number): string {
  return SIZES.find(([most]) => rows < most)?.[1] ?? 'n>1T';
}

function configLines({ files }: CardFacts): string[] {
  return ['configs:', '- config_name: default', '  data_files:', '  - split: train', '    path:', ...files.map(({ name }) => `    - ${yamlText(name)}`)];
}

function infoLines({ rows, bytes, isFiltered, columns }: CardFacts): string[] {
  const features = columns.map(({ name, type, kind }) => (type === null ? null : featureLines(name, type, kind)));
  const known = features.length > 0 && features.every((feature) => feature !== null) ? ['features:', ...features.flat()] : [];
  const split = ['- name: train', `  num_examples: ${rows}`];
  // Of a part of the rows nobody knows the size; what the rows take in Arrow's tables nobody knows of any.
  const sizes = isFiltered ? [] : [`download_size: ${bytes}`];
  return ['dataset_info:', ...indented([...known, 'splits:', ...split, ...sizes])];
}
