import { createHash } from 'node:crypto';
import { LOSS_REASONS, type CaptionRound, type LostConcept } from '../../protocol/captions.ts';
import type { Value } from '../../protocol/values.ts';

/** Items of a list in a round: flags, lost concepts, texts that it decides between. */
const MAX_ITEMS = 10_000;

/** A text's SHA-256 in hexadecimal: by it a round names the text that it edited. */
export function textHash(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What tells a round from all others of its row. */
export function roundIdentity({ round, annotator, started }: Pick<CaptionRound, 'round' | 'annotator' | 'started'>): string {
  return JSON.stringify([round, annotator, started]);
}

/** A round as files have it: the names and the order of the fields. */
export function roundRecord({ round, text, annotator, started, ended, seconds, flags, lost, base, adjudicates = [] }: CaptionRound): Record<string, unknown> {
  return { round, text, annotator, started, ended, seconds, flags, lost_concepts: lost.map(({ concept, reason }) => ({ concept, reason })), base_sha256: base, adjudicates };
}

/** The round that a record of a file is; why it is none, in words, where it is not. Fields that nobody here knows are passed over. */
export function parseRound(record: unknown): CaptionRound | string {
  const identity = parseIdentity(record);
  if (typeof identity === 'string') return identity;
  const { text, ended = null, seconds = 0, base_sha256: base = '', ...lists } = record as Record<string, unknown>;
  if (typeof text !== 'string') return 'its text is none';
  if (ended !== null && !isTime(ended)) return 'its end is no time';
  if (typeof seconds !== 'number' || !Number.isFinite(seconds) || seconds < 0) return 'its seconds are no number';
  const [flags, lost, adjudicates] = [textsOf(lists.flags), lostOf(lists.lost_concepts), textsOf(lists.adjudicates)];
  if (flags === null || lost === null || adjudicates === null) return 'its flags, lost concepts or decisions are no list of such';
  return { ...identity, text, ended, seconds, flags, lost, base: typeof base === 'string' ? base : '', ...(adjudicates.length === 0 ? {} : { adjudicates }) };
}

/** The part of a record that names a round. */
export function parseIdentity(record: unknown): Pick<CaptionRound, 'round' | 'annotator' | 'started'> | string {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) return 'it is no record';
  const { round, annotator, started } = record as Record<string, unknown>;
  if (typeof round !== 'number' || !Number.isSafeInteger(round) || round < 1) return 'its round is no number from 1';
  if (typeof annotator !== 'string') return 'its annotator is no name';
  return isTime(started) ? { round, annotator, started } : 'its start is no time';
}

function isTime(value: unknown): value is string {
  return typeof value === 'string' && value.length < 64 && !Number.isNaN(Date.parse(value));
}

function textsOf(value: unknown): string[] | null {
  if (value === undefined || value === null) return [];
  return Array.isArray(value) && value.length <= MAX_ITEMS && value.every((item) => typeof item === 'string') ? value : null;
}

function lostOf(value: unknown): LostConcept[] | null {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value) || value.length > MAX_ITEMS) return null;
  const concepts = value.map((item: unknown) => lostConcept(item));
  return concepts.every((each) => each !== null) ? concepts : null;
}

function lostConcept(item: unknown): LostConcept | null {
  const { concept, reason } = typeof item === 'object' && item !== null ? (item as Record<string, unknown>) : {};
  const known = LOSS_REASONS.find((each) => each === reason);
  return typeof concept === 'string' && known !== undefined ? { concept, reason: known } : null;
}

/** A cell as plain data; numbers lose digits that rounds do not have. */
export function plainValue(value: Value): unknown {
  if (value === null || typeof value !== 'object') return value;
  switch (value.type) {
    case 'number':
      return Number(value.text);
    case 'list':
      return value.items.map(plainValue);
    case 'struct':
      return Object.fromEntries(value.entries.map(([name, item]) => [name, plainValue(item)]));
    case 'temporal':
    case 'text':
      return value.text;
    default:
      return undefined;
  }
}
