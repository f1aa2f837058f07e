import type { Locator } from 'playwright-core';
import type { ShardView } from './shard-view.ts';
import type { Workbench } from './workbench.ts';

/** The gallery of a shard, as a user sees it. Positions are 0-based places in what it shows. */
export class GalleryTiles {
  readonly #shard: ShardView;

  private constructor(shard: ShardView) {
    this.#shard = shard;
  }

  /** Turns to the gallery with its key and waits for its tiles. */
  static async open(workbench: Workbench, shard: ShardView): Promise<GalleryTiles> {
    await workbench.page.keyboard.press('Control+Alt+G');
    const tiles = new GalleryTiles(shard);
    await tiles.tile(0).waitFor();
    return tiles;
  }

  static of(shard: ShardView): GalleryTiles {
    return new GalleryTiles(shard);
  }

  grid(): Locator {
    return this.#shard.frame.locator('.gallery-scroller');
  }

  tile(position: number): Locator {
    return this.#shard.frame.locator(`#tile-${position}`);
  }

  /** The picture of a tile, once it is there. */
  async picture(position: number): Promise<Locator> {
    const picture = this.tile(position).locator('img');
    await picture.waitFor();
    return picture;
  }

  /** Where the keyboard is. */
  async current(): Promise<number> {
    const id = await this.grid().getAttribute('aria-activedescendant');
    return id === null ? -1 : Number(id.replace('tile-', ''));
  }

  /** Positions of the tiles that are on the page, in order. */
  async drawn(): Promise<number[]> {
    return this.grid().evaluate((grid) => [...grid.querySelectorAll<HTMLElement>('.tile')].map(({ dataset }) => Number(dataset.position)));
  }

  columns(): Promise<number> {
    return this.grid().evaluate((grid) => Number(grid.ariaColCount));
  }
}
