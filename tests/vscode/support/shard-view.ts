import type { Frame, Locator, Page } from 'playwright-core';

/** hightable counts its header row and its row-number column in ARIA's 1-based indexes. */
const FIRST = 2;

/** Loupe's webview on a shard, as a user sees it. Rows and columns are 0-based here. */
export class ShardView {
  readonly page: Page;
  readonly frame: Frame;

  constructor(page: Page, frame: Frame) {
    this.page = page;
    this.frame = frame;
  }

  grid(): Locator {
    return this.frame.locator('table[role="grid"]');
  }

  /** A cell by its row and its place among the visible columns. */
  cell(row: number, column: number): Locator {
    return this.frame.locator(`tbody [aria-rowindex="${row + FIRST}"][aria-colindex="${column + FIRST}"]`);
  }

  /** A cell by its row and the column's name. */
  async named(row: number, name: string): Promise<Locator> {
    const names = await this.columnNames();
    const column = names.indexOf(name);
    if (column === -1) throw new Error(`No column ${name} among ${names.join(', ')}`);
    return this.cell(row, column);
  }

  header(name: string): Locator {
    return this.frame.locator('thead th[aria-colindex]', { hasText: name }).first();
  }

  /** Names of the columns as the header shows them. */
  async columnNames(): Promise<string[]> {
    const headers = this.frame.locator('thead th[aria-colindex]:not([aria-colindex="1"])');
    await headers.first().waitFor();
    return (await headers.allInnerTexts()).map((text) => text.split('\n')[0]?.trim() ?? '');
  }

  /** Waits for the first row to be painted with its text. */
  async painted(row = 0): Promise<void> {
    await this.cell(row, 0).locator('.cell:not(.pending), img').first().waitFor();
  }

  /** Selects a cell with the mouse. */
  async click(row: number, column: number): Promise<void> {
    await this.cell(row, column).click();
  }

  /** Goes to the last row with the keyboard alone. */
  async lastRow(): Promise<void> {
    await this.page.keyboard.press('Control+End');
  }

  /** Goes to a row with Ctrl+G and its number. */
  async goToRow(row: number): Promise<void> {
    await this.page.keyboard.press('Control+G');
    await this.frame.locator('.go-to-row:focus-within, .go-to-row:focus').waitFor();
    await this.page.keyboard.type(String(row + 1));
    await this.page.keyboard.press('Enter');
    await this.cell(row, 0).waitFor();
  }

  /** The text of a cell, spaces and line ends as one blank each. */
  async text(cell: Locator): Promise<string> {
    return (await cell.innerText()).replace(/\s+/g, ' ').trim();
  }

  /** The view at the side: row, schema or metadata. */
  panel(): Locator {
    return this.frame.locator('.panel');
  }

  /** Opens or closes a side view with its button. */
  async togglePanel(name: 'Row' | 'Schema' | 'Metadata'): Promise<void> {
    await this.frame.getByRole('toolbar').getByRole('button', { name, exact: true }).click();
  }

  /** A line of the row inspector by its name. */
  line(name: string): Locator {
    return this.panel().getByRole('treeitem').filter({ has: this.frame.locator('.name', { hasText: new RegExp(`^${name}$`) }) }).first(); // prettier-ignore
  }

  /** The whole picture of a line of the inspector, once decoded. */
  async picture(name: string): Promise<Locator> {
    const picture = this.line(name).locator('.picture img');
    await picture.waitFor();
    return picture;
  }

  /** Why the shard cannot be shown. */
  failure(): Locator {
    return this.frame.getByRole('alert');
  }
}
