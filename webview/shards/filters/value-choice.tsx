import { useState, type KeyboardEvent, type ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import { Checkbox, IconButton, TextField } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { formatCount } from '../numbers.ts';
import { shortText } from '../short-text.ts';
import { useStatistics } from '../statistics/use-statistics.ts';

/** Values listed at once; typing reaches the others. */
const MAX_LISTED = 60;

interface ValueChoiceProps {
  readonly column: ColumnPath;
  readonly values: readonly (string | null)[];
  readonly onChange: (values: readonly (string | null)[]) => void;
}

/** Some of a column's values: the frequent ones to tick, any other one to type. */
export function ValueChoice({ column, values, onChange }: ValueChoiceProps): ReactElement {
  const { summary } = useStatistics(column);
  const [typed, setTyped] = useState('');
  const top = summary?.top ?? [];
  const counts = new Map<string | null, number>(top.map(({ value, count }) => [value, count]));
  if ((summary?.nulls ?? 0) > 0) counts.set(null, summary?.nulls ?? 0);
  const listed = [...new Set([...values, ...counts.keys()])].filter((value) => (value ?? '').toLowerCase().includes(typed.toLowerCase()));
  const toggle = (value: string | null, on: boolean): void => onChange(on ? [...values, value] : values.filter((other) => other !== value));
  const add = (): void => {
    if (typed !== '' && !values.includes(typed)) onChange([...values, typed]);
    setTyped('');
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key !== 'Enter' || typed === '') return;
    event.preventDefault();
    event.stopPropagation();
    add();
  };
  return (
    <div className="condition-column" data-autofocus="">
      <div className="condition-line">
        <TextField label={strings.filters.value} value={typed} onChange={setTyped} onKeyDown={onKeyDown} />
        <IconButton icon="add" label={strings.filters.addValue} disabled={typed === ''} onClick={add} />
      </div>
      {summary !== null && !summary.exact && top.length > 0 && <p className="hint">{strings.filters.countsOf(summary.rows, summary.tableRows)}</p>}
      <div className="value-choice" role="group" aria-label={strings.filters.topValues}>
        {listed.slice(0, MAX_LISTED).map((value) => (
          <Checkbox key={value ?? '\0'} checked={values.includes(value)} onChange={(on) => toggle(value, on)}>
            <span className="value-choice-line">
              <span className={value === null ? 'cell-null' : ''}>{value === null ? strings.filters.nullValue : value === '' ? '“”' : shortText(value)}</span>
              <span className="count">{counts.has(value) ? formatCount(counts.get(value) ?? 0) : ''}</span>
            </span>
          </Checkbox>
        ))}
      </div>
    </div>
  );
}
