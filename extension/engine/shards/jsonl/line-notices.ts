import type { Notice } from '../../../protocol/shards.ts';

/** What may be wrong with a record that is shown all the same. */
export type RecordIssue = 'fault' | 'utf8' | 'extended' | 'duplicate';

const SEVERITY: Readonly<Record<RecordIssue, Notice['severity']>> = { fault: 'warning', utf8: 'warning', extended: 'info', duplicate: 'info' };
/** Records remembered for each issue; more are counted as "at least". */
const LIMIT = 1000;

/** Collects what is wrong with single records, each once however often it is read. */
export class LineNotices {
  /** Goes up with every new finding. */
  version = 0;
  readonly #found = new Map<RecordIssue, Map<number, string>>();
  readonly #noun: string;

  /** @param noun what a record is called: `line`, `element` */
  constructor(noun: string) {
    this.#noun = noun;
  }

  /** Notes an issue of the record with this number; `message` names its place. */
  note(issue: RecordIssue, number: number, message: string): void {
    const numbers = this.#found.get(issue) ?? new Map<number, string>();
    this.#found.set(issue, numbers);
    if (numbers.has(number) || numbers.size === LIMIT) return;
    numbers.set(number, message);
    this.version++;
  }

  /** How many records have the issue, as far as was read. */
  count(issue: RecordIssue): number {
    return this.#found.get(issue)?.size ?? 0;
  }

  /** One notice an issue: the first record that has it, and how many others do. */
  list(): Notice[] {
    return [...this.#found].map(([issue, numbers]) => {
      const first = Math.min(...numbers.keys());
      const others = numbers.size - 1;
      const many = numbers.size === LIMIT ? `at least ${others}` : String(others);
      const rest = others === 0 ? '' : ` The same holds for ${many} more ${this.#noun}${others === 1 ? '' : 's'} among those read so far.`;
      return { severity: SEVERITY[issue], message: `${numbers.get(first) ?? ''}${rest}` };
    });
  }
}
