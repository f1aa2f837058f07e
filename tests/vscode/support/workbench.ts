import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { cacheFolder } from '../../../scripts/workspace.ts';
import { ShardView } from './shard-view.ts';

/** Waiting limit of one step, milliseconds; generous, because two cores may be busy with other things. */
export const STEP = 30_000;

/** A window of VS Code, driven by keyboard and mouse as a person does. */
export class Workbench {
  readonly page: Page;

  constructor(page: Page) {
    this.page = page;
  }

  /** Waits until the explorer shows the folder and VS Code knows Loupe's commands, so that its editors are known too. */
  async settled(): Promise<void> {
    await this.page.locator('.explorer-folders-view .monaco-list-row').first().waitFor();
    const command = this.page.locator('.quick-input-list .monaco-list-row', { hasText: 'Loupe: Show Log' });
    const end = Date.now() + STEP;
    for (let known = false; !known; ) {
      if (Date.now() > end) throw new Error('VS Code never offered the commands of Loupe');
      await this.page.keyboard.press('F1');
      await this.quickInput().fill('>Loupe: Show Log');
      known = await command.waitFor({ timeout: 700 }).then(
        () => true,
        () => false,
      );
      // An open list does not take in commands that are new; the next one does.
      await this.page.keyboard.press('Escape');
      await this.quickInput().waitFor({ state: 'hidden' });
    }
  }

  /** Opens a file of the folder with Ctrl+P. */
  async quickOpen(name: string): Promise<void> {
    await this.typeQuickOpen(name);
    await this.page.keyboard.press('Enter');
  }

  /** Types a file's name into quick open and waits for it, without choosing it. */
  async typeQuickOpen(name: string): Promise<void> {
    await this.page.keyboard.press('Control+P');
    await this.quickInput().fill(name);
    // The entry that Enter takes: until the list is filtered that is the file opened last.
    await this.page.locator('.quick-input-list .monaco-list-row.focused .label-name', { hasText: name }).waitFor();
  }

  /** Runs a command from the command palette by the title that a user reads. */
  async palette(title: string): Promise<void> {
    await this.page.keyboard.press('F1');
    await this.quickInput().fill(`>${title}`);
    const entry = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await entry.waitFor();
    await entry.click();
  }

  quickInput(): Locator {
    return this.page.locator('.quick-input-widget input').first();
  }

  /** A file in the explorer. */
  inExplorer(name: string): Locator {
    return this.page.locator('.explorer-folders-view .monaco-list-row', { hasText: name }).first();
  }

  /** An entry of the menu that is open. */
  menuItem(label: string | RegExp): Locator {
    return this.page.locator('.monaco-menu .action-item', { hasText: label }).first();
  }

  /** Chooses an entry of the menu that is open. VS Code ignores a click in a menu's first moments: then another. */
  async choose(label: string): Promise<void> {
    const end = Date.now() + STEP;
    const item = this.menuItem(label);
    for (let open = true; open; open = await item.isVisible()) {
      if (Date.now() > end) throw new Error(`The menu stayed open after ${label}`);
      await item.click();
      await item.waitFor({ state: 'hidden', timeout: 1_000 }).catch(() => undefined);
    }
  }

  /** A tab by its file's name. */
  tab(name: string): Locator {
    return this.page.locator('.tabs-container .tab', { hasText: name }).first();
  }

  /** The text of the status bar, entries apart by ` | `. */
  async statusBar(): Promise<string> {
    const texts = await this.page.locator('.statusbar-item:visible').allInnerTexts();
    return texts.map((text) => text.replace(/\s+/g, ' ').trim()).filter((text) => text !== '').join(' | '); // prettier-ignore
  }

  /** Text of a text editor that is open, as far as it is drawn. */
  async editorText(): Promise<string> {
    const lines = await this.page.locator('.editor-instance .view-lines').first().innerText();
    return lines.replaceAll('\u00a0', ' ');
  }

  /** The shard in the active editor. */
  async shard(): Promise<ShardView> {
    const frame = await this.#webview();
    return new ShardView(this.page, frame);
  }

  /** Waits for the visible webview whose page has loaded. */
  async #webview(): Promise<Frame> {
    const end = Date.now() + STEP;
    for (;;) {
      for (const frame of this.page.frames()) {
        if (!frame.url().includes('webview/browser/pre/fake.html') || frame.isDetached()) continue;
        if (await isShown(frame)) return frame;
      }
      if (Date.now() > end) throw new Error('No webview came up');
      await this.page.waitForTimeout(50);
    }
  }

  /**
   * Whether the browser's storage, in which the server build keeps what extensions remember, holds a text. It is
   * written a moment later, and a reload before that loses it, as VS Code does on purpose.
   */
  async remembers(text: string): Promise<boolean> {
    return this.page.evaluate(async (wanted) => {
      const settled = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error('The storage cannot be read'));
        });
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await settled(indexedDB.open(name));
        const stores = [...database.objectStoreNames];
        const values = await Promise.all(stores.map((store) => settled<unknown[]>(database.transaction(store).objectStore(store).getAll())));
        database.close();
        if (JSON.stringify(values).replaceAll('\\', '').includes(wanted)) return true;
      }
      return false;
    }, text);
  }

  /** Saves a picture of the window for a person to look at. */
  async screenshot(name: string): Promise<Buffer> {
    const folder = join(cacheFolder, 'screenshots');
    await mkdir(folder, { recursive: true });
    return this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

async function isShown(frame: Frame): Promise<boolean> {
  try {
    const outer = await frame.parentFrame()?.frameElement();
    return (await outer?.isVisible()) === true && (await frame.locator('#root, main, body > *').first().isVisible());
  } catch {
    return false;
  }
}
