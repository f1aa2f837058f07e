import { sniffImage } from '../images/sniff.ts';

/** Where a text says that a picture is. */
export type PictureReference =
  | { readonly kind: 'address'; readonly url: URL }
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'inline'; readonly bytes: Uint8Array };

/** Longer texts are no address and no path. */
const MAX_ADDRESS = 8_192;
const MAX_PATH = 4_096;
/** Characters of base64 whose bytes tell the format. */
const HEAD = 88;
const BASE64 = /^[A-Za-z0-9+/\-_]+={0,2}$/;
const SUFFIX = /\.(jpe?g|png|gif|webp|avif|heic|tiff?|bmp|svg|ppm|pgm|pbm|qoi|ico)$/i;

/** What a cell's text says of a picture: an http address, base64 (bare or in a `data:` address), a path; null for any other text. */
export function pictureReference(text: string): PictureReference | null {
  const trimmed = text.trim();
  if (/^https?:\/\//i.test(trimmed)) return address(trimmed);
  if (/^data:/i.test(trimmed)) return dataAddress(trimmed);
  return inline(trimmed) ?? (isPath(trimmed) ? { kind: 'path', path: trimmed } : null);
}

function address(text: string): PictureReference | null {
  if (text.length > MAX_ADDRESS || !URL.canParse(text)) return null;
  const url = new URL(text);
  // A name and a password in an address are not for its server alone to see: such an address is not taken.
  return url.username === '' && url.password === '' ? { kind: 'address', url } : null;
}

function dataAddress(text: string): PictureReference | null {
  const comma = text.indexOf(',');
  return comma !== -1 && /;base64$/i.test(text.slice(0, comma)) ? inline(text.slice(comma + 1)) : null;
}

function inline(text: string): PictureReference | null {
  const head = text.slice(0, HEAD).replace(/\s/g, '');
  if (!BASE64.test(head) || sniffImage(Buffer.from(head, 'base64')) === null) return null;
  return { kind: 'inline', bytes: Buffer.from(text, 'base64') };
}

function isPath(text: string): boolean {
  return text.length <= MAX_PATH && !/[\0\n]/.test(text) && SUFFIX.test(text);
}
