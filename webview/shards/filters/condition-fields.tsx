import type { ReactElement } from 'react';
import { IconButton, Checkbox, TextField } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { useStatistics } from '../statistics/use-statistics.ts';
import type { Draft } from './draft.ts';
import { ValueChoice } from './value-choice.tsx';

interface FieldsProps {
  readonly draft: Draft;
  readonly onChange: (part: Partial<Draft>) => void;
}

const words = strings.filters;

/** What a condition of its kind needs to be said. */
export function ConditionFields({ draft, onChange }: FieldsProps): ReactElement | null {
  switch (draft.kind) {
    case 'range':
      return <RangeFields draft={draft} onChange={onChange} />;
    case 'values':
      return <ValueChoice column={draft.column ?? ['']} values={draft.values} onChange={(values) => onChange({ values })} />;
    case 'text':
      return (
        <div className="condition-line" data-autofocus="">
          <TextField label={words.text} value={draft.text} onChange={(text) => onChange({ text })} />
          <IconButton icon="matchCase" label={words.matchCase} pressed={draft.matchCase} onClick={() => onChange({ matchCase: !draft.matchCase })} />
          <IconButton icon="regex" label={words.regex} pressed={draft.regex} onClick={() => onChange({ regex: !draft.regex })} />
        </div>
      );
    case 'null':
      return null;
    case 'ids':
      return (
        <div className="condition-column" data-autofocus="">
          <TextField label={words.idsFile} value={draft.file} onChange={(file) => onChange({ file })} />
          <TextField label={words.idsColumn} value={draft.fileColumn} onChange={(fileColumn) => onChange({ fileColumn })} />
        </div>
      );
    case 'sql':
      return (
        <textarea
          className="condition-sql"
          aria-label={words.whereLabel}
          placeholder={words.where}
          rows={3}
          spellCheck={false}
          data-autofocus=""
          value={draft.where}
          onChange={(event) => onChange({ where: event.target.value })}
        />
      );
  }
}

/** From and to; the column's own ends stand in the empty boxes. */
function RangeFields({ draft, onChange }: FieldsProps): ReactElement {
  const { summary } = useStatistics(draft.column ?? ['']);
  const ends = summary === null || summary.ofLength ? { min: '', max: '' } : summary;
  return (
    <div className="condition-column" data-autofocus="">
      <div className="condition-line">
        <TextField label={`${words.from} ${ends.min ?? ''}`} value={draft.min} onChange={(min) => onChange({ min })} />
        <TextField label={`${words.to} ${ends.max ?? ''}`} value={draft.max} onChange={(max) => onChange({ max })} />
      </div>
      <Checkbox checked={draft.minOpen} onChange={(minOpen) => onChange({ minOpen })}>
        {words.excludeStart}
      </Checkbox>
      <Checkbox checked={draft.maxOpen} onChange={(maxOpen) => onChange({ maxOpen })}>
        {words.excludeEnd}
      </Checkbox>
    </div>
  );
}
