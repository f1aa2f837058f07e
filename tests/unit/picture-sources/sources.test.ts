import { createServer } from 'node:http';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp from 'sharp';
import { afterAll, describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../../extension/engine/picture-sources/addresses.ts';
import { NO_PERMISSIONS } from '../../../extension/protocol/pictures.ts';
import { PictureCache } from '../../../extension/engine/picture-sources/picture-cache.ts';
import { PictureSources } from '../../../extension/engine/picture-sources/picture-sources.ts';
import { pictureReference } from '../../../extension/engine/picture-sources/reference.ts';

const folder = mkdtempSync(join(tmpdir(), 'loupe-pictures-'));
const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } }).png().toBuffer();
const { signal } = new AbortController();
const context = { root: join(folder, 'root'), maxBytes: 1_000_000 };

mkdirSync(join(folder, 'root/images'), { recursive: true });
writeFileSync(join(folder, 'root/images/a.png'), picture);
writeFileSync(join(folder, 'secret.png'), picture);
symlinkSync(join(folder, 'secret.png'), join(folder, 'root/link.png'));
writeFileSync(join(folder, 'root/large.png'), Buffer.alloc(1_000_001));

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a text refers to a picture', () => {
  it.each([
    ['https://example.com/a', 'address'],
    [' HTTP://example.com/a.jpg ', 'address'],
    ['https://me:secret@example.com/a.jpg', null],
    ['ftp://example.com/a.txt', null],
    ['images/0001.JPG', 'path'],
    ['C:\\data\\a.webp', 'path'],
    ['a cat.\nA dog.png', null],
    ['a cat', null],
    ['', null],
    [picture.toString('base64'), 'inline'],
    [`data:image/png;base64,${picture.toString('base64')}`, 'inline'],
    ['data:text/html;base64,PGh0bWw+', null],
    ['aGVsbG8=', null],
  ])('%s', (text, kind) => {
    expect(pictureReference(text)?.kind ?? null).toBe(kind);
  });
});

describe('an address', () => {
  it.each(['127.0.0.1', '10.1.2.3', '172.31.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::1', '::', 'fe80::1', 'fe80::1%eth0', 'fd00::1', '::ffff:10.0.0.1', '64:ff9b::a00:1', '2002:a00:1::', 'nonsense'])('%s is private', (address) => {
    expect(isPrivateAddress(address)).toBe(true);
  });
  it.each(['1.1.1.1', '172.32.0.1', '192.169.0.1', '100.128.0.1', '2606:4700:4700::1111'])('%s is public', (address) => {
    expect(isPrivateAddress(address)).toBe(false);
  });
});

describe('pictures that cells refer to', () => {
  const sources = new PictureSources(() => new PictureCache(join(folder, 'cache'), 1_000_000));
  const find = (path: string): ReturnType<PictureSources['find']> => sources.find({ kind: 'path', path }, context, signal);

  it('are read from below the root, and from nowhere else', async () => {
    expect(await find('images/a.png')).toEqual({ status: 'found', bytes: picture });
    expect(await find('images\\a.png')).toMatchObject({ status: 'found' });
    expect(await find(join(folder, 'root/images/a.png'))).toMatchObject({ status: 'found' });
    for (const path of ['../secret.png', join(folder, 'secret.png'), 'link.png', 'images/../../secret.png']) {
      expect(await find(path), path).toMatchObject({ status: 'broken', message: expect.stringContaining('outside') as unknown });
    }
    expect(await find('none.png')).toMatchObject({ message: expect.stringContaining('no file') as unknown });
    expect(await find('images')).toMatchObject({ message: expect.stringContaining('no file') as unknown });
    expect(await find('large.png')).toMatchObject({ message: expect.stringContaining('1000001 bytes') as unknown });
  });

  it('are fetched once, kept on disk, and blind again when the host is revoked', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.end(picture);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const fetch = (): ReturnType<PictureSources['find']> => sources.find({ kind: 'address', url: new URL(`http://${host}/a.png`) }, context, signal);
    expect(await fetch()).toEqual({ status: 'unasked', host });
    sources.permit({ ...NO_PERMISSIONS, privateHosts: [host] });
    expect(await fetch()).toEqual({ status: 'found', bytes: picture });
    expect(await fetch()).toMatchObject({ status: 'found' });
    sources.permit(NO_PERMISSIONS);
    expect(await fetch()).toEqual({ status: 'unasked', host });
    expect(asked).toBe(1);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });

  it('that failed are not asked for again until the user allows something', async () => {
    let asked = 0;
    const server = createServer((_, response) => {
      asked++;
      response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
    const permissions = { ...NO_PERMISSIONS, privateHosts: [host] };
    sources.permit(permissions);
    const fetch = (): ReturnType<PictureSources['find']> => sources.find({ kind: 'address', url: new URL(`http://${host}/`) }, context, signal);
    for (let i = 0; i < 3; i++) expect(await fetch()).toMatchObject({ status: 'broken' });
    expect(asked).toBe(1);
    sources.permit(permissions);
    await fetch();
    expect(asked).toBe(2);
    await new Promise((resolve) => server.close(resolve));
  });
});

it('the cache keeps within its cap what was used last', async () => {
  const cache = new PictureCache(join(folder, 'small'), 1_000);
  const bytes = (n: number): Buffer => Buffer.alloc(90, n);
  for (let i = 0; i < 11; i++) {
    await cache.put(`u${i}`, bytes(i));
    await cache.get('u0');
  }
  await cache.put('u11', bytes(11));
  expect(readdirSync(join(folder, 'small')).length * 90).toBeLessThanOrEqual(1_000);
  expect(await cache.get('u0')).toEqual(bytes(0));
  expect(await cache.get('u11')).toEqual(bytes(11));
  expect(await cache.get('u1')).toBeNull();
  await cache.put('too large', Buffer.alloc(500));
  expect(await cache.get('too large')).toBeNull();
  await cache.clear();
  expect(await cache.get('u0')).toBeNull();
});
