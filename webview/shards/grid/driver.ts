import type { ColumnPath } from '../../../extension/protocol/queries.ts';
import type { CellPosition } from './position.ts';
import { rowsComplete, shownRows, type GridMove } from '../state.ts';
import type { Session } from '../session.ts';
import { columnsOnScreen, currentCell, focusNow, guardCellFocus, hasBodyFocus, keepFocus, keepOneTabStop, scrollerOf, topRowOf } from './dom.ts';
import type { ShardFrame } from './frame.ts';
import { cellAt, cellPosition, growthMovesView, headerHeight, ROW_HEIGHT, rowsThatFit, rowThatShows } from './position.ts';

/** Rows beyond the screen that are fetched too. */
const ROW_MARGIN = 30;

/** Rows before the known end at which the rest of a growing shard is let in. */
const GROWTH_MARGIN = 2_000;

const INPUTS = ['keydown', 'mousedown', 'pointerdown', 'click', 'wheel'] as const;

/** What the grid draws with. */
export interface GridView {
  readonly position: CellPosition;
  /** Rows that fit the height; 0 before it is measured. */
  readonly fit: number;
  /** What `position` is a place in. */
  readonly frame: ShardFrame | null;
}

/** Where another frame begins, until the driver has seen it: a place that every table has. */
export const CORNER: CellPosition = { rowIndex: 1, colIndex: 1 };

interface Goal {
  readonly topRow: number;
  readonly row: number;
  readonly column: number;
}

/** A move under way: what follows when the cell is there. */
interface Pending {
  readonly position: CellPosition;
  readonly takeFocus: boolean;
  readonly then: () => void;
}

/**
 * Moves hightable: brings back place and focus, keeps them while rows grow, and lets the keyboard stay where it
 * is when something else than the user moved the grid.
 */
export class GridDriver {
  readonly #session: Session;
  readonly #listeners = new Set<() => void>();
  #view: GridView = { position: CORNER, fit: 0, frame: null };
  #grid: HTMLElement | null = null;
  #frame: ShardFrame | null = null;
  #rows: readonly [start: number, end: number] = [0, 0];
  /** A place that is not there yet: the shard is still growing towards it. */
  #goal: Goal | null = null;
  #pending: Pending | null = null;
  /** Other rows come in where the old ones stood: the columns on screen stay. */
  #keptLeft: number | null = null;
  #hadFocus = false;
  /** An event of mouse or keyboard is being handled. */
  #userActs = false;

  constructor(session: Session) {
    this.#session = session;
  }

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  readonly view = (): GridView => this.#view;

  /** Starts with an element on the page. @returns a function that lets it go */
  mount(grid: HTMLElement): () => void {
    this.#grid = grid;
    this.#hadFocus = document.hasFocus() && document.activeElement === document.body;
    // At once, since a ResizeObserver first speaks a frame later.
    this.measure();
    const resize = new ResizeObserver(() => this.measure());
    resize.observe(grid);
    const onFocus = (event: FocusEvent): void => {
      this.#hadFocus = event.target instanceof Node && grid.contains(event.target);
    };
    const onInput = (): void => {
      this.#goal = null;
      this.#userActs = true;
      setTimeout(() => (this.#userActs = false));
    };
    const onWindowFocus = (): void => {
      const cell = currentCell(grid);
      if (document.activeElement === document.body && cell !== null) focusNow(cell);
    };
    const onScroll = (): void => {
      this.showColumns();
      requestAnimationFrame(() => this.#noteTop());
    };
    document.addEventListener('focusin', onFocus);
    for (const type of INPUTS) grid.addEventListener(type, onInput, { capture: true, passive: true });
    window.addEventListener('focus', onWindowFocus);
    grid.addEventListener('scroll', onScroll, { capture: true, passive: true });
    const unguard = guardCellFocus(grid, (cell) => this.#arrived(cell));
    return () => {
      resize.disconnect();
      document.removeEventListener('focusin', onFocus);
      for (const type of INPUTS) grid.removeEventListener(type, onInput, { capture: true });
      window.removeEventListener('focus', onWindowFocus);
      grid.removeEventListener('scroll', onScroll, { capture: true });
      unguard();
      this.#pending = null;
      this.#grid = null;
    };
  }

  /** The height of the grid or of its header changed. */
  measure(): void {
    const fit = this.#grid === null ? this.#view.fit : rowsThatFit(this.#grid.clientHeight, this.#headerHeight);
    if (fit !== this.#view.fit) this.#set({ fit });
  }

  get #headerHeight(): number {
    return headerHeight(this.#session.store.state.view.charts);
  }

  /** hightable has just drawn another frame and stands at its beginning. */
  attach(frame: ShardFrame): void {
    this.#frame = frame;
    this.#view = { ...this.#view, frame, position: CORNER };
    const { view } = this.#session.store.state;
    const column = Math.max(0, frame.columns.findIndex(({ name }) => name === view.focus?.column));
    this.#goal = { topRow: view.topRow, row: view.focus?.row ?? view.topRow, column };
    const name = frame.columns[column]?.name;
    if (view.focus === undefined && frame.numRows > 0 && name !== undefined) this.#session.store.dispatch({ type: 'focus', row: 0, column: name });
    this.#restore(this.#hadFocus);
  }

  /** Other rows took the place of those that were shown: a filter or an order came or went. */
  replace(): void {
    const frame = this.#frame;
    if (frame === null) return;
    const { view } = this.#session.store.state;
    this.#pending = null;
    frame.setRows(shownRows(this.#session.store.state));
    frame.redraw();
    const column = frame.columns.findIndex(({ name }) => name === view.focus?.column);
    this.#goal = { topRow: view.topRow, row: view.focus?.row ?? view.topRow, column: Math.max(0, column) };
    this.#keptLeft = this.#grid === null ? null : (scrollerOf(this.#grid)?.scrollLeft ?? null);
    this.#restore(this.#hadFocus && hasBodyFocus(this.#grid));
  }

  /**
   * hightable wants to go somewhere. Without the user it only wants back into the table as it knows it, and it hears
   * of more rows later than of the place to go to.
   */
  readonly onPosition = (position: CellPosition): void => {
    if (this.#userActs) this.moved(position);
  };

  /** The user moved. */
  moved(position: CellPosition): void {
    this.#pending = null;
    this.#goal = null;
    this.#set({ position });
    const { row, column } = cellAt(position);
    const { store } = this.#session;
    const { focus } = store.state.view;
    const name = this.#frame?.columns[column]?.name ?? focus?.column ?? this.#frame?.columns[0]?.name;
    const to = row < 0 ? focus?.row : row;
    if (name !== undefined && to !== undefined) store.dispatch({ type: 'focus', row: to, column: name });
  }

  /** Somebody else wants the grid to go somewhere. */
  move({ row, column, takeFocus }: GridMove): void {
    const frame = this.#frame;
    if (frame === null) return;
    const rows = shownRows(this.#session.store.state);
    if (row >= frame.numRows) frame.setRows(rows);
    const to = Math.max(0, Math.min(row, rows - 1));
    const index = column === undefined ? cellAt(this.#view.position).column : frame.columns.findIndex(({ name }) => name === column);
    this.#goal = null;
    this.#go(cellPosition(to, Math.max(0, index)), takeFocus);
    const name = frame.columns[Math.max(0, index)]?.name;
    if (name !== undefined) this.#session.store.dispatch({ type: 'focus', row: to, column: name });
  }

  /** Lets more rows in, where that does not move what the user looks at; else when it matters. */
  grow(rows: number, complete: boolean): void {
    const frame = this.#frame;
    // A move under way would not arrive: more rows change where every row is.
    if (frame === null || (this.#pending !== null && growthMovesView(rows, 1))) return;
    const { topRow } = this.#session.store.state.view;
    const moves = growthMovesView(rows, topRow) && this.#goal === null && rows !== frame.numRows;
    if (moves && !complete && this.#rows[1] + GROWTH_MARGIN < frame.numRows) return;
    const { row, column } = cellAt(this.#view.position);
    // A set that is opened again, after a save for one, counts its rows anew: the place will be there once more.
    if (rows < frame.numRows && !complete) this.#goal ??= { topRow, row: Math.max(0, row), column: Math.max(0, column) };
    frame.setRows(rows);
    if (this.#goal !== null) this.#restore(this.#hadFocus);
    else if (row >= rows) this.#set({ position: cellPosition(rows - 1, column) });
    else if (moves) this.#restoreTop(topRow);
  }

  /** Rows `[start, end)` are on screen. */
  readonly onRows = (start: number, end: number): void => {
    this.#rows = [start, end];
    this.showColumns();
    if (this.#grid === null) return;
    this.#noteTop();
    keepOneTabStop(this.#grid);
    if (this.#pending === null) keepFocus(this.#grid, this.#hadFocus);
  };

  /** Tells the cache what is on screen. */
  showColumns(): void {
    const { columns } = this.#frame ?? { columns: [] };
    const shown = this.#grid === null ? [] : columnsOnScreen(this.#grid).flatMap((i) => columns[i] ?? []);
    const [start, end] = this.#rows;
    this.#session.summaries.show(this.#session.store.state.view.charts ? shown.map(({ name }): ColumnPath => [name]) : []);
    this.#session.pages.show({ start: Math.max(0, start - ROW_MARGIN), end: end + ROW_MARGIN, columns: shown.map(({ index }) => index) });
  }

  #noteTop(): void {
    const top = this.#grid === null || this.#pending !== null || this.#goal !== null ? null : topRowOf(this.#grid, this.#headerHeight);
    if (top !== null) this.#session.store.dispatch({ type: 'topRow', row: top });
  }

  #restore(takeFocus: boolean): void {
    const goal = this.#goal;
    const rows = this.#frame?.numRows ?? 0;
    if (goal === null) return;
    if (rows === 0) return;
    const arrived = goal.topRow + this.#view.fit <= rows || rowsComplete(this.#session.store.state);
    if (!arrived) {
      this.#set({ position: cellPosition(0, goal.column) });
      return;
    }
    this.#goal = null;
    const topRow = Math.min(goal.topRow, rows - 1);
    const first = rowThatShows(topRow, this.#view.fit, rows);
    const visible = goal.row >= topRow && goal.row < Math.min(rows, topRow + this.#view.fit);
    this.#go(cellPosition(first, goal.column), takeFocus && !visible, () => {
      this.#alignTop(topRow, rows);
      if (visible) this.#go(cellPosition(goal.row, goal.column), takeFocus);
    });
  }

  /** hightable stops when a row stands at the lower edge, which leaves a part of one more at the upper one. */
  #alignTop(topRow: number, rows: number): void {
    const scroller = this.#grid === null ? null : scrollerOf(this.#grid);
    if (scroller !== null && !growthMovesView(rows, 1)) scroller.scrollTop = topRow * ROW_HEIGHT;
  }

  /** After growth everything stands lower than it did: the row that was first shall be first. */
  #restoreTop(topRow: number): void {
    const { row, column } = cellAt(this.#view.position);
    const focused = this.#hadFocus;
    const back = row >= topRow && row < topRow + this.#view.fit;
    this.#go(cellPosition(topRow, Math.max(0, column)), focused && !back, () => {
      if (back) this.#go(cellPosition(row, Math.max(0, column)), focused);
    });
  }

  #go(position: CellPosition, takeFocus: boolean, then: () => void = () => undefined): void {
    this.#pending = { position, takeFocus, then };
    // Another object is another wish, also for the place where the grid is.
    this.#set({ position: { ...position } });
  }

  /**
   * hightable went to a cell and wants to focus it. @returns whether it may: never where the keyboard is elsewhere in VS
   * Code, from where a focused cell would take it; the page's cell gets it when the page does.
   */
  #arrived(cell: HTMLElement): boolean {
    const pending = this.#pending;
    if (pending === null) return this.#hadFocus && document.hasFocus();
    const there = cell.ariaRowIndex === String(pending.position.rowIndex) && cell.ariaColIndex === String(pending.position.colIndex);
    if (!there) return false;
    this.#pending = null;
    const scroller = this.#grid === null ? null : scrollerOf(this.#grid);
    if (this.#keptLeft !== null && scroller !== null) scroller.scrollLeft = this.#keptLeft;
    // hightable is in the middle of an effect.
    queueMicrotask(() => {
      pending.then();
      if (this.#pending === null) this.#keptLeft = null;
      this.onRows(...this.#rows);
      const { state } = this.#session.store;
      if (state.shard !== null) this.grow(shownRows(state), rowsComplete(state));
    });
    return pending.takeFocus && document.hasFocus();
  }

  #set(change: Partial<GridView>): void {
    this.#view = { ...this.#view, ...change };
    for (const listener of this.#listeners) listener();
  }
}
