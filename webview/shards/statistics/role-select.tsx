import type { ReactElement } from 'react';
import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { ColumnRole, RecognisedColumn, ScoreKind } from '../../../extension/protocol/scores.ts';
import { Select } from '../../controls/select.tsx';
import { IconButton } from '../../controls/toolkit.tsx';
import { strings } from '../../strings.ts';
import { samePath } from '../filters/conditions.ts';
import { useSession } from '../session.ts';
import { useStore } from '../store.ts';
import { useScores } from './use-statistics.ts';

const words = strings.statistics;

/** Kinds of which less is better; of all others more is. */
const LOWER: ReadonlySet<ScoreKind> = new Set(['perplexity', 'influence']);

/** Where a correction says that it comes from. */
const USER = 'user';

const PLAIN_ROLES = Object.keys(words.roles) as (keyof typeof words.roles)[];
const KINDS = Object.keys(words.scoreKinds) as ScoreKind[];

const OPTIONS = [
  ...KINDS.map((kind) => ({ value: `score:${kind}`, label: words.score(words.scoreKinds[kind]) })),
  ...PLAIN_ROLES.map((role) => ({ value: role, label: words.roles[role] })),
];

const DIRECTIONS = (['higher', 'lower', 'neither'] as const).map((value) => ({ value, label: words.betterWords[value] }));

/** What a column is for: as Loupe recognises it, or as the user says. */
export function RoleSelect({ column }: { readonly column: ColumnPath }): ReactElement {
  const { store } = useSession();
  const scores = useScores();
  const roles = useStore(store, (state) => state.view.roles);
  const own = roles.find((role) => samePath(role.column, column));
  const role: ColumnRole = own?.role ?? scores.columns.find((candidate) => samePath(candidate.column, column))?.role ?? { role: 'none' };
  const others = roles.filter((other) => other !== own);
  const set = (next: ColumnRole): void => store.dispatch({ type: 'roles', roles: [...others, { column, role: next } satisfies RecognisedColumn] });
  return (
    <div className="role-select">
      <Select label={words.role} value={role.role === 'score' ? `score:${role.kind}` : role.role} options={OPTIONS} onChange={(value) => set(roleOf(value))} />
      {role.role === 'score' && <Select label={words.better} value={role.better} options={DIRECTIONS} onChange={(better) => set({ ...role, better })} />}
      {own !== undefined && <IconButton icon="undo" label={words.resetRole} onClick={() => store.dispatch({ type: 'roles', roles: others })} />}
      <span className="hint role-source">{own !== undefined ? words.yourRole : role.role === 'score' ? words.roleSource(role.source) : ''}</span>
    </div>
  );
}

function roleOf(value: string): ColumnRole {
  const kind = KINDS.find((candidate) => value === `score:${candidate}`);
  if (kind !== undefined) return { role: 'score', kind, better: LOWER.has(kind) ? 'lower' : 'higher', source: USER };
  return { role: PLAIN_ROLES.find((candidate) => candidate === value) ?? 'none' };
}
