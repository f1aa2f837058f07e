import type { ColumnPath, Condition } from './queries.ts';

export type ScoreKind = 'probability' | 'cosine' | 'logit' | 'ordinal' | 'count' | 'ratio' | 'flag' | 'perplexity' | 'regression' | 'influence';

/** What a column is for; the user may correct it, and the workspace remembers. */
export type ColumnRole =
  | { readonly role: 'score'; readonly kind: ScoreKind; readonly better: 'higher' | 'lower' | 'neither'; readonly range?: readonly [number, number]; readonly source: string }
  | { readonly role: 'text' | 'caption' | 'alt-text' | 'url' | 'key' | 'id' | 'image' | 'hash' | 'embedding' | 'language' | 'spans' | 'width' | 'height' }
  | { readonly role: 'none' };

export interface RecognisedColumn {
  readonly column: ColumnPath;
  readonly role: ColumnRole;
}

/** A published filter that this table's columns allow. */
export interface Preset {
  readonly id: string;
  /** `LAION-2B-en`, `DCLM-Baseline`. */
  readonly name: string;
  /** What it keeps, in words: `B/32 similarity at least 0.28`. */
  readonly description: string;
  /** Where it is published. */
  readonly source: string;
  readonly conditions: readonly Condition[];
  /** Quantile conditions (top 30 %), which the engine turns into a range when the preset is used. */
  readonly top?: { readonly column: ColumnPath; readonly share: number; readonly lowest: boolean };
}
