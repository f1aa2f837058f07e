/** How the rows of a shard differ from those of another one: two versions of a file, side by side. */
export interface Comparison {
  /** The column by which rows were found again in the other shard; null: the number of the row. */
  readonly key: string | null;
  /** Rows that both have, with other values. */
  readonly changed: number;
  /** Rows that the other shard has not. */
  readonly added: number;
  /** Rows that only the other shard has. */
  readonly removed: number;
  /** Names of columns that only one of the two has; they do not make every row a changed one. */
  readonly ownColumns: readonly string[];
  readonly otherColumns: readonly string[];
  /** Where changed and added rows are: `[start, end)` in turn, ascending. */
  readonly ranges: readonly number[];
  /** There are more ranges than are told. */
  readonly cut: boolean;
}
