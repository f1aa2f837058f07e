import { describe, expect, it } from 'vitest';
import { accepted, adjudicated, edited, flagged, restored, skipped, type Sitting } from '../../../extension/engine/captions/annotate.ts';
import { parseRound, roundRecord, textHash } from '../../../extension/engine/captions/round.ts';
import { acceptedText, changeBetween, changed, disputedStages, inOrder, nextRound, openRoundOf, stagesOf } from '../../../extension/engine/captions/row-rounds.ts';
import type { CaptionRound } from '../../../extension/protocol/captions.ts';

const minute = (at: number): string => new Date(Date.UTC(2026, 0, 1, 0, at)).toISOString();
const sitting = (annotator: string, at: number, spent = 10): Sitting => ({ annotator, at: minute(at), seed: { text: 'IMG_1 dog', round: 1 }, spent });

/** Anna accepts `text` as a round. */
function round(rounds: readonly CaptionRound[], annotator: string, at: number, text: string, spent = 10): CaptionRound[] {
  return accepted([])(edited(text)(rounds, sitting(annotator, at, spent)), sitting(annotator, at + 1, spent));
}

describe('the rounds of a row', () => {
  it('begin with the alt-text, and each edits the one before it', () => {
    const first = edited('a dog')([], sitting('anna', 0));
    expect(first).toEqual([{ round: 2, text: 'a dog', annotator: 'anna', started: minute(0), ended: null, seconds: 10, flags: [], lost: [], base: textHash('IMG_1 dog') }]);
    expect(acceptedText(first)).toBeNull();
    const done = accepted([{ concept: 'IMG_1', reason: 'not-visible' }])(first, sitting('anna', 2, 25));
    expect(done).toMatchObject([{ ended: minute(2), seconds: 25, lost: [{ concept: 'IMG_1' }] }]);
    const second = round(done, 'ben', 5, 'a black dog');
    expect(second.map((each) => [each.round, each.annotator, each.base])).toEqual([[2, 'anna', textHash('IMG_1 dog')], [3, 'ben', textHash('a dog')]]);
    expect(acceptedText(second)).toBe('a black dog');
  });

  it('keep what was typed and the time of a row that is skipped, and count no second twice', () => {
    const skippedRow = skipped(edited('half')([], sitting('anna', 0, 5)), sitting('anna', 1, 12));
    expect(openRoundOf(skippedRow, 'anna')).toMatchObject({ text: 'half', seconds: 12, ended: null });
    expect(openRoundOf(skippedRow, 'ben')).toBeNull();
    const third = round(round(skippedRow, 'anna', 2, 'whole', 20), 'anna', 4, 'more', 50);
    expect(third.map(({ seconds }) => seconds)).toEqual([20, 30]);
  });

  it('restore an earlier text as a new round, flag and unflag', () => {
    const two = round(round([], 'anna', 0, 'x'), 'ben', 2, 'y');
    const back = restored(2)(two, sitting('carl', 9))!;
    expect(openRoundOf(back, 'carl')).toMatchObject({ round: 4, text: 'x', base: textHash('y') });
    expect(openRoundOf(restored(1)(two, sitting('carl', 9))!, 'carl')?.text).toBe('IMG_1 dog');
    expect(restored(7)(two, sitting('carl', 9))).toBeNull();
    const flag = flagged('unsafe')(two, sitting('carl', 9));
    expect(openRoundOf(flag, 'carl')?.flags).toEqual(['unsafe']);
    expect(openRoundOf(flagged('unsafe')(flag, sitting('carl', 9)), 'carl')?.flags).toEqual([]);
  });

  it('stand side by side where two annotators made the same one, until somebody decides', () => {
    const both = inOrder([...round([], 'anna', 0, 'a dog'), ...round([], 'ben', 1, 'one dog')]);
    expect(stagesOf(both)).toMatchObject([{ round: 2, versions: [{ annotator: 'anna' }, { annotator: 'ben' }], settled: null }]);
    expect([acceptedText(both), disputedStages(both).length, nextRound(both)]).toEqual([null, 1, 3]);
    const decided = adjudicated(2, 'a single dog')(both, sitting('carl', 9, 4))!;
    expect(decided).toHaveLength(3);
    expect([acceptedText(decided), disputedStages(decided).length]).toEqual(['a single dog', 0]);
    // A third text that the decision does not know opens it again.
    const later = inOrder([...decided, ...round([], 'dora', 3, 'two dogs')]);
    expect(disputedStages(later)).toHaveLength(1);
    expect(acceptedText(inOrder([...round([], 'anna', 0, 'same'), ...round([], 'ben', 1, 'same')]))).toBe('same');
    expect(adjudicated(5, 'x')(both, sitting('carl', 9))).toBeNull();
  });

  it('change by what was put in and taken out, whatever else came meanwhile', () => {
    const before = round([], 'anna', 0, 'x');
    const after = round(before, 'anna', 5, 'y', 30);
    const merged = inOrder([...before, ...round([], 'ben', 1, 'z')]);
    const change = changeBetween(before, after);
    expect(changed(merged, change).map(({ text }) => text)).toEqual(['x', 'z', 'y']);
    expect(changed(changed(merged, change), changeBetween(after, before))).toEqual(merged);
  });
});

describe('the record of a round', () => {
  const [whole] = round([], 'anna', 0, 'a \u202edog');

  it('comes back as it was', () => {
    expect(parseRound(JSON.parse(JSON.stringify(roundRecord(whole!))))).toEqual(whole);
    expect(Object.keys(roundRecord(whole!))).toEqual(['round', 'text', 'annotator', 'started', 'ended', 'seconds', 'flags', 'lost_concepts', 'base_sha256', 'adjudicates']);
  });

  it.each([
    ['text', null], ['text', 5], ['round', 0], ['round', 1.5], ['round', '2'], ['annotator', null], ['started', 'yesterday'], ['started', 'x'.repeat(100)],
    ['ended', 7], ['seconds', -1], ['seconds', '3'], ['flags', 'unsafe'], ['flags', [1]], ['lost_concepts', [{ concept: 'x', reason: 'bored' }]], ['lost_concepts', {}],
    ['flags', Array.from({ length: 20_000 }, () => 'x')],
  ])('is refused with a reason where %s is %j', (name, value) => {
    expect(parseRound({ ...roundRecord(whole!), [name]: value })).toMatch(/^its /);
  });

  it('is none of what is no record', () => {
    for (const value of [null, 3, 'x', [], undefined]) expect(parseRound(value)).toBe('it is no record');
  });
});
