import { useRef, useState, type KeyboardEvent, type ReactElement } from 'react';
import type { Condition } from '../../../extension/protocol/queries.ts';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Icon, type IconName } from '../../controls/icons.tsx';
import { Popover } from '../../controls/popover.tsx';
import { strings } from '../../strings.ts';
import type { Chip } from './chips.ts';
import { ConditionEditor } from './condition-editor.tsx';
import { negated } from './conditions.ts';
import { conditionText, describeCondition } from './describe.ts';

interface ChipProps {
  readonly shard: ShardState;
  readonly chip: Chip;
  /** Why the engine refused it. */
  readonly problem?: string;
  readonly onChange: (chip: Chip | null) => void;
}

/** One condition: a click edits it; it can be negated, switched off and removed, by keyboard too. */
export function ConditionChip({ shard, chip, problem, onChange }: ChipProps): ReactElement {
  const [editing, edit] = useState(false);
  const main = useRef<HTMLButtonElement>(null);
  const { condition, on } = chip;
  const { subject, test } = describeCondition(condition);
  const words = strings.filters;
  const apply = (next: Condition): void => {
    edit(false);
    onChange({ condition: next, on: true });
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.key === 'Delete' || event.key === 'Backspace') onChange(null);
    else if (event.key === '!') onChange({ ...chip, condition: negated(condition) });
    else if (event.key === ' ') onChange({ ...chip, on: !on });
    else return;
    event.preventDefault();
  };
  const state = `${on ? '' : ' off'}${problem === undefined ? '' : ' invalid'}${condition.not === true ? ' negated' : ''}`;
  return (
    <span className={`chip${state}`} role="group" aria-label={words.actions(conditionText(condition))}>
      <button ref={main} type="button" className="chip-main" title={problem ?? exactText(condition)} aria-haspopup="dialog" aria-expanded={editing} onKeyDown={onKeyDown} onClick={() => edit(!editing)}>
        {problem !== undefined && <Icon name="error" />}
        <span className="chip-subject">{subject}</span>
        <span className="chip-test">{test}</span>
      </button>
      <span className="chip-actions">
        <ChipAction icon="not" label={words.negate} pressed={condition.not === true} onClick={() => onChange({ ...chip, condition: negated(condition) })} />
        <ChipAction icon={on ? 'eye' : 'eyeOff'} label={on ? words.switchOff : words.switchOn} onClick={() => onChange({ ...chip, on: !on })} />
        <ChipAction icon="close" label={words.remove} onClick={() => onChange(null)} />
      </span>
      {editing && condition.type !== 'changed' && condition.type !== 'edited' && (
        <Popover label={words.edit} anchor={main} onClose={() => edit(false)}>
          <ConditionEditor shard={shard} condition={condition} onApply={apply} onCancel={() => edit(false)} {...(problem === undefined ? {} : { problem })} />
        </Popover>
      )}
    </span>
  );
}

interface ChipActionProps {
  readonly icon: IconName;
  readonly label: string;
  readonly pressed?: boolean;
  readonly onClick: () => void;
}

/** A small button at the end of a chip. */
export function ChipAction({ icon, label, pressed, onClick }: ChipActionProps): ReactElement {
  return (
    <button type="button" className="chip-action" aria-label={label} title={label} aria-pressed={pressed} onClick={onClick}>
      <Icon name={icon} />
    </button>
  );
}

/** What the chip had to shorten. */
function exactText(condition: Condition): string {
  if (condition.type === 'range') return [condition.min, condition.max].filter((end) => end !== undefined).join(' … ');
  if (condition.type === 'values') return condition.values.map((value) => value ?? strings.filters.nullValue).slice(0, 50).join('\n');
  if (condition.type === 'sql') return condition.where;
  return conditionText(condition);
}
