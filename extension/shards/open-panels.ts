import type { RowPlace } from './row-links.ts';
import type { ShardPanel } from './shard-panel.ts';

interface Following {
  dispose(): void;
}

/** Every editor of Loupe that is open, and the way to a row in one. */
export class OpenPanels {
  readonly #panels = new Map<ShardPanel, Following>();
  readonly #follow: (panel: ShardPanel) => Following;
  /** Rows that editors which are about to open shall begin at, by file. */
  readonly #wanted = new Map<string, RowPlace>();

  /** @param follow called for each editor; disposed when it closes */
  constructor(follow: (panel: ShardPanel) => Following) {
    this.#follow = follow;
  }

  add(panel: ShardPanel): void {
    this.#panels.set(panel, this.#follow(panel));
    const key = panel.session.uri.toString();
    const place = this.#wanted.get(key);
    this.#wanted.delete(key);
    if (place !== undefined) panel.reveal(place.row, place.column);
  }

  delete(panel: ShardPanel): void {
    this.#panels.get(panel)?.dispose();
    this.#panels.delete(panel);
  }

  /** The editors on this file go to the row, or the next one that opens on it. */
  reveal(place: RowPlace): void {
    const key = place.uri.toString();
    const open = [...this.#panels.keys()].filter((panel) => panel.session.uri.toString() === key);
    if (open.length === 0) this.#wanted.set(key, place);
    for (const panel of open) panel.reveal(place.row, place.column);
  }
}
