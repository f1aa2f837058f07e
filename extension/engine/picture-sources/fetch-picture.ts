import { lookup, type LookupAddress, type LookupOptions } from 'node:dns';
import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { isIP } from 'node:net';
import type { PicturePermissions } from '../../protocol/pictures.ts';
import { sniffImage } from '../images/sniff.ts';
import { isPrivateAddress } from './addresses.ts';
import { failureText, Refused } from './fetch-failure.ts';
import type { FoundPicture } from './found-picture.ts';
import { mayFetch } from './may-fetch.ts';

/** A picture has at most so many bytes. */
export const MAX_FETCHED = 20 * 1024 * 1024;
const MAX_REDIRECTS = 5;
/** Milliseconds for one picture, redirects included. */
const DEADLINE = 15_000;
/** Characters of the first bytes in which a web page says that it is one. */
const PAGE_HEAD = 512;

const HEADERS = { accept: 'image/*', 'accept-encoding': 'identity', 'user-agent': 'Loupe' };

/** Asked of a server: `keepAlive`, since a page of rows has many pictures of few hosts. */
const agents = { 'http:': new HttpAgent({ keepAlive: true, maxSockets: 4 }), 'https:': new HttpsAgent({ keepAlive: true, maxSockets: 4 }) };

/**
 * Fetches a picture over http or https from a host that the user allowed; never from a private address, unless the user
 * allowed that host by name. Redirects are followed to allowed hosts alone. No cookie, no referrer, no credentials are sent.
 * @throws the signal's reason
 */
export async function fetchPicture(url: URL, permissions: PicturePermissions, signal: AbortSignal): Promise<FoundPicture> {
  const late = AbortSignal.timeout(DEADLINE);
  let at = url;
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      if (!mayFetch(permissions, at.host)) return { status: 'unasked', host: at.host };
      const response = await ask(at, permissions, AbortSignal.any([signal, late]));
      const next = redirection(response, at);
      if (next === null) return { status: 'found', bytes: await body(response, at) };
      response.resume();
      at = next;
    }
    return { status: 'broken', message: `${url.host} sends from one address to the next, more than ${MAX_REDIRECTS} times.` };
  } catch (error) {
    signal.throwIfAborted();
    return { status: 'broken', message: late.aborted ? `${at.host} sent no picture within ${DEADLINE / 1000} seconds.` : failureText(error, at.host) };
  }
}

function ask(url: URL, { privateHosts }: PicturePermissions, signal: AbortSignal): Promise<IncomingMessage> {
  const isAllowed = privateHosts.includes(url.host);
  const literal = url.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !isAllowed && isPrivateAddress(literal)) return Promise.reject(privateAddress(url.host));
  const [send, agent] = url.protocol === 'https:' ? [requestHttps, agents['https:']] : [requestHttp, agents['http:']];
  return new Promise((resolve, reject) => {
    // The address that is checked is the one that is connected to: a name cannot mean another in between.
    const request = send(url, { headers: HEADERS, agent, signal, lookup: isAllowed ? lookup : publicLookup(url.host) }, resolve);
    request.once('error', reject);
    request.end();
  });
}

type Found = (error: NodeJS.ErrnoException | null, address: string | LookupAddress[], family?: number) => void;

/** The name's addresses, if all of them are public. */
function publicLookup(host: string): (name: string, options: LookupOptions, found: Found) => void {
  return (name, options, found) => {
    lookup(name, { ...options, all: true }, (error, addresses) => {
      const [first] = error === null ? addresses : [];
      if (first === undefined) found(error, []);
      else if (addresses.some(({ address }) => isPrivateAddress(address))) found(privateAddress(host), []);
      else if (options.all === true) found(null, addresses);
      else found(null, first.address, first.family);
    });
  };
}

function privateAddress(host: string): Refused {
  return new Refused(`${host} is a machine of a private network, from which nothing is fetched unless its name is in the setting loupe.pictures.privateHosts.`);
}

function redirection(response: IncomingMessage, from: URL): URL | null {
  const { statusCode = 0, headers } = response;
  if (![301, 302, 303, 307, 308].includes(statusCode) || headers.location === undefined) return null;
  if (!URL.canParse(headers.location, from)) throw new Refused(`${from.host} sends to an address that is none.`);
  const next = new URL(headers.location, from);
  if (!/^https?:$/.test(next.protocol)) throw new Refused(`${from.host} sends to an address of ${next.protocol.slice(0, -1)}, which is not followed.`);
  if (next.username !== '' || next.password !== '') throw new Refused(`${from.host} sends to an address with a password, which is not followed.`);
  return next;
}

/** The whole body, if it is a picture of a size that is read. */
async function body(response: IncomingMessage, { host }: URL): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    checkHead(response, host);
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > MAX_FETCHED) throw tooLarge(host);
    }
  } finally {
    // What is not read to its end is not read on.
    if (!response.complete) response.destroy();
  }
  const bytes = Buffer.concat(chunks);
  checkPicture(bytes, host);
  return bytes;
}

const STATUSES: Readonly<Record<number, string>> = {
  401: 'asks for a password',
  403: 'refuses to show it',
  404: 'does not have it',
  410: 'does not have it any more',
  429: 'asks for fewer requests; try again later',
};

function checkHead({ statusCode = 0, headers }: IncomingMessage, host: string): void {
  if (statusCode !== 200) throw new Refused(`${host} ${STATUSES[statusCode] ?? (statusCode >= 500 ? 'failed' : 'did not send it')} (${statusCode}).`);
  if (Number(headers['content-length'] ?? 0) > MAX_FETCHED) throw tooLarge(host);
  const encoding = headers['content-encoding'] ?? 'identity';
  if (encoding !== 'identity') throw new Refused(`${host} sent it compressed (${encoding}), though it was asked not to.`);
}

function checkPicture(bytes: Buffer, host: string): void {
  if (bytes.length === 0) throw new Refused(`${host} sent nothing (0 bytes).`);
  if (sniffImage(bytes) !== null) return;
  const isPage = /<(!doctype html|html|head|body|script)/i.test(bytes.subarray(0, PAGE_HEAD).toString('latin1'));
  throw new Refused(isPage ? `${host} sent a web page, not a picture.` : `${host} sent something that is no picture by its first bytes.`);
}

function tooLarge(host: string): Refused {
  return new Refused(`${host} sends more than ${MAX_FETCHED / 1024 / 1024} MiB, which is not fetched.`);
}
