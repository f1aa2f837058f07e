import { useState, type ReactElement, type ReactNode } from 'react';
import type { BulkEdit } from '../../../extension/protocol/bulk.ts';
import type { Column, ShardState } from '../../../extension/protocol/shards.ts';
import { Button, Checkbox } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { useRequest } from '../panel/use-request.ts';
import { useSession } from '../session.ts';
import { shownRows } from '../state.ts';
import { useStore } from '../store.ts';
import { BulkView } from './bulk-view.tsx';
import { draftOf, writtenDraft, type Draft } from './draft.ts';
import { EditsView } from './edits-view.tsx';
import { pastedLines, pastedValues } from './pasted.ts';
import { words } from './words.ts';

interface EditPanelProps {
  readonly shard: ShardState;
  readonly panel: 'edits' | 'replace' | 'set' | 'paste';
}

/** The views about many edits. */
export function EditPanel({ shard, panel }: EditPanelProps): ReactElement {
  switch (panel) {
    case 'edits':
      return <EditsView shard={shard} />;
    case 'replace':
      return <ReplaceView shard={shard} />;
    case 'set':
      return <SetView shard={shard} />;
    case 'paste':
      return <PasteView shard={shard} />;
  }
}

/** A box with its name above it. */
function Field({ label, value, onChange, title, rows = 1 }: { readonly label: string; readonly value: string; readonly onChange: (value: string) => void; readonly title?: string; readonly rows?: number }): ReactElement {
  return (
    <label title={title}>
      {label}
      <textarea rows={Math.min(12, Math.max(rows, value.split('\n').length))} spellCheck={false} value={value} onChange={(event) => onChange(event.target.value)} />
    </label>
  );
}

function ReplaceView({ shard }: { readonly shard: ShardState }): ReactElement {
  const { store } = useSession();
  const [pattern, setPattern] = useState(() => store.state.search.text);
  const [replacement, setReplacement] = useState('');
  const [matchCase, setMatchCase] = useState(true);
  const [regex, setRegex] = useState(() => store.state.search.regex);
  const fields = (
    <>
      <Field label={words.find} value={pattern} onChange={setPattern} />
      <Field label={words.replaceBy} value={replacement} onChange={setReplacement} {...(regex ? { title: words.replaceTip } : {})} />
      <span className="edit-options">
        <Checkbox checked={regex} onChange={setRegex}>
          {words.regex}
        </Checkbox>
        <Checkbox checked={matchCase} onChange={setMatchCase}>
          {words.matchCase}
        </Checkbox>
      </span>
    </>
  );
  const edit = ({ index }: Column): BulkEdit | null => (pattern === '' ? null : { kind: 'replace', column: index, pattern, replacement, regex, matchCase });
  return (
    <BulkView shard={shard} title={words.replaceTitle} from="choice">
      {(column) => ({ fields, edit: edit(column) })}
    </BulkView>
  );
}

function SetView({ shard }: { readonly shard: ShardState }): ReactElement {
  const [text, setText] = useState('');
  const [isNull, setNull] = useState(false);
  const [touched, setTouched] = useState(false);
  const valueIn = ({ kind }: Column): ReturnType<typeof writtenDraft> => {
    const draft: Draft = { ...draftOf({ json: 'null' }, kind), text, isNull };
    return writtenDraft(draft);
  };
  const fields = (column: Column): ReactNode => {
    const value = valueIn(column);
    return (
      <>
        <Field
          label={words.value}
          value={isNull ? '' : text}
          onChange={(typed) => {
            setText(typed);
            setNull(false);
            setTouched(true);
          }}
        />
        <Checkbox
          checked={isNull}
          onChange={(checked) => {
            setNull(checked);
            setTouched(true);
          }}
        >
          {strings.editing.null}
        </Checkbox>
        {touched && typeof value === 'string' && (
          <p role="alert" className="edit-error">
            {strings.editing[value]}
          </p>
        )}
      </>
    );
  };
  const edit = (column: Column): BulkEdit | null => {
    const value = valueIn(column);
    return !touched || typeof value === 'string' ? null : { kind: 'set', column: column.index, value };
  };
  return (
    <BulkView shard={shard} title={words.setTitle} from="choice">
      {(column) => ({ fields: fields(column), edit: edit(column) })}
    </BulkView>
  );
}

function PasteView({ shard }: { readonly shard: ShardState }): ReactElement {
  const { host, store } = useSession();
  const [typed, setTyped] = useState<string | null>(null);
  const [reads, setReads] = useState(0);
  const focus = useStore(store, (state) => state.view.focus?.row ?? 0);
  const left = useStore(store, shownRows) - focus;
  const clipboard = useRequest(`clipboard ${reads}`, 0, (signal) => host.request('view/clipboard', {}, signal));
  const text = typed ?? clipboard.value?.text ?? '';
  const problem = clipboard.error?.message ?? (typed === null && clipboard.value?.text === '' ? words.nothingToPaste : null);
  const read = (): void => {
    setTyped(null);
    setReads(reads + 1);
  };
  const paste = (column: Column): { readonly fields: ReactNode; readonly edit: BulkEdit | null } => {
    const lines = pastedLines(text);
    const { values, faults } = typeof lines === 'number' ? { values: [], faults: [] } : pastedValues(lines, column.kind);
    const messages = [
      ...(problem === null ? [] : [problem]),
      ...(typeof lines === 'number' ? [words.brokenQuotes(lines)] : []),
      ...(values.length > left ? [words.tooManyLines(values.length, left)] : []),
      ...faults.slice(0, 20).map(({ line, fault }) => words.refusedLine(line, strings.editing[fault])),
    ];
    const fields = (
      <>
        <Field label={words.lines} value={text} onChange={setTyped} rows={4} />
        <span>
          <Button onClick={read}>{words.readAgain}</Button>
        </span>
        {messages.length > 0 && (
          <div role="alert" className="edit-error">
            {messages.map((message) => (
              <div key={message}>{message}</div>
            ))}
          </div>
        )}
      </>
    );
    return { fields, edit: messages.length > 0 || values.length === 0 ? null : { kind: 'values', column: column.index, values } };
  };
  return (
    <BulkView shard={shard} title={words.pasteTitle} from="focus">
      {paste}
    </BulkView>
  );
}
