import { ROUND_PLACES, type RoundPlace } from '../../../protocol/captions.ts';
import { RELEASED_SHAPES, type ReleasedShape } from '../../captions/released.ts';
import type { Flags } from '../arguments.ts';
import { UsageError } from '../usage-error.ts';

/** What `loupe captions` is asked for. */
export interface CaptionsInvocation {
  readonly command: 'captions';
  readonly task: CaptionTask;
  readonly file: string;
  readonly format: 'text' | 'json';
  readonly rows: number;
  readonly place: RoundPlace;
  readonly key: string | null;
  readonly caption: string | null;
  readonly altText: string | null;
  readonly generated: string | null;
  readonly annotator: string | null;
}

/** What is done, with what only that needs. */
export type CaptionTask =
  | { readonly name: 'show' | 'write' }
  | { readonly name: 'annotate'; readonly actions: string; readonly journal: string | null }
  | { readonly name: 'progress'; readonly maxRounds: number | null; readonly distance: number | null }
  | { readonly name: 'export'; readonly to: string; readonly as: ReleasedShape; readonly replace: boolean }
  | { readonly name: 'import'; readonly from: string }
  | { readonly name: 'ratings' }
  | { readonly name: 'pairs'; readonly columns: readonly [a: string, b: string]; readonly seed: number; readonly answers: string | null };

export const CAPTIONS_USAGE = `  loupe captions show FILE [-n ROWS] [--format text|json]
      the rounds of each row: what each changed word by word, its length in words and CLIP's tokens, what of the alt-text it lost
  loupe captions annotate FILE ACTIONS.jsonl --annotator NAME [--journal PATH]
      does what an annotator did, a line each with "at": {"do": "go", "row": 0}, {"do": "edit", "text": "..."}, accept, skip,
      flag, restore, adjudicate, undo, redo, save. What is not saved is in the journal and there again the next time
  loupe captions write FILE
      writes the newest accepted texts of the side-car into the shard
  loupe captions progress FILE [--rounds N] [--distance WORDS]
      rounds and time by round, annotator and day, rows to decide, agreement; rows that need no more: after N rounds, or when
      the last one changed fewer words
  loupe captions export FILE --to PATH --as altogether|uuid|uuid-text|metaclip|imageinwords|jsonl|parquet [--replace]
      accepted texts in the shapes that the projects release; jsonl and parquet have all rounds
  loupe captions import FILE --from PATH [--annotator NAME]
      texts of such a file (altogether, uuid, uuid-text, jsonl) as rounds
  loupe captions ratings FILE
      side-by-side ratings by the five metrics of ImageInWords, in percent
  loupe captions pairs FILE --columns A,B --seed N [--answers RATED.jsonl]
      two texts a row to be rated, in an order that hides which is which; with the answers ({"key": ..., "Specificity": 1..5})
      the ratings of A and B, as ratings reads them
  of all of these: [--in side-car|column|json] where rounds are (FILE.rounds.jsonl), [--key COLUMN], [--caption COLUMN],
      [--alt COLUMN], [--generated FILE.json|FOLDER] (captions by key, or Altogether's folders of them)
`;

const TASKS = 'show, annotate, write, progress, export, import, ratings or pairs';

/** @throws UsageError */
export function captionsInvocation([name, file, ...more]: readonly string[], flags: Flags): CaptionsInvocation {
  if (name === undefined || file === undefined) throw new UsageError(`loupe captions needs one of ${TASKS}, and a file.`);
  const task = taskOf(name, more, flags);
  if (more.length > (task.name === 'annotate' ? 1 : 0)) throw new UsageError('loupe captions works on one file.');
  const place = ROUND_PLACES.find((each) => each === (flags.in ?? 'side-car'));
  if (place === undefined) throw new UsageError(`--in is ${ROUND_PLACES.join(', ')}, not ${flags.in ?? ''}.`);
  const format = flags.format ?? 'text';
  if (format !== 'text' && format !== 'json') throw new UsageError(`--format is text or json, not ${format}.`);
  return {
    command: 'captions',
    task,
    file,
    format,
    rows: wholeNumber('-n', flags.rows ?? '10'),
    place,
    key: flags.key ?? null,
    caption: flags.caption ?? null,
    altText: flags.alt ?? null,
    generated: flags.generated ?? null,
    annotator: flags.annotator ?? null,
  };
}

function taskOf(name: string, [second]: readonly string[], flags: Flags): CaptionTask {
  switch (name) {
    case 'show':
    case 'write':
    case 'ratings':
      return { name };
    case 'annotate':
      if (second === undefined) throw new UsageError('loupe captions annotate needs a file of actions.');
      return { name, actions: second, journal: flags.journal ?? null };
    case 'progress':
      return { name, maxRounds: flags.rounds === undefined ? null : wholeNumber('--rounds', flags.rounds), distance: flags.distance === undefined ? null : wholeNumber('--distance', flags.distance) };
    case 'export':
      return exportTask(flags);
    case 'import':
      if (flags.from === undefined) throw new UsageError('loupe captions import needs --from with a file of captions.');
      return { name, from: flags.from };
    case 'pairs':
      return pairsTask(flags);
    default:
      throw new UsageError(`There is no loupe captions ${name}: it is ${TASKS}.`);
  }
}

function exportTask({ to, as, replace = false }: Flags): CaptionTask {
  const shape = RELEASED_SHAPES.find((each) => each === as);
  if (to === undefined || shape === undefined) throw new UsageError(`loupe captions export needs --to with the file to write, and --as ${RELEASED_SHAPES.join(', ')}.`);
  return { name: 'export', to, as: shape, replace };
}

function pairsTask({ columns, seed, answers }: Flags): CaptionTask {
  const [a, b, ...more] = (columns ?? '').split(',');
  if (a === undefined || b === undefined || more.length > 0 || seed === undefined) throw new UsageError('loupe captions pairs needs --columns A,B and --seed NUMBER.');
  return { name: 'pairs', columns: [a, b], seed: wholeNumber('--seed', seed), answers: answers ?? null };
}

function wholeNumber(name: string, text: string): number {
  const number = /^[0-9]+$/.test(text) ? Number(text) : NaN;
  if (!Number.isSafeInteger(number)) throw new UsageError(`${name} is a whole number, not ${text}.`);
  return number;
}
