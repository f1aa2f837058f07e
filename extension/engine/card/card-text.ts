import { markdownLine } from '../pages/table-text.ts';
import { statisticsText } from '../statistics/statistics-text.ts';
import type { CardFacts } from './facts.ts';
import { cardHead } from './head.ts';

/** A data set card: Hugging Face's head, then what a person wants to know. */
export function cardText(facts: CardFacts): string {
  const sections = [titleSection(facts), filterSection(facts), filesSection(facts), columnsSection(facts), scoresSection(facts), presetsSection(facts), distributionSection(facts)];
  return `${cardHead(facts)}\n${sections.filter((section) => section !== '').join('\n')}`;
}

function titleSection({ name, rows, bytes, files, moreFiles, isFiltered, format }: CardFacts): string {
  const count = files.length + moreFiles;
  const where = `${count === 1 ? 'one file' : `${grouped(count)} files`} (${format === 'set' ? 'a set of shards' : format}, ${grouped(bytes)} bytes)`;
  return `# ${plainLine(name)}\n\n${grouped(rows)} rows${isFiltered ? ', filtered out of' : ' in'} ${where}.\n`;
}

function filterSection({ query, isFiltered }: CardFacts): string {
  return isFiltered ? `## Filter\n\nRows pass every one of these conditions:\n\n${fenced(query.conditions.map((condition) => JSON.stringify(condition)).join('\n'), 'json')}` : '';
}

function filesSection({ files, moreFiles }: CardFacts): string {
  if (files.length + moreFiles === 1) return '';
  const rows = files.map(({ name, rows: count }) => [name, count === undefined ? '' : grouped(count)]);
  return `## Files\n\n${table(['file', 'rows'], rows)}${moreFiles > 0 ? `\nand ${grouped(moreFiles)} more.\n` : ''}`;
}

function columnsSection({ columns, joined, statistics }: CardFacts): string {
  const all = [...columns, ...joined.map(({ name, words, file }) => ({ name, words: `${words}, from ${file}` }))];
  const rows = all.map(({ name, words }) => {
    const summary = statistics.find(({ column }) => column.length === 1 && column[0] === name)?.summary;
    const nulls = summary === undefined ? '' : share(summary.nulls, summary.rows);
    const distinct = summary?.distinct === undefined ? '' : `${summary.distinct.exact ? '' : 'about '}${grouped(summary.distinct.count)}`;
    return [name, words, nulls, distinct];
  });
  return `## Columns\n\n${table(['column', 'type', 'null', 'distinct'], rows)}`;
}

function scoresSection({ scores }: CardFacts): string {
  const rows = scores.flatMap(({ column, role }) => (role.role === 'score' ? [[column.join('.'), role.kind, role.better, role.range?.join(' to ') ?? '', role.source]] : []));
  return rows.length === 0 ? '' : `## Scores\n\nWhat the columns mean is told by their names, as published.\n\n${table(['column', 'kind', 'better', 'range', 'source'], rows)}`;
}

function presetsSection({ presets, isFiltered }: CardFacts): string {
  if (presets.length === 0) return '';
  const title = isFiltered ? 'Published filters that were applied' : 'Published filters that these columns allow';
  return `## ${title}\n\n${table(['filter', 'what it keeps', 'source'], presets.map(({ name, description, source }) => [name, description, source]))}`;
}

function distributionSection({ statistics }: CardFacts): string {
  return statistics.length === 0 ? '' : `## Distributions\n\n${fenced(statisticsText(statistics).trimEnd(), 'text')}`;
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  return `${[header, header.map(() => '---'), ...rows].map(markdownLine).join('\n')}\n`;
}

/** A block that nothing in the text ends. */
function fenced(text: string, language: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${text}\n${fence}\n`;
}

/** One line in which no sign means anything to Markdown. */
function plainLine(text: string): string {
  return text.replace(/[\\`*_[\]<>#|]/g, '\\$&').replace(/\s+/g, ' ');
}

function grouped(number: number): string {
  return number.toLocaleString('en-US');
}

function share(count: number, rows: number): string {
  if (count === 0) return '0 %';
  const percent = (100 * count) / Math.max(1, rows);
  return percent < 0.1 ? 'below 0.1 %' : `${percent.toFixed(1)} %`;
}
