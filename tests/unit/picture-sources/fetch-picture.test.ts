import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import sharp from 'sharp';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fetchPicture, MAX_FETCHED } from '../../../extension/engine/picture-sources/fetch-picture.ts';
import { NO_PERMISSIONS, type PicturePermissions } from '../../../extension/protocol/pictures.ts';

const servers: Server[] = [];
const picture = await sharp({ create: { width: 4, height: 3, channels: 3, background: 'red' } }).png().toBuffer();
const { signal } = new AbortController();

afterEach(async () => {
  vi.useRealTimers();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

/** A server of this machine that counts its requests. */
async function serve(listener: RequestListener): Promise<{ readonly host: string; readonly asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    listener(request, response);
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function named(...privateHosts: string[]): PicturePermissions {
  return { ...NO_PERMISSIONS, privateHosts };
}

async function fetchFrom(listener: RequestListener): Promise<Awaited<ReturnType<typeof fetchPicture>>> {
  const { host } = await serve(listener);
  return fetchPicture(new URL(`http://${host}/a.png`), named(host), signal);
}

describe('a picture is fetched', () => {
  it('from a host that the user named, as it is', async () => {
    const seen: unknown[] = [];
    const found = await fetchFrom((request, response) => {
      seen.push(request.headers);
      response.end(picture);
    });
    expect(found).toEqual({ status: 'found', bytes: picture });
    expect(Object.keys(seen[0] as object)).not.toEqual(expect.arrayContaining(['cookie', 'referer', 'authorization']));
  });

  it('through redirects', async () => {
    const found = await fetchFrom((request, response) => {
      if (request.url === '/there') response.end(picture);
      else response.writeHead(302, { location: '/there' }).end();
    });
    expect(found.status).toBe('found');
  });
});

describe('nothing is asked of a host', () => {
  it('that the user was not asked about', async () => {
    const { host, asked } = await serve((_, response) => response.end(picture));
    expect(await fetchPicture(new URL(`http://${host}/a.png`), NO_PERMISSIONS, signal)).toEqual({ status: 'unasked', host });
    expect(asked).toEqual([]);
  });

  it.each(['http://127.0.0.1:PORT/', 'http://localhost:PORT/', 'http://2130706433:PORT/', 'http://[::ffff:127.0.0.1]:PORT/', 'http://0x7f.1:PORT/'])('of this machine, as %s', async (address) => {
    const { host, asked } = await serve((_, response) => response.end(picture));
    const url = new URL(address.replace('PORT', host.split(':')[1] ?? ''));
    const found = await fetchPicture(url, { ...NO_PERMISSIONS, everyHost: true }, signal);
    expect(found).toMatchObject({ status: 'broken', message: expect.stringContaining('private network') as unknown });
    expect(asked).toEqual([]);
  });

  it('of a private network, to which an allowed one sends', async () => {
    const inner = await serve((_, response) => response.end(picture));
    const outer = await serve((_, response) => response.writeHead(302, { location: `http://${inner.host}/` }).end());
    const found = await fetchPicture(new URL(`http://${outer.host}/`), { ...named(outer.host), everyHost: true }, signal);
    expect(found).toMatchObject({ status: 'broken', message: expect.stringContaining(inner.host) as unknown });
    expect(inner.asked).toEqual([]);
  });

  it('that the user was not asked about, to which an allowed one sends', async () => {
    const found = await fetchFrom((_, response) => response.writeHead(301, { location: 'https://elsewhere.example/a.png' }).end());
    expect(found).toEqual({ status: 'unasked', host: 'elsewhere.example' });
  });
});

describe('what is no picture is said to be', () => {
  it.each<readonly [what: string, listener: RequestListener, message: RegExp]>([
    ['a web page', (_, response) => response.end('<!DOCTYPE html><html>'), /web page/],
    ['a text', (_, response) => response.end('hello'), /no picture/],
    ['empty', (_, response) => response.end(), /0 bytes/],
    ['missing', (_, response) => response.writeHead(404).end(picture), /does not have it \(404\)/],
    ['too many requests', (_, response) => response.writeHead(429).end(), /fewer requests.*\(429\)/],
    ['a failure of the server', (_, response) => response.writeHead(503).end(), /failed \(503\)/],
    ['larger than is fetched', (_, response) => response.writeHead(200, { 'content-length': 2e9 }).end(picture), /more than 20 MiB/],
    ['compressed', (_, response) => response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(picture)), /compressed \(gzip\)/],
    ['an endless redirect', (_, response) => response.writeHead(302, { location: '/again' }).end(), /more than 5 times/],
    ['a redirect to a file', (_, response) => response.writeHead(302, { location: 'file:///etc/passwd' }).end(), /not followed/],
    ['a redirect with a password', (_, response) => response.writeHead(302, { location: 'http://me:secret@127.0.0.1/' }).end(), /password/],
    ['no answer of a web server', (request) => request.socket.end('nonsense\r\n\r\n'), /no answer of a web server/],
    ['cut', (_, response) => response.writeHead(200, { 'content-length': 100 }).write(picture, () => response.destroy()), /ended the connection|could not be fetched/],
  ])('%s', async (_, listener, message) => {
    expect(await fetchFrom(listener)).toMatchObject({ status: 'broken', message: expect.stringMatching(message) as unknown });
  });

  it('larger than is fetched, where the server does not tell the size; it is not read to its end', async () => {
    let sent = 0;
    const found = await fetchFrom((_, response) => {
      const chunk = Buffer.alloc(1024 * 1024);
      const send = (): void => {
        while (!response.destroyed && sent < 2e9) {
          sent += chunk.length;
          if (!response.write(chunk)) return void response.once('drain', send);
        }
      };
      send();
    });
    expect(found).toMatchObject({ status: 'broken', message: expect.stringContaining('more than 20 MiB') as unknown });
    expect(sent).toBeLessThan(4 * MAX_FETCHED);
  });

  it('a host that does not exist, and one that does not answer', async () => {
    const permissions = named('no-such-host.invalid', '127.0.0.1:9');
    expect(await fetchPicture(new URL('http://no-such-host.invalid/a.png'), permissions, signal)).toMatchObject({ status: 'broken' });
    expect(await fetchPicture(new URL('http://127.0.0.1:9/a.png'), permissions, signal)).toMatchObject({ message: expect.stringContaining('does not answer') as unknown });
  });

  it('one that hangs: given up after a while, or when it is not wanted any more', async () => {
    const { host } = await serve(() => undefined);
    const controller = new AbortController();
    const given = fetchPicture(new URL(`http://${host}/`), named(host), controller.signal);
    controller.abort(new Error('scrolled away'));
    await expect(given).rejects.toThrow('scrolled away');
    const deadline = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(AbortSignal.abort());
    expect(await fetchPicture(new URL(`http://${host}/`), named(host), signal)).toMatchObject({ message: expect.stringContaining('within 15 seconds') as unknown });
    deadline.mockRestore();
  });
});
