import { useState, type KeyboardEvent, type ReactElement } from 'react';
import type { ColumnPath, Condition } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Select } from '../../controls/select.tsx';
import { Button, Checkbox } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { useSession } from '../session.ts';
import { measureOf, seriesOf } from '../statistics/series.ts';
import { useScores } from '../statistics/use-statistics.ts';
import { ConditionFields } from './condition-fields.tsx';
import { pathKey, pathName } from './conditions.ts';
import { pieceAt } from './problem.ts';
import { conditionOf, draftOf, newDraft, type ConditionKind, type Draft, type WrittenCondition } from './draft.ts';

interface ConditionEditorProps {
  readonly shard: ShardState;
  /** The condition to change; a new one on `column` where it is missing. */
  readonly condition?: WrittenCondition;
  readonly column?: string;
  /** Why the condition was refused. */
  readonly problem?: string;
  readonly onApply: (condition: Condition) => void;
  readonly onCancel: () => void;
}

const ANY_COLUMN = '*';

/** A small form for one condition. */
export function ConditionEditor({ shard, condition, column, problem, onApply, onCancel }: ConditionEditorProps): ReactElement {
  const { summaries } = useSession();
  const [draft, setDraft] = useState<Draft>(() => {
    if (condition !== undefined) return draftOf(condition);
    const first = shard.columns.find(({ name }) => name === column) ?? shard.columns[0];
    const summary = first === undefined ? null : summaries.get([first.name]).summary;
    return newDraft(first, summary !== null && seriesOf(summary, measureOf(shard, summary.column))?.kind === 'values');
  });
  const written = conditionOf(draft);
  const words = strings.filters;
  const change = (part: Partial<Draft>): void => setDraft({ ...draft, ...part });
  const apply = (): void => {
    if (written !== null) onApply(written);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const inLines = event.target instanceof HTMLTextAreaElement && !event.ctrlKey && !event.metaKey;
    if (event.key !== 'Enter' || inLines || event.target instanceof HTMLButtonElement) return;
    event.preventDefault();
    apply();
  };
  return (
    <div className="condition-editor" onKeyDown={onKeyDown}>
      <div className="condition-head">
        {draft.kind !== 'sql' && <ColumnChoice shard={shard} draft={draft} onChange={(next) => change({ column: next })} />}
        <Select<ConditionKind> label={words.kind} value={draft.kind} options={KINDS} onChange={(kind) => change({ kind, column: draft.column ?? firstColumn(shard) })} />
      </div>
      <ConditionFields draft={draft} onChange={change} />
      {problem !== undefined && <Problem problem={problem} text={condition?.type === 'sql' ? condition.where : ''} />}
      <div className="condition-foot">
        <Checkbox checked={draft.not} onChange={(not) => change({ not })}>
          {words.not}
        </Checkbox>
        <span className="filler" />
        <Button onClick={onCancel}>{words.cancel}</Button>
        <Button primary onClick={apply} disabled={written === null}>
          {words.apply}
        </Button>
      </div>
    </div>
  );
}

/** What was wrong, and where in the text. */
function Problem({ problem, text }: { readonly problem: string; readonly text: string }): ReactElement {
  const pieces = pieceAt(text, problem);
  return (
    <div className="condition-problem" role="alert">
      {pieces !== null && (
        <code>
          {pieces[0]}
          <em>{pieces[1] === '' ? ' ' : pieces[1]}</em>
          {pieces[2]}
        </code>
      )}
      {problem}
    </div>
  );
}

const KINDS = (['range', 'values', 'text', 'null', 'ids', 'sql'] as const).map((value) => ({ value, label: strings.filters.kinds[value] }));

interface ColumnChoiceProps {
  readonly shard: ShardState;
  readonly draft: Draft;
  readonly onChange: (column: ColumnPath | null) => void;
}

/** The columns of the table, and fields inside them that are known to matter. */
function ColumnChoice({ shard, draft, onChange }: ColumnChoiceProps): ReactElement {
  const scores = useScores();
  const top = shard.columns.map(({ name }): ColumnPath => [name]);
  const nested = scores.columns.map(({ column }) => column).filter(({ length }) => length > 1);
  const own = draft.column === null ? [] : [draft.column];
  const paths = new Map([...top, ...nested, ...own].map((path) => [pathKey(path), path]));
  const any = draft.kind === 'text' ? [{ value: ANY_COLUMN, label: strings.filters.anyColumn }] : [];
  const options = [...any, ...[...paths].map(([value, path]) => ({ value, label: pathName(path) || strings.unnamed }))];
  return (
    <Select
      label={strings.filters.column}
      value={draft.column === null ? ANY_COLUMN : pathKey(draft.column)}
      options={options}
      onChange={(value) => onChange(paths.get(value) ?? null)}
    />
  );
}

function firstColumn({ columns }: ShardState): ColumnPath | null {
  return columns[0] === undefined ? null : [columns[0].name];
}
