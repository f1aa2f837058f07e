/** A difference between what we show and what an oracle says that is understood; at most 20 a format. */
export interface Exception {
  readonly file: string;
  /** `row,column`, from 0, or words. */
  readonly place: string;
  readonly ours: string;
  readonly theirs: string;
  readonly cause: string;
}
