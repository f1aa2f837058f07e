import { SOURCES } from './score-names.ts';
import type { PlainRole } from './role-names.ts';

/** A column that a preset needs: a score from one of these sources, or one for one of these purposes. */
export type Wanted =
  | { readonly scores: readonly string[] }
  /** Of several, the one with a name that contains `prefer`. */
  | { readonly roles: readonly PlainRole[]; readonly prefer?: string };

/** One condition of a preset, over columns that the table has under whatever name. */
export type PresetPart = (
  | { readonly type: 'range'; readonly column: Wanted; readonly min?: string; readonly max?: string; readonly minOpen?: boolean; readonly maxOpen?: boolean }
  | { readonly type: 'values'; readonly column: Wanted; readonly values: readonly string[] }
  /** SQL with the columns' keys in braces. */
  | { readonly type: 'sql'; readonly columns: Readonly<Record<string, Wanted>>; readonly where: string }
) & {
  /** What is said where the table lacks the column; where this is absent the preset is not offered then. */
  readonly without?: string;
};

export interface PresetEntry {
  readonly id: string;
  readonly name: string;
  /** What it keeps, in words. */
  readonly description: string;
  readonly source: string;
  readonly parts: readonly PresetPart[];
  readonly top?: { readonly column: Wanted; readonly share: number; readonly lowest: boolean };
}

const ENGLISH = ['en', 'EN', 'eng', 'eng_Latn', 'English', 'english'];
const language: Wanted = { roles: ['language'] };
const english: PresetPart = { type: 'values', column: language, values: ENGLISH, without: 'The language is not tested: no column tells it.' };

const b32: Wanted = { scores: [SOURCES.datacompB32, SOURCES.coyoB32, SOURCES.laionSimilarity] };
const l14: Wanted = { scores: [SOURCES.datacompL14, SOURCES.coyoL14] };
const laion: Wanted = { scores: [SOURCES.laionSimilarity] };
const aesthetic: Wanted = { scores: [SOURCES.aesthetic] };
const watermark: Wanted = { scores: [SOURCES.laionWatermark, SOURCES.coyoWatermark] };
const unsafe: Wanted = { scores: [SOURCES.laionUnsafe] };
const text: Wanted = { roles: ['alt-text', 'caption', 'text'] };
const width: Wanted = { roles: ['width'], prefer: 'original' };
const height: Wanted = { roles: ['height'], prefer: 'original' };

const longCaption = (words: number): PresetPart => ({ type: 'sql', columns: { text }, where: `len(regexp_extract_all({text}, '\\S+')) > ${words} AND length({text}) > 5` });

const fewWatermarks: PresetPart = { type: 'range', column: watermark, max: '0.8', maxOpen: true };
const safe: PresetPart = { type: 'range', column: unsafe, max: '0.5', maxOpen: true };
const alsoFewWatermarks: PresetPart = { ...fewWatermarks, without: 'Watermarks are not tested: no column tells them.' };
const alsoSafe: PresetPart = { ...safe, without: 'Unsafe pictures are not tested: no column tells them.' };

const LAION_5B = 'LAION-5B, arXiv 2210.08402';
const LAION_AESTHETICS = 'LAION-Aesthetics, github.com/LAION-AI/laion-datasets, laion-aesthetic.md';
const DATACOMP = 'DataComp, arXiv 2304.14108, section 3 and appendix';
const PRESELECT = 'PreSelect, arXiv 2503.00808';

/** Published filters. A row for each, with what it needs of a table. */
export const PRESETS: readonly PresetEntry[] = [
  { id: 'laion-2b-en', name: 'LAION-2B-en', description: 'English, B/32 similarity at least 0.28.', source: LAION_5B, parts: [{ type: 'range', column: laion, min: '0.28' }, english] },
  { id: 'laion-aesthetic', name: 'LAION-Aesthetics', description: 'Aesthetic rating above 7, watermark below 0.8, unsafe below 0.5.', source: LAION_AESTHETICS, parts: [{ type: 'range', column: aesthetic, min: '7', minOpen: true }, alsoFewWatermarks, alsoSafe] },
  { id: 'laion-art', name: 'LAION-Art', description: 'Aesthetic rating above 8, watermark below 0.8, unsafe below 0.5.', source: LAION_AESTHETICS, parts: [{ type: 'range', column: aesthetic, min: '8', minOpen: true }, alsoFewWatermarks, alsoSafe] },
  {
    id: 'laion-high-resolution',
    name: 'LAION-high-resolution',
    description: 'Width and height at least 1024.',
    source: 'LAION-high-resolution, huggingface.co/datasets/laion/laion-high-resolution',
    parts: [{ type: 'range', column: width, min: '1024' }, { type: 'range', column: height, min: '1024' }],
  },
  { id: 'watermark', name: 'LAION: few watermarks', description: 'Watermark below 0.8.', source: LAION_AESTHETICS, parts: [fewWatermarks] },
  { id: 'safe', name: 'LAION: safe', description: 'Unsafe below 0.5.', source: LAION_AESTHETICS, parts: [safe] },
  {
    id: 'datacomp-basic',
    name: 'DataComp basic',
    description: 'English, more than 2 words, more than 5 characters, shorter side at least 200, aspect at most 3.',
    source: DATACOMP,
    parts: [
      longCaption(2),
      { type: 'sql', columns: { width, height }, where: 'least({width}, {height}) >= 200 AND greatest({width}, {height}) <= 3 * least({width}, {height})' },
      english,
    ],
  },
  { id: 'datacomp-clip-l14', name: 'DataComp CLIP score, L/14', description: 'The top 30 % by L/14 similarity.', source: DATACOMP, parts: [], top: { column: l14, share: 0.3, lowest: false } },
  { id: 'datacomp-clip-l14-threshold', name: 'DataComp CLIP score, L/14 at least 0.3', description: 'L/14 similarity at least 0.3.', source: DATACOMP, parts: [{ type: 'range', column: l14, min: '0.3' }] },
  { id: 'datacomp-clip-b32', name: 'DataComp CLIP score, B/32', description: 'The top 30 % by B/32 similarity.', source: DATACOMP, parts: [], top: { column: { scores: [SOURCES.datacompB32, SOURCES.coyoB32] }, share: 0.3, lowest: false } },
  { id: 'datacomp-clip-b32-threshold', name: 'DataComp CLIP score, B/32 at least 0.25', description: 'B/32 similarity at least 0.25.', source: DATACOMP, parts: [{ type: 'range', column: { scores: [SOURCES.datacompB32, SOURCES.coyoB32] }, min: '0.25' }] },
  { id: 'datacomp-laion2b', name: 'DataComp LAION-2B', description: 'English, B/32 similarity at least 0.28.', source: DATACOMP, parts: [{ type: 'range', column: b32, min: '0.28' }, english] },
  {
    id: 'datacomp-1b',
    name: 'DataComp-1B, without its image filter',
    description: 'The top 30 % by L/14 similarity, English, more than 1 word, more than 5 characters. DataComp-1B also keeps only pictures that lie near an ImageNet picture (image_based), which cannot be computed from these columns and is left out.',
    source: DATACOMP,
    parts: [{ ...longCaption(1), without: 'Captions are not tested: no column holds them.' }, english],
    top: { column: l14, share: 0.3, lowest: false },
  },
  { id: 'dclm-baseline', name: 'DCLM-Baseline', description: 'fastText probability at least 0.018112.', source: 'DCLM, arXiv 2406.11794', parts: [{ type: 'range', column: { scores: [SOURCES.dclm] }, min: '0.018112' }] },
  { id: 'preselect', name: 'PreSelect', description: 'fastText probability at least 0.5.', source: PRESELECT, parts: [{ type: 'range', column: { scores: [SOURCES.preselect] }, min: '0.5' }] },
  { id: 'preselect-top', name: 'PreSelect, top 10 %', description: 'The top 10 % by fastText probability.', source: PRESELECT, parts: [], top: { column: { scores: [SOURCES.preselect] }, share: 0.1, lowest: false } },
  { id: 'fineweb-language', name: 'FineWeb language', description: 'English with a score of at least 0.65.', source: 'FineWeb, arXiv 2406.17557', parts: [{ type: 'range', column: { scores: [SOURCES.languageScore] }, min: '0.65' }, english] },
  { id: 'fineweb-edu', name: 'FineWeb-Edu', description: 'Educational value, rounded, at least 3.', source: 'FineWeb-Edu, arXiv 2406.17557', parts: [{ type: 'range', column: { scores: [SOURCES.finewebEduRounded] }, min: '3' }] },
  { id: 'dataman', name: 'DataMan', description: 'Overall rating 5.', source: 'DataMan, arXiv 2502.19363', parts: [{ type: 'values', column: { scores: [SOURCES.datamanOverall] }, values: ['5'] }] },
  { id: 'panda-70m', name: 'Panda-70M, 10 M clips', description: 'Match of caption and clip above 0.43. At most 3 clips of a video are kept there, which is not tested here.', source: 'Panda-70M, arXiv 2402.19479, github.com/snap-research/Panda-70M', parts: [{ type: 'range', column: { scores: [SOURCES.panda] }, min: '0.43', minOpen: true }] },
  { id: 'mates', name: 'MATES', description: 'The lowest fifth by predicted influence. MATES adds Gumbel noise before it selects, which is left out here.', source: 'MATES, arXiv 2406.06046', parts: [], top: { column: { scores: [SOURCES.mates] }, share: 0.2, lowest: true } },
];
