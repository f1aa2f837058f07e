import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_PERMISSIONS, type PicturePermissions } from '../../../extension/protocol/pictures.ts';
import { QueryEngine } from '../../support/query-engine.ts';

const picture = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'red' } }).jpeg().toBuffer();
const asked: string[] = [];

let engine: QueryEngine;
let server: Server;
let host: string;
beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(picture);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  engine = await QueryEngine.start();
});
afterAll(async () => {
  await engine.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function permit(pictures: PicturePermissions): Promise<void> {
  await engine.request('engine/configure', { cacheFolder: join(engine.folder, 'cache'), limits: { duckdbMemory: 1024, duckdbThreads: 1, cacheSize: 256, openTimeout: 20 }, pictures });
}

const OK = { status: 'ok', facts: { format: 'jpeg', width: 40, height: 30 } };

describe('pictures by address', () => {
  it('of Parquet: nothing is asked without consent; with it the picture comes, once', async () => {
    const path = await engine.parquet('urls.parquet', `SELECT 'http://${host}/' || i || '.jpg' AS url, 40 AS width, 30 AS height FROM range(100) r(i)`);
    const { shard } = await engine.open(path);
    const cell = { shard, row: 70, column: 0, path: [] };
    expect(await engine.request('shard/thumbnail', { ...cell, height: 32 })).toEqual({ status: 'unasked', host });
    await permit({ ...NO_PERMISSIONS, hosts: [host], everyHost: true });
    expect(await engine.request('shard/thumbnail', { ...cell, height: 32 })).toMatchObject({ status: 'broken', message: expect.stringContaining('loupe.pictures.privateHosts') as unknown });
    expect(asked).toEqual([]);
    await permit({ ...NO_PERMISSIONS, privateHosts: [host] });
    expect(await engine.request('shard/thumbnail', { ...cell, height: 32 })).toMatchObject(OK);
    expect(await engine.request('shard/picture', cell)).toMatchObject(OK);
    expect(asked).toEqual(['/70.jpg']);
    await permit(NO_PERMISSIONS);
    expect(await engine.request('shard/picture', cell)).toEqual({ status: 'unasked', host });
  });

  it('of a query: positions are those of its result', async () => {
    await permit({ ...NO_PERMISSIONS, privateHosts: [host] });
    const path = await engine.parquet('filtered.parquet', `SELECT i AS id, 'http://${host}/filtered-' || i || '.jpg' AS image_url FROM range(100) r(i)`);
    const { shard } = await engine.open(path);
    const { result } = await engine.finish(shard, { conditions: [], sort: [{ column: ['id'], descending: true }] });
    expect(await engine.request('shard/thumbnail', { shard, result, row: 0, column: 1, path: [], height: 32 })).toMatchObject(OK);
    expect(asked.at(-1)).toBe('/filtered-99.jpg');
  });
});

describe('pictures by path', () => {
  it('of JSON lines: below the folder of the shard, or below the one that the user chose', async () => {
    const { folder } = engine;
    mkdirSync(join(folder, 'elsewhere/images'), { recursive: true });
    mkdirSync(join(folder, 'images'), { recursive: true });
    writeFileSync(join(folder, 'images/near.jpg'), picture);
    writeFileSync(join(folder, 'elsewhere/images/far.jpg'), picture);
    const rows = [
      { img_path: 'images/near.jpg', images: [null, 'images/near.jpg'], image: { bytes: null, path: 'images/near.jpg' } },
      { img_path: 'images/far.jpg', images: [], image: picture.toString('base64') },
    ];
    writeFileSync(join(folder, 'paths.jsonl'), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const { shard, state } = await engine.open(join(folder, 'paths.jsonl'));
    const get = (row: number, name: string, root?: string): Promise<unknown> =>
      engine.request('shard/picture', { shard, row, column: state.columns.find((column) => column.name === name)!.index, path: [], ...(root === undefined ? {} : { root }) });
    for (const name of ['img_path', 'images', 'image']) expect(await get(0, name), name).toMatchObject(OK);
    expect(await get(1, 'img_path')).toMatchObject({ status: 'broken', message: expect.stringContaining('no file') as unknown });
    expect(await get(1, 'img_path', join(folder, 'elsewhere'))).toMatchObject(OK);
    expect(await get(1, 'images')).toMatchObject({ status: 'broken', message: 'There is no picture in this cell.', nothing: true });
    expect(await get(1, 'image')).toMatchObject(OK);
  });
});

describe('several pictures in a cell', () => {
  it('are told with the first of them, and each is there by its place', async () => {
    const { folder } = engine;
    const draw = (background: string): Promise<Buffer> => sharp({ create: { width: 40, height: 30, channels: 3, background } }).png().toBuffer();
    const [red, green, blue] = await Promise.all(['red', 'lime', 'blue'].map(draw));
    const hex = (bytes: Buffer | undefined): string => `from_hex('${bytes!.toString('hex')}')`;
    const path = await engine.parquet('several.parquet', `SELECT [${hex(red)}, ${hex(green)}, ${hex(blue)}] AS images UNION ALL SELECT [${hex(green)}]`);
    const { shard } = await engine.open(path);
    const ask = (row: number, place: readonly (string | number)[]): Promise<unknown> => engine.request('shard/thumbnail', { shard, row, column: 0, path: place, height: 32 });
    expect(await ask(0, [])).toMatchObject({ status: 'ok', places: [[0], [1], [2]] });
    const third = (await ask(0, [2])) as { bytes: Uint8Array };
    expect(third).not.toHaveProperty('places');
    const { data } = await sharp(third.bytes).raw().toBuffer({ resolveWithObject: true });
    expect([data[0]! < 60, data[1]! < 60, data[2]! > 200]).toEqual([true, true, true]);
    expect(await ask(1, [])).not.toHaveProperty('places');

    mkdirSync(join(folder, 'images'), { recursive: true });
    writeFileSync(join(folder, 'images/one.png'), red!);
    writeFileSync(join(folder, 'lists.jsonl'), `${JSON.stringify({ images: [null, 'a text', 'images/one.png', 'images/none.png'] })}\n`);
    const lists = await engine.open(join(folder, 'lists.jsonl'));
    const [first, gone] = await Promise.all([[], [3]].map((place) => engine.request('shard/thumbnail', { shard: lists.shard, row: 0, column: 0, path: place, height: 32 })));
    expect(first).toMatchObject({ status: 'ok', places: [[2], [3]] });
    expect(gone).toMatchObject({ status: 'broken', message: expect.stringContaining('no file') as unknown });
  });
});
