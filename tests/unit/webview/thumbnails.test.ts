import { describe, expect, it } from 'vitest';
import type { Picture } from '../../../extension/protocol/engine.ts';
import { LoupeError } from '../../../extension/rpc/failure.ts';
import { MAX_THUMBNAILS, MAX_THUMBNAILS_IN_FLIGHT, Thumbnails } from '../../../webview/shards/grid/thumbnails.ts';

const PICTURE: Picture = {
  status: 'ok',
  facts: { format: 'jpeg', width: 640, height: 427, orientation: 1, size: 3 },
  bytes: new Uint8Array([1, 2, 3]),
  mediaType: 'image/jpeg',
};

interface Asked {
  readonly row: number;
  readonly signal: AbortSignal;
  readonly answer: (picture: Picture) => void;
  readonly fail: (error: LoupeError) => void;
}

function fixture(): { thumbnails: Thumbnails; asked: Asked[]; live: Set<string> } {
  const asked: Asked[] = [];
  const live = new Set<string>();
  let made = 0;
  const thumbnails = new Thumbnails(
    ({ row }, signal) => new Promise((answer, fail) => asked.push({ row, signal, answer, fail })),
    {
      createObjectURL: () => {
        const url = `blob:${made++}`;
        live.add(url);
        return url;
      },
      revokeObjectURL: (url) => void live.delete(url),
    },
  );
  return { thumbnails, asked, live };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve));
const nothing = (): void => undefined;

describe('Thumbnails', () => {
  it('asks for at most four at a time, those of the latest screen first and in their order', async () => {
    const { thumbnails, asked } = fixture();
    for (let row = 0; row < 10; row++) thumbnails.watch(row, 0, nothing);
    expect(asked.map(({ row }) => row)).toEqual([0, 1, 2, 3]);
    expect(MAX_THUMBNAILS_IN_FLIGHT).toBe(4);
    await settled();
    for (let row = 20; row < 23; row++) thumbnails.watch(row, 0, nothing);
    for (let i = 0; i < 5; i++) {
      asked[i]!.answer(PICTURE);
      await settled();
    }
    expect(asked.slice(4).map(({ row }) => row)).toEqual([20, 21, 22, 4, 5]);
  });

  it('makes what comes next when nothing on screen waits, and gives it up when it is not next any more', async () => {
    const { thumbnails, asked } = fixture();
    const next = (row: number): Parameters<typeof thumbnails.prepare>[0][number] => ({ row, column: 0, place: { position: row, result: null }, detail: { path: [], height: 26 } });
    thumbnails.watch(0, 0, nothing);
    for (let row = 1; row < 4; row++) thumbnails.watch(row, 0, nothing);
    thumbnails.prepare([4, 5, 6].map(next));
    expect(asked.map(({ row }) => row)).toEqual([0, 1, 2, 3]);
    for (let i = 0; i < 4; i++) asked[i]!.answer(PICTURE);
    await settled();
    expect(asked.slice(4).map(({ row }) => row)).toEqual([4, 5]);
    thumbnails.prepare([5, 7].map(next));
    expect(asked[4]!.signal.aborted).toBe(true);
    expect(asked[5]!.signal.aborted).toBe(false);
    asked[4]!.fail(new LoupeError('cancelled', 'Cancelled.'));
    asked[5]!.answer(PICTURE);
    await settled();
    expect(asked.slice(6).map(({ row }) => row)).toEqual([7]);
    // What was made ahead is there at once when it is drawn.
    thumbnails.watch(5, 0, nothing);
    expect(thumbnails.get(5, 0).status).toBe('ok');
    expect(asked).toHaveLength(7);
    // An engine that is gone is not asked over and over.
    asked[6]!.fail(new LoupeError('engine-lost', 'Gone.'));
    await settled();
    expect(asked).toHaveLength(7);
  });

  it('gives a URL and tells its cell', async () => {
    const { thumbnails, asked } = fixture();
    let changes = 0;
    thumbnails.watch(5, 0, () => changes++);
    expect(thumbnails.get(5, 0)).toEqual({ status: 'pending' });
    asked[0]!.answer(PICTURE);
    await settled();
    expect(thumbnails.get(5, 0)).toEqual({ status: 'ok', url: 'blob:0', title: 'jpeg · 640 × 427' });
    expect(changes).toBe(1);
  });

  it('says why a picture is broken', async () => {
    const { thumbnails, asked } = fixture();
    thumbnails.watch(0, 0, nothing);
    thumbnails.watch(1, 0, nothing);
    asked[0]!.answer({ status: 'broken', message: 'The JPEG ends early.' });
    asked[1]!.fail(new LoupeError('too-large', 'The picture has 70 MB.'));
    await settled();
    expect(thumbnails.get(0, 0)).toMatchObject({ status: 'broken', message: 'The JPEG ends early.' });
    expect(thumbnails.get(1, 0)).toEqual({ status: 'broken', message: 'The picture has 70 MB.' });
  });

  it('aborts what left the screen, and asks again when it is back', async () => {
    const { thumbnails, asked } = fixture();
    const leave = thumbnails.watch(0, 0, nothing);
    leave();
    await settled();
    expect(asked[0]!.signal.aborted).toBe(true);
    asked[0]!.fail(new LoupeError('cancelled', 'Cancelled.'));
    await settled();
    thumbnails.watch(0, 0, nothing);
    expect(asked).toHaveLength(2);
  });

  it('asks again for one that came back before its abort was answered', async () => {
    const { thumbnails, asked } = fixture();
    thumbnails.watch(0, 0, nothing)();
    await settled();
    thumbnails.watch(0, 0, nothing);
    asked[0]!.fail(new LoupeError('cancelled', 'Cancelled.'));
    await settled();
    expect(asked).toHaveLength(2);
  });

  it('frees the URLs of those not seen for longest', async () => {
    const { thumbnails, asked, live } = fixture();
    for (let row = 0; row < MAX_THUMBNAILS + 25; row++) {
      const leave = thumbnails.watch(row, 0, nothing);
      asked.at(-1)!.answer(PICTURE);
      await settled();
      leave();
    }
    await settled();
    expect(thumbnails.size).toBe(MAX_THUMBNAILS);
    expect(live.size).toBe(MAX_THUMBNAILS);
    thumbnails.clear();
    expect(live.size).toBe(0);
  });
});
