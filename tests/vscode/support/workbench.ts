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
    await this.#idle();
  }

  /**
   * Waits until the page has had nothing to do: VS Code makes some of its parts in idle moments only, and the one that
   * knows of custom editors is among them. Before it is there, a shard opens as text, whatever commands are known.
   */
  async #idle(): Promise<void> {
    for (let turn = 0; turn < 3; turn++) {
      await this.page.evaluate(() => new Promise<void>((settle) => requestIdleCallback(() => settle())));
    }
  }

  /** Opens a file of the folder with Ctrl+P. */
  async quickOpen(name: string): Promise<void> {
    await this.typeQuickOpen(name);
    await this.page.keyboard.press('Enter');
  }

  /** Opens a file with a double click in the explorer. */
  async doubleClick(name: string): Promise<void> {
    await this.inExplorer(name).dblclick();
  }

  /** Opens a file with "Open in Loupe" of the explorer's menu. */
  async openInLoupe(name: string): Promise<void> {
    await this.inExplorer(name).click({ button: 'right' });
    await this.choose('Open in Loupe');
  }

  /** Opens a shard and waits until it is painted. */
  async openShard(name: string, how: 'quickOpen' | 'openInLoupe' | 'doubleClick' = 'quickOpen'): Promise<ShardView> {
    await this[how](name);
    return this.shardOf(name);
  }

  /** The shard of this file once it is the active editor, painted. */
  async shardOf(name: string, row = 0): Promise<ShardView> {
    await this.tab(name).and(this.page.locator('.active')).waitFor();
    const shard = await this.shard(name);
    await shard.painted(row);
    return shard;
  }

  /** Types a file's name into quick open and waits for it, without choosing it. */
  async typeQuickOpen(name: string): Promise<void> {
    await this.#pressForInput('Control+P');
    await this.quickInput().fill(name);
    // The entry that Enter takes: until the list is filtered that is the file opened last.
    await this.page.locator('.quick-input-list .monaco-list-row.focused .label-name', { hasText: name }).waitFor();
  }

  /** Runs a command from the command palette by the title that a user reads. */
  async palette(title: string): Promise<void> {
    await this.#pressForInput('F1');
    await this.quickInput().fill(`>${title}`);
    const entry = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    await entry.waitFor();
    await entry.click();
  }

  /** A key that opens the quick input; one that is just closing would swallow it. */
  async #pressForInput(key: string): Promise<void> {
    await this.quickInput().waitFor({ state: 'hidden' });
    await this.page.keyboard.press(key);
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

  /** The shard in the active editor; of this file, where the editor before it may still be on screen for a moment. */
  async shard(name = ''): Promise<ShardView> {
    const frame = await this.#webview(name);
    return new ShardView(this.page, frame);
  }

  /** Waits for the visible webview whose page has loaded and names the file. */
  async #webview(name: string): Promise<Frame> {
    const end = Date.now() + STEP;
    for (;;) {
      for (const frame of this.page.frames()) {
        if (!frame.url().includes('webview/browser/pre/fake.html') || frame.isDetached()) continue;
        if (await isShown(frame, name)) return frame;
      }
      if (Date.now() > end) throw new Error(`No webview came up: ${await this.#whatIsShown()}`);
      await this.page.waitForTimeout(50);
    }
  }

  /** The tabs, notices, editors that could not open and pages of webviews that a window shows: for the error that says what is missing. */
  async #whatIsShown(): Promise<string> {
    const texts = await this.page.locator('.tabs-container .tab, .notification-toast, .monaco-dialog-box, .monaco-editor-pane-placeholder').allInnerTexts();
    const pages = this.page.frames().filter((frame) => frame.url().includes('/webview/browser/pre/'));
    const bodies = await Promise.all(pages.map((frame) => frame.locator('body').innerText({ timeout: 500 }).catch(String)));
    return JSON.stringify([...texts, ...bodies.map((body, i) => `${pages[i]?.url().split('?')[0] ?? ''}: ${body.slice(0, 300)}`)]);
  }

  /**
   * Whether the browser's storage, in which the server build keeps what extensions remember, holds all these texts in one
   * value about the window's folder. It is written a moment later, and a reload before that loses it, as VS Code does on
   * purpose.
   */
  async remembers(...texts: readonly string[]): Promise<boolean> {
    return this.page.evaluate(async (wanted) => {
      const settled = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(new Error('The storage cannot be read'));
        });
      const folder = new URL(location.href).searchParams.get('folder') ?? '';
      for (const { name = '' } of await indexedDB.databases()) {
        const database = await settled(indexedDB.open(name));
        const stores = [...database.objectStoreNames];
        const values = await Promise.all(stores.map((store) => settled<unknown[]>(database.transaction(store).objectStore(store).getAll())));
        database.close();
        const written = values.flat().map((value) => JSON.stringify(value).replaceAll('\\', ''));
        if (written.some((value) => [folder, ...wanted].every((text) => value.includes(text)))) return true;
      }
      return false;
    }, texts);
  }

  /** Saves a picture of the window for a person to look at. */
  async screenshot(name: string): Promise<Buffer> {
    const folder = join(cacheFolder, 'screenshots');
    await mkdir(folder, { recursive: true });
    return this.page.screenshot({ path: join(folder, `${name}.png`) });
  }
}

async function isShown(frame: Frame, name: string): Promise<boolean> {
  try {
    const outer = await frame.parentFrame()?.frameElement();
    const content = frame.locator('#root, main, body > *').first();
    if ((await outer?.isVisible()) !== true || !(await content.isVisible())) return false;
    return name === '' || (await frame.locator(`[role="grid"][aria-label*="${name}"]`).count()) > 0;
  } catch {
    return false;
  }
}
