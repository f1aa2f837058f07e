import { useSyncExternalStore, type ReactElement } from 'react';
import type { ShardState } from '../../../extension/protocol/shards.ts';
import { Icon } from '../../controls/icons.tsx';
import { Button, ProgressRing } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { PanelHeader } from '../panel/side-panel.tsx';
import { progressText } from '../progress-text.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { SqlEditor } from './editor.tsx';
import { exampleStatements } from './examples.ts';
import { ResultActions } from './result-actions.tsx';
import { ResultTable } from './result-table.tsx';
import './sql.css';
import { runnerOf, type RunState } from './sql-runner.ts';

/** The SQL console: a statement, and what it gives. */
export function SqlConsole({ shard }: { readonly shard: ShardState }): ReactElement {
  const { host, store } = useSession();
  const runner = runnerOf(host);
  const state = useSyncExternalStore(runner.subscribe, runner.state);
  const text = useStore(store, ({ view }) => view.sql ?? '');
  const setText = (sql: string): void => store.dispatch({ type: 'sql', sql });
  const run = (statement = text): void => {
    if (statement.trim() !== '') void runner.run(statement).then(() => announce(runner.state()));
  };
  const announce = ({ answer, error, running }: RunState): void => {
    if (answer === null || error !== null || running) return;
    const { rows, complete, milliseconds } = answer.result;
    store.dispatch({ type: 'announce', text: strings.sql.answered(strings.sql.count(rows, complete), strings.sql.time(milliseconds)) });
  };
  const fresh = !state.running && state.answer === null && state.error === null;
  return (
    <>
      <PanelHeader title={strings.sql.title} />
      <div className="sql-console">
        <SqlEditor columns={shard.columns} text={text} onChange={setText} onRun={() => run()} runner={runner} />
        <div className="sql-run">
          {state.running ? (
            <>
              <Button onClick={() => runner.cancel()}>{strings.sql.cancel}</Button>
              <span className="sql-running" role="status">
                <ProgressRing />
                {state.progress === null ? strings.sql.running : progressText(state.progress)}
              </span>
            </>
          ) : (
            <Button primary onClick={() => run()}>
              {strings.sql.runTitle}
            </Button>
          )}
        </div>
        {state.error !== null && (
          <p className="sql-error" role="alert">
            <Icon name="error" />
            {state.error.message}
          </p>
        )}
        {fresh && (
          <Examples
            shard={shard}
            onChoose={(statement) => {
              setText(statement);
              run(statement);
            }}
          />
        )}
        {state.answer !== null && <Answer {...state.answer} stale={state.running} />}
      </div>
    </>
  );
}

function Examples({ shard, onChoose }: { readonly shard: ShardState; readonly onChoose: (statement: string) => void }): ReactElement {
  return (
    <section className="sql-examples" aria-label={strings.sql.examples}>
      <p className="hint">{strings.sql.hint}</p>
      <h3>{strings.sql.examples}</h3>
      <ul>
        {exampleStatements(shard.columns).map((statement) => (
          <li key={statement}>
            <button type="button" className="link sql-example" onClick={() => onChoose(statement)}>
              {statement}
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}

function Answer({ result, pages, stale }: NonNullable<RunState['answer']> & { readonly stale: boolean }): ReactElement {
  const { rows, complete, milliseconds } = result;
  return (
    <section className={stale ? 'sql-answer stale' : 'sql-answer'} aria-label={strings.sql.result}>
      <div className="sql-summary">
        <span className="sql-count">{strings.sql.count(rows, complete)}</span>
        <span className="hint">{strings.sql.time(milliseconds)}</span>
      </div>
      {!complete && <p className="hint sql-cut">{strings.sql.cut(rows)}</p>}
      <ResultActions result={result} />
      {rows === 0 ? <p className="hint">{strings.sql.noRows}</p> : <ResultTable key={result.sqlResult} result={result} pages={pages} />}
    </section>
  );
}
