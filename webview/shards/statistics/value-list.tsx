import type { ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import { strings } from '../../strings.ts';
import { setConditions } from '../filters/actions.ts';
import { toggleValue } from '../filters/conditions.ts';
import { formatCount } from '../numbers.ts';
import { useSession } from '../session.ts';
import { percent } from '../short-text.ts';
import type { Series } from './series.ts';

interface ValueListProps {
  readonly column: ColumnPath;
  readonly series: Extract<Series, { kind: 'values' }>;
  readonly chosen: readonly boolean[] | null;
  readonly rows: number;
}

/** The frequent values of a column with their bars; a click shows only the rows with that value. */
export function ValueList({ column, series, chosen, rows }: ValueListProps): ReactElement {
  const session = useSession();
  const { top, kept, others } = series;
  const most = Math.max(1, ...top.map(({ count }) => count));
  const choose = (value: string, add: boolean): void => setConditions(session, toggleValue(session.store.state.view.query.conditions, column, value, !add));
  return (
    <ul className="value-list" aria-label={strings.statistics.valuesChart(column.join('.'))}>
      {top.map(({ value, count }, i) => (
        <li key={value}>
          <button
            type="button"
            className={chosen !== null && chosen[i] !== true ? 'value-row dropped' : 'value-row'}
            aria-pressed={chosen?.[i] === true}
            title={value}
            onClick={(event) => choose(value, event.shiftKey || event.ctrlKey || event.metaKey)}
          >
            <span className="value-name">{value === '' ? '“”' : value}</span>
            <span className="value-count">
              {strings.statistics.binCount(count, kept?.[i] ?? null)} <span className="hint">{percent(count, rows)}</span>
            </span>
            <span className="value-bar" aria-hidden="true">
              <span className="whole" style={{ width: `${(count / most) * 100}%` }} />
              <span className="kept" style={{ width: `${((kept?.[i] ?? count) / most) * 100}%` }} />
            </span>
          </button>
        </li>
      ))}
      {others > 0 && (
        <li className="value-row others">
          <span className="value-name">{strings.statistics.others}</span>
          <span className="value-count">
            {formatCount(others)} <span className="hint">{percent(others, rows)}</span>
          </span>
        </li>
      )}
    </ul>
  );
}
