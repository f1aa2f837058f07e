/**
 * `node tests/bench/gallery.ts`: ten thousand tiles scrolled from the first to the last in the real VS Code, with the
 * packaged extension: the longest frame, beside the longest of the same window at rest, and memory.
 */
import { execFileSync } from 'node:child_process';
import { link, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Browser, Frame } from 'playwright-core';
import sharp from 'sharp';
import { folderUrl, type CodeServer } from '../../scripts/vscode/server.ts';
import { withLoupe } from '../../scripts/vscode/throwaway.ts';
import { writePagedParquet } from '../support/paged-parquet.ts';
import { GalleryTiles } from '../vscode/support/gallery.ts';
import { Workbench } from '../vscode/support/workbench.ts';
import { BENCH_FOLDER, madeOnce } from './data.ts';

const FILE = 'tiles.parquet';
const TILES = 10_000;
/** Seconds from the first tile to the last: faster than anybody looks. */
const FLING_SECONDS = 20;
/** CSS pixels a frame of somebody who looks. */
const WHEEL_STEP = 40;
const WHEEL_SECONDS = 10;

/** What scrolling was like. */
interface Scrolling {
  readonly frames: number;
  /** Milliseconds. */
  readonly longest: number;
  /** Of a hundred frames, ninety-nine took at most this. */
  readonly p99: number;
  readonly mostTiles: number;
  /** Bytes of the page's JavaScript heap at the end. */
  readonly heap: number;
}

/** Runs in the webview: scrolls by `step` a frame, or stands still with 0, and looks at the frames. */
function scrollThrough({ step, seconds }: { readonly step: number; readonly seconds: number }): Promise<Scrolling> {
  const scroller = document.querySelector('.gallery-scroller');
  if (scroller === null) throw new Error('There is no gallery');
  return new Promise((done) => {
    const times: number[] = [];
    let mostTiles = 0;
    let last = performance.now();
    const end = last + seconds * 1000;
    const next = (now: number): void => {
      times.push(now - last);
      last = now;
      if (times.length % 10 === 0) mostTiles = Math.max(mostTiles, document.querySelectorAll('.tile').length);
      const before = scroller.scrollTop;
      scroller.scrollTop += step;
      const atEnd = step > 0 && scroller.scrollTop === before;
      if (now < end && !atEnd) {
        requestAnimationFrame(next);
        return;
      }
      times.shift();
      times.sort((a, b) => a - b);
      const { memory } = performance as unknown as { readonly memory: { readonly usedJSHeapSize: number } };
      done({ frames: times.length, longest: times.at(-1) ?? 0, p99: times[Math.floor(times.length * 0.99)] ?? 0, mostTiles, heap: memory.usedJSHeapSize });
    };
    requestAnimationFrame(next);
  });
}

async function tilesFile(): Promise<string> {
  return madeOnce(FILE, async (path) => {
    const noise = (side: number): Promise<Buffer> => sharp({ create: { width: side, height: 240, channels: 3, background: '#888', noise: { type: 'gaussian', mean: 128, sigma: 40 } } }).jpeg({ quality: 80 }).toBuffer();
    const pictures = await Promise.all(Array.from({ length: 16 }, (_, i) => noise(280 + i * 8)));
    writePagedParquet(path, { rows: TILES, rowsOfGroup: 1_000, rowsOfPage: 1, codec: 'SNAPPY', withOffsetIndex: true, picture: (row) => pictures[row % pictures.length] ?? new Uint8Array(), caption: (row) => `caption number ${row}` });
  });
}

async function measure(server: CodeServer, browser: Browser): Promise<void> {
  const folder = await mkdtemp(join(BENCH_FOLDER, 'gallery-'));
  try {
    await link(await tilesFile(), join(folder, FILE));
    const page = await (await browser.newContext({ viewport: { width: 1400, height: 900 } })).newPage();
    const workbench = new Workbench(page);
    await page.goto(folderUrl(server, folder));
    await workbench.settled();
    const shard = await workbench.openShard(FILE);
    const gallery = await GalleryTiles.open(workbench, shard);
    await gallery.picture(0);
    const run = (step: number, seconds: number): Promise<Scrolling> => shard.frame.evaluate(scrollThrough, { step, seconds });
    const before = memoryOf(server.pid);
    tell('at rest', await run(0, 5));
    tell('with the wheel', await run(WHEEL_STEP, WHEEL_SECONDS));
    tell('all of it', await run(await stepForAll(shard.frame), FLING_SECONDS * 3));
    const start = performance.now();
    await gallery.picture(TILES - 1);
    console.log(`the last tile's picture is there ${(performance.now() - start).toFixed(0)} ms after the last frame`);
    const after = memoryOf(server.pid);
    console.log(`memory: engine ${before.engine.toFixed(0)} MB before, ${after.engine.toFixed(0)} MB after; largest page process ${before.page.toFixed(0)} MB before, ${after.page.toFixed(0)} MB after`);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** CSS pixels a frame that reach the end in time, at sixty frames a second. */
function stepForAll(frame: Frame): Promise<number> {
  return frame.evaluate((seconds) => {
    const scroller = document.querySelector('.gallery-scroller');
    return scroller === null ? 0 : Math.ceil(scroller.scrollHeight / (seconds * 60));
  }, FLING_SECONDS);
}

function tell(title: string, { frames, longest, p99, mostTiles, heap }: Scrolling): void {
  console.log(`${title.padEnd(16)} ${frames} frames, longest ${longest.toFixed(0)} ms, p99 ${p99.toFixed(0)} ms, at most ${mostTiles} tiles drawn, heap ${(heap / 1e6).toFixed(0)} MB`);
}

/** Resident memory in MB: of the engine under the server, and of the largest of this process' browser pages. */
function memoryOf(serverPid: number): { readonly engine: number; readonly page: number } {
  const lines = execFileSync('ps', ['-eo', 'pid=,ppid=,rss=,args='], { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }).split('\n');
  const all = lines.flatMap((line) => {
    const [, pid, parent, rss, command] = /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return pid === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), megabytes: Number(rss) / 1000, command: command ?? '' }];
  });
  const largest = (root: number, word: string): number => {
    const family = new Set([root]);
    for (let size = 0; size !== family.size; ) {
      size = family.size;
      for (const { pid, parent } of all) if (family.has(parent)) family.add(pid);
    }
    return Math.max(0, ...all.filter(({ pid, command }) => family.has(pid) && command.includes(word)).map(({ megabytes }) => megabytes));
  };
  return { engine: largest(serverPid, 'engine.cjs'), page: largest(process.pid, '--type=renderer') };
}

await withLoupe(measure);
