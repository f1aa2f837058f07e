import type { ReactElement } from 'react';
import type { BarRange } from './use-range.ts';

/** Width of a segment in percent of the strip from which on it has room for a word. */
const WORD_SHARE = 18;

interface ValueStripProps {
  readonly values: readonly { readonly label: string; readonly count: number }[];
  readonly kept: readonly number[] | null;
  readonly chosen: readonly boolean[] | null;
  /** Rows with none of these values. */
  readonly others: number;
  readonly at: number | null;
  readonly marked: BarRange | null;
}

/** Values side by side, each as wide as its share of the rows. */
export function ValueStrip({ values, kept, chosen, others, at, marked }: ValueStripProps): ReactElement {
  const all = values.reduce((sum, { count }) => sum + count, others);
  return (
    <span className="value-strip" aria-hidden="true">
      {values.map(({ label, count }, i) => {
        const inRange = marked === null ? i === at : i >= marked.first && i <= marked.last;
        const share = keptShare(count, kept?.[i] ?? null, chosen?.[i] ?? null);
        return (
          <span key={i} className={`value-segment${inRange ? ' at' : ''}${share === 0 ? ' dropped' : ''}`} style={{ flexGrow: count }}>
            <span className="value-kept" style={{ height: `${share * 100}%` }} />
            {(count / all) * 100 >= WORD_SHARE && <span className="value-word">{label}</span>}
          </span>
        );
      })}
      {others > 0 && <span className="value-others" style={{ flexGrow: others }} />}
    </span>
  );
}

function keptShare(count: number, kept: number | null, chosen: boolean | null): number {
  if (kept !== null) return count === 0 ? 0 : Math.min(1, kept / count);
  return chosen === false ? 0 : 1;
}
