import { LoupeError } from '../../../rpc/failure.ts';
import { BlindOrder, ratingFields } from '../../captions/blind-pairs.ts';
import { fileLines } from '../../captions/line-reader.ts';
import { METRICS } from '../../captions/ratings.ts';
import type { CellPath } from '../../../protocol/edits.ts';
import { chooseColumns } from '../run.ts';
import { fileError } from '../../shards/file-error.ts';
import type { CaptionTask } from './arguments.ts';
import type { CaptionsWork } from './run.ts';

/** A sheet of pairs to be rated; with the answers what they say of the two columns. */
export async function showPairs(work: CaptionsWork, { columns: [a, b], seed, answers }: Extract<CaptionTask, { name: 'pairs' }>): Promise<void> {
  const order = new BlindOrder(seed);
  if (answers !== null) return unblind(work, order, { a, b }, answers);
  const { captions, circumstances: { terminal, signal } } = work;
  chooseColumns(captions.shard.state(), [a, b]);
  const rows = Array.from({ length: captions.names.rows }, (_, row) => row);
  for (const key of order.sorted(rows.map((row) => captions.names.keyOf(row)))) {
    const row = captions.names.rowOfKey(key) ?? Number(key);
    const [first, second] = await Promise.all([a, b].map((name): Promise<string | null> => textAt(work, [name], row, signal)));
    if (typeof first === 'string' && typeof second === 'string') terminal.out(`${JSON.stringify(order.pair(key, first, second))}\n`);
    await terminal.taken?.();
  }
}

async function textAt({ captions }: CaptionsWork, path: CellPath, row: number, signal: AbortSignal): Promise<string | null> {
  const [value] = await captions.values(path, [row], signal);
  return typeof value === 'string' ? value : null;
}

/** `{"key": "x", "Specificity": 2, ...}`: 1 is that the first text is substantially better, 5 the second. */
async function unblind({ circumstances: { terminal, signal }, tell }: CaptionsWork, order: BlindOrder, names: { readonly a: string; readonly b: string }, path: string): Promise<void> {
  try {
    for await (const { number, text } of fileLines(path, signal)) {
      if (text?.trim() === '') continue;
      const answer = parsed(text);
      if (answer === null) {
        tell(`line ${number} of the answers is no JSON object with a "key"`);
        continue;
      }
      const points = Object.fromEntries(METRICS.flatMap((metric) => (typeof answer[metric] === 'number' ? [[metric, answer[metric] - 1]] : [])));
      terminal.out(`${JSON.stringify({ key: answer.key, ...ratingFields(points, answer.key, order, names) })}\n`);
    }
  } catch (error) {
    throw error instanceof LoupeError ? error : fileError(path, error);
  }
}

function parsed(text: string | null): (Record<string, unknown> & { readonly key: string }) | null {
  try {
    const answer: unknown = JSON.parse(text ?? '');
    const isAnswer = typeof answer === 'object' && answer !== null && 'key' in answer && typeof answer.key === 'string';
    return isAnswer ? (answer as Record<string, unknown> & { key: string }) : null;
  } catch {
    return null;
  }
}
