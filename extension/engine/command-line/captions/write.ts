import { LoupeError } from '../../../rpc/failure.ts';
import { firstRound } from '../../captions/annotate.ts';
import { acceptedText, type RoundsChange } from '../../captions/row-rounds.ts';
import { ShardPlace } from '../../captions/shard-place.ts';
import { SideCarPlace } from '../../captions/side-car-place.ts';
import { ROUNDS_FIELD } from '../../../protocol/captions.ts';
import { eachRow } from './each-row.ts';
import type { CaptionsWork } from './run.ts';

/** Writes the accepted texts of a side-car into the shard's captions; a text that they replace and that is recorded nowhere is recorded first. */
export async function writeCaptions(work: CaptionsWork): Promise<void> {
  const { captions: { shard, caption, captionRound, place }, circumstances: { signal, terminal }, invocation } = work;
  if (!(place instanceof SideCarPlace)) throw new LoupeError('invalid-request', 'Rounds in the shard itself write its captions with every save.');
  if (caption === null) throw new LoupeError('invalid-request', 'Which column holds the captions is not plain; name it with --caption.');
  const texts = new Map<number, string>();
  const firsts = new Map<number, RoundsChange>();
  for await (const rows of eachRow(work)) {
    for (const { row, rounds, start } of rows) {
      const text = acceptedText(rounds.filter(({ round }) => round > start.round || captionRound === null));
      if (text === null) continue;
      texts.set(row, text);
      const begun = rounds[0]?.started;
      if (captionRound !== null && begun !== undefined && !rounds.some(({ round }) => round === start.round)) firsts.set(row, { put: [firstRound(start, begun)], taken: [] });
    }
  }
  await place.write(firsts, signal);
  const written = await new ShardPlace(shard, { rounds: [ROUNDS_FIELD], caption, captionRound: null }).writeCaptions(texts, signal);
  terminal.out(`${invocation.file}: ${written} captions written\n`);
}
