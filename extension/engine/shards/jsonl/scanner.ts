/** Takes records as they are found: row from 0, line from 1 (0 where lines mean nothing), bytes `[start, end)` of the text. */
export type RecordSink = (row: number, line: number, start: number, end: number) => void;

/** A place in the text where scanning can begin: the first byte of a record. */
export interface Checkpoint {
  readonly row: number;
  readonly line: number;
  readonly offset: number;
}

/** Splits a text into records, pushed in pieces of any size; holds no bytes. */
export interface Scanner {
  /** Records found whole. */
  readonly rows: number;
  /** Bytes pushed so far, counted from the start of the text. */
  readonly offset: number;
  /** Bytes of the longest record. */
  readonly longest: number;
  /** Where the record that is not ended yet begins, or would begin. */
  readonly pending: Checkpoint;
  push(bytes: Buffer, length: number, sink: RecordSink): void;
  /** The text ends here: what is pending becomes a record. */
  end(sink: RecordSink): void;
  /** Takes `end` back, because the text goes on after all; absent where a text cannot go on. */
  reopen?(): void;
}
