import type { ReactElement } from 'react';
import { strings } from '../../strings.ts';
import { formatCount } from '../numbers.ts';
import { barEnds, countsOf, type Series } from './series.ts';

const words = strings.statistics;

/** The bars of a chart as a table, for eyes and screen readers that want the numbers. */
export function BinsTable({ series }: { readonly series: Series }): ReactElement {
  const { kept } = series;
  const values = series.kind === 'values';
  return (
    <details className="bins">
      <summary>{words.bins}</summary>
      <div className="table-scroll">
        <table className="facts-table">
          <thead>
            <tr>
              <th scope="col">{values ? words.value : words.from}</th>
              {!values && <th scope="col">{words.to}</th>}
              <th scope="col" className="number">
                {words.countColumn}
              </th>
              {kept !== null && (
                <th scope="col" className="number">
                  {words.keptColumn}
                </th>
              )}
            </tr>
          </thead>
          <tbody>
            {countsOf(series).map((count, i) => (
              <tr key={i}>
                <td>{barEnds(series, i).from}</td>
                {!values && <td>{barEnds(series, i).to}</td>}
                <td className="number">{formatCount(count)}</td>
                {kept !== null && <td className="number">{formatCount(kept[i] ?? 0)}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </details>
  );
}
