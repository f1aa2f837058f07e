import { Random } from './random.ts';

const SENTENCES = [
  'The lighthouse keeper wrote down every ship that passed the cape before dawn.',
  'A good filter removes what the model should not see and keeps what it cannot do without.',
  'Rivers carry sand to the delta, where it settles in layers thinner than paper.',
  'Der Zug nach Süden fuhr über die Brücke, während es in München schneite.',
  'La bibliothèque municipale reste ouverte jusqu’à minuit pendant l’été.',
  '灯台守は夜明け前に岬を通るすべての船を書き留めた。',
  'Над рекой поднимался туман, и старый мост казался лодкой.',
  'The recipe needs 250 g of flour, two eggs 🥚🥚 and a little patience 🙂.',
  'Ο ουρανός ήταν καθαρός και τα βουνά φαίνονταν από μακριά.',
  'Subscribe now! Click here! Limited offer! Click here! Subscribe now!',
  'Each shard holds ten thousand samples, and each sample keeps its own key.',
  'كانت المدينة هادئة والنوافذ مفتوحة على البحر.',
] as const;
const SOURCES = ['common-crawl', 'books', 'wiki', 'forum'] as const;

/** One record of `documents.jsonl`, written with spans as RedPajama and Dolma do (code points, not UTF-16). */
export function documentLine(row: number): string {
  const random = new Random(50_000 + row);
  const lines = Array.from({ length: random.integer(2, row % 40 === 7 ? 120 : 9) }, () => random.pick(SENTENCES));
  const text = `${lines.join('\n')}\n`;
  const length = Array.from(text).length;
  const score = (): number => Number(random.next().toFixed(4));
  const signals = {
    rps_doc_word_count: [[0, length, text.split(/\s+/u).length - 1]],
    rps_doc_ml_wikiref_score: [[0, length, random.chance(0.05) ? null : score()]],
    rps_doc_frac_unique_words: [[0, length, score()]],
    rps_lines_ending_with_terminal_punctution_mark: lineSpans(lines, (line) => (/[.!?。]$/u.test(line) ? 1 : 0)),
    rps_lines_uppercase_letter_fraction: lineSpans(lines, (line) => Number((upperShare(line) || 0).toFixed(4))),
  };
  const id = `crawl-2023-14/0000/en_head.json.gz/${row}`;
  const created = new Date(Date.UTC(2023, 2, 20) + row * 61_000).toISOString();
  const metadata = { url: `https://pages.example/${random.hex(8)}`, language: 'mixed', perplexity: Number(random.between(40, 900).toFixed(2)) };
  // The 64-bit number is spliced in as text: a JavaScript number would round it.
  return JSON.stringify({ id, id_int: 'ID_INT', text, source: random.pick(SOURCES), created, metadata, quality_signals: signals }).replace(
    '"ID_INT"',
    random.bits64().toString(),
  );
}

/** Every element of `records.json`: an annotation with boxes, some without a score. */
export function annotation(row: number): Record<string, unknown> {
  const random = new Random(90_000 + row);
  const objects = Array.from({ length: random.integer(0, 4) }, () => ({
    label: random.pick(['house', 'tree', 'boat', 'balloon', 'bicycle']),
    box: Array.from({ length: 4 }, () => random.integer(0, 999)),
  }));
  return {
    key: row.toString().padStart(9, '0'),
    question: `What stands in front of the ${random.pick(['hills', 'dunes', 'lake', 'mountains'])}?`,
    answer: objects[0]?.label ?? null,
    ...(random.chance(0.8) ? { score: Number(random.next().toFixed(3)) } : {}),
    reviewed: random.chance(0.5),
    objects,
  };
}

function lineSpans(lines: readonly string[], score: (line: string) => number): [number, number, number][] {
  let start = 0;
  return lines.map((line) => {
    const end = start + Array.from(line).length + 1;
    const span: [number, number, number] = [start, end, score(line)];
    start = end;
    return span;
  });
}

function upperShare(line: string): number {
  const letters = line.match(/\p{L}/gu) ?? [];
  return letters.filter((letter) => letter !== letter.toLowerCase()).length / letters.length;
}
