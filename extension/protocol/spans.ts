/** A stretch of a text with its score. Offsets are Unicode code points, as Python counts; lines include their newline. */
export interface Span {
  readonly start: number;
  readonly end: number;
  /** The number as the file writes it; null where the file says so. */
  readonly score: string | null;
}

/** The spans that one signal of a record has. */
export interface SpanSignal {
  /** Names of nested attributes are joined by dots. */
  readonly name: string;
  readonly count: number;
  /** Entries that are no `[start, end, score]`. */
  readonly malformed: number;
  /** The only span, where it covers the whole text: a score of the document. */
  readonly document?: Span;
}

/** What the signals of a record say about its text. */
export interface RowSpans {
  /** Code points of the whole text; null where there is no text, or too much of it. */
  readonly length: number | null;
  readonly signals: readonly SpanSignal[];
  /** The signal asked for, else the first that scores parts of the text; null where none does. */
  readonly shown: { readonly name: string; readonly spans: readonly Span[] } | null;
}

/** Spans that one answer holds at most; more would neither be read nor drawn one by one. */
export const MAX_SPANS = 20_000;
