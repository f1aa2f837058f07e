import type { ColumnConfiguration } from 'hightable';
import type { Column } from '../../../extension/protocol/shards.ts';
import { strings } from '../../strings.ts';
import { copyText, hideColumn, runCommand } from '../commands.ts';
import { focusColumn, moveColumn, sortBy } from '../filters/actions.ts';
import type { Session } from '../session.ts';
import { roleOf, type ScoreKnowledge } from '../statistics/scores.ts';

type MenuGroups = NonNullable<ColumnConfiguration[string]['menuGroups']>;
type MenuItem = MenuGroups[number]['items'][number];

/** What the menu of a column offers. */
export function columnMenu(session: Session, column: Column, scores: ScoreKnowledge): MenuGroups {
  const { name } = column;
  const words = strings.filters;
  const focused = (act: () => void) => () => {
    focusColumn(session, name);
    act();
  };
  const move = (label: string, to: Parameters<typeof moveColumn>[2]): MenuItem => ({ label, onClick: () => moveColumn(session, name, to) });
  return [
    {
      title: words.sort(name),
      items: [
        ...sortItems(session, name, scores),
        { label: words.clearSort, onClick: () => sortBy(session, [name], null) },
      ],
    },
    {
      title: words.filterColumn,
      items: [
        { label: words.filterColumn, onClick: focused(() => runCommand(session, 'addFilter')) },
        { label: words.statistics, onClick: focused(() => runCommand(session, 'showStatistics')) },
      ],
    },
    {
      title: strings.columnMenu,
      items: [
        move(words.moveLeft, 'left'),
        move(words.moveRight, 'right'),
        move(words.moveFirst, 'first'),
        move(words.moveLast, 'last'),
        { label: strings.hideColumn, onClick: () => hideColumn(session, name) },
        { label: strings.showAllColumns, onClick: () => runCommand(session, 'showAllColumns') },
        { label: strings.copyName, onClick: () => void copyText(session, name, strings.copied.name) },
      ],
    },
  ];
}

/** Of a score it is known which end is the worse one. */
function sortItems(session: Session, name: string, scores: ScoreKnowledge): MenuItem[] {
  const role = roleOf(scores, [name]);
  const by = (label: string, descending: boolean): MenuItem => ({ label, onClick: () => sortBy(session, [name], descending) });
  const words = strings.filters;
  const plain = [by(words.sortAscending, false), by(words.sortDescending, true)];
  if (role.role !== 'score' || role.better === 'neither') return plain;
  return [by(words.sortWorst, role.better === 'lower'), by(words.sortBest, role.better === 'higher'), ...plain];
}
