import type { CaptionRound } from '../../../protocol/captions.ts';
import { wordDiff, type WordChange } from '../../../texts/word-diff.ts';
import { ClipTokenizer } from '../../captions/clip/tokenizer.ts';
import { captionNumbers, type CaptionNumbers } from '../../captions/numbers.ts';
import { disputedStages, inOrder, stagesOf } from '../../captions/row-rounds.ts';
import { roundRecord } from '../../captions/round.ts';
import { terminalText } from '../../pages/terminal-text.ts';
import { eachRow, type RowWithRounds } from './each-row.ts';
import type { CaptionsWork } from './run.ts';

/** Each row's rounds with what they changed. */
export async function showRounds(work: CaptionsWork): Promise<void> {
  const { invocation, captions, circumstances: { terminal, signal } } = work;
  const tokenizer = await ClipTokenizer.load();
  for await (const rows of eachRow(work, invocation.rows)) {
    const seeds = await captions.seeds(rows.map(({ row }) => row), signal);
    for (const [at, each] of rows.entries()) {
      const key = captions.names.keyOf(each.row);
      const described = describedRounds(each, tokenizer);
      if (invocation.format === 'json') {
        const rounds = described.map(({ round, numbers, changes }) => ({ ...roundRecord(round), numbers, changes }));
        terminal.out(`${JSON.stringify({ row: each.row, key, seeds: seeds[at] ?? [], disputed: disputedStages(each.rounds).map(({ round }) => round), rounds })}\n`);
      } else {
        const lines = [`row ${each.row + 1}, ${key}`, ...(seeds[at] ?? []).map(({ source, text }) => `  ${source}: ${text}`), ...described.flatMap(roundLines), ...disputedLines(each)];
        terminal.out(`${lines.map(terminalText).join('\n')}\n`);
      }
    }
  }
}

interface DescribedRound {
  readonly round: CaptionRound;
  readonly numbers: CaptionNumbers;
  readonly changes: readonly WordChange[];
}

/** Each round against the text that it edited, as far as that is known. */
function describedRounds({ rounds, altText, start }: RowWithRounds, tokenizer: ClipTokenizer): DescribedRound[] {
  const stages = stagesOf(rounds);
  return inOrder(rounds).map((round) => {
    // What was there before any round edits nothing.
    const previous = round.round <= start.round ? round.text : (stages.findLast((stage) => stage.round < round.round && stage.settled !== null)?.settled?.text ?? start.text);
    return { round, numbers: captionNumbers(round.text, { previous, altText }, tokenizer), changes: wordDiff(previous, round.text) };
  });
}

function roundLines({ round, numbers, changes }: DescribedRound): string[] {
  const state = round.ended === null ? 'open' : round.adjudicates === undefined ? 'accepted' : 'decided';
  const diff = changes.map(changeText).join('');
  const reasons = new Map(round.lost.map(({ concept, reason }) => [concept, reason]));
  const lost = numbers.lost.map(({ text, kind }) => `${text} (${kind}, ${reasons.get(text) ?? 'no reason given'})`);
  const share = numbers.contentKept === null ? [] : [`${Math.round(100 * numbers.contentKept)} % of the alt-text's content words`];
  const facts = [
    `${numbers.words} words, ${numbers.characters} characters, ${numbers.tokens} tokens${numbers.over.map((limit) => `, too long for ${limit}`).join('')}`,
    `${numbers.fromPrevious} words from the text before, ${numbers.fromAltText} from the alt-text`,
    ...share,
    ...(lost.length === 0 ? [] : [`lost: ${lost.join(', ')}`]),
    ...(numbers.hidden.length === 0 ? [] : [`hidden characters: ${numbers.hidden.join(' ')}`]),
  ];
  return [`  round ${round.round}, ${round.annotator}, ${state}, ${round.seconds} s${round.flags.map((flag) => `, ${flag}`).join('')}: ${diff}`, `    ${facts.join('; ')}`];
}

function changeText(change: WordChange): string {
  if (change.kind === 'corrected') return `[-${change.from}-]{+${change.to}+}`;
  return change.kind === 'kept' ? change.text : change.kind === 'added' ? `{+${change.text}+}` : `[-${change.text}-]`;
}

function disputedLines({ rounds }: RowWithRounds): string[] {
  return disputedStages(rounds).map(({ round, versions }) => `  round ${round} has ${versions.length} texts: one has to be decided for`);
}
