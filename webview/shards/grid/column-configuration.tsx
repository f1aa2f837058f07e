import type { ColumnConfiguration } from 'hightable';
import { useMemo } from 'react';
import type { Column } from '../../../extension/protocol/shards.ts';
import { alignsRight } from '../format.ts';
import { useSession } from '../session.ts';
import { useScores } from '../statistics/use-statistics.ts';
import { columnMenu } from './column-menu.ts';
import { uniqueNames } from './frame.ts';
import { ColumnTitle } from './header.tsx';

/** Headers, alignment and menus of the columns, as hightable wants them. */
export function useColumnConfiguration(columns: readonly Column[]): ColumnConfiguration {
  const session = useSession();
  // Of a score the menu says which end is the worse one.
  const scores = useScores();
  return useMemo(() => {
    const names = uniqueNames(columns);
    const one = (column: Column): ColumnConfiguration[string] => ({
      headerComponent: <ColumnTitle column={column} />,
      className: alignsRight(column.kind) ? 'right' : '',
      menuGroups: columnMenu(session, column, scores),
    });
    return Object.fromEntries(columns.map((column, i) => [names[i] ?? column.name, one(column)]));
  }, [columns, session, scores]);
}
