import type { ReactElement } from 'react';
import { QUANTILES, type ColumnSummary } from '../../../extension/protocol/statistics.ts';
import { strings } from '../../strings.ts';
import { formatCount } from '../numbers.ts';
import { percent } from '../short-text.ts';

const words = strings.statistics;

/** A column's distribution in numbers. */
export function NumbersTable({ summary }: { readonly summary: ColumnSummary }): ReactElement {
  return (
    <table className="numbers-table" aria-label={words.numbers}>
      <tbody>
        {numbersOf(summary).map(([label, text]) => (
          <tr key={label}>
            <th scope="row">{label}</th>
            <td title={text}>{text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** Labels and texts, those that say nothing left out. */
export function numbersOf(summary: ColumnSummary): readonly (readonly [label: string, text: string])[] {
  const { rows, nulls, missing, nans, infinities, distinct, min, max, mean, quantiles = [], exact, ofLength } = summary;
  const share = (count: number): string => (count === 0 ? '0' : `${formatCount(count)} (${percent(count, rows)})`);
  const number = ofLength ? { ...words.number, ...words.lengths } : words.number;
  const middle = QUANTILES.map((quantile, i): [string, string | undefined] => [quantile === 0.5 ? words.median : words.quantile(quantile), quantiles[i]]);
  const all: readonly (readonly [string, string | undefined])[] = [
    [number.rows, exact ? formatCount(rows) : words.inexact(rows, summary.tableRows)],
    [number.nulls, share(nulls)],
    [number.missing, missing === 0 ? undefined : formatCount(missing)],
    [number.nans, nans === 0 ? undefined : share(nans)],
    [number.infinities, infinities === 0 ? undefined : share(infinities)],
    [number.distinct, distinct === undefined ? undefined : distinct.exact ? formatCount(distinct.count) : words.approximately(formatCount(distinct.count))],
    [number.mean, mean === undefined ? undefined : String(Number(mean.toPrecision(8)))],
    [number.min, min],
    ...middle,
    [number.max, max],
  ];
  return all.flatMap(([label, text]) => (text === undefined ? [] : [[label, text] as const]));
}
