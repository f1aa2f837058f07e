import type { Column } from '../../../extension/protocol/shards.ts';
import type { Value } from '../../../extension/protocol/values.ts';
import type { ViewState } from '../../../extension/protocol/webview.ts';

type Choices = ViewState['pictures'];

/** `image`, `img_path`, `photo_image_url`, `imageUrl`, `images`, `thumbnail-file-name`. */
const PICTURE_NAME = /(^|_)(image|img|picture|photo|thumbnail)s?(_?(url|uri|link|src|path|file|filename|file_name))?s?$/;
/** Names that say that there is an address, not of what. */
const ADDRESS_NAME = /^(url|uri|link)$/;
const WIDTH_NAME = /^(original_|image_)?width$/;
const HEIGHT_NAME = /^(original_|image_)?height$/;

/** What an address, a path, or base64 of a picture looks like; it may stand in quotes within a list. */
const REFERENCE = /^\s*https?:\/\/|^\s*data:image\/|^[\w+/=-]{128,}|["'][\w+/=-]{128,}|["']https?:\/\/|\.(jpe?g|png|gif|webp|avif|heic|tiff?|bmp|svg|ppm|pgm|pbm|qoi|ico)(["'}\],\s]|$)/i;

/** Indexes of the columns whose texts are shown as pictures: by the user's choice, else by name. */
export function pictureColumns(columns: readonly Column[], chosen: Choices): ReadonlySet<number> {
  const sized = hasSizes(columns);
  const shown = columns.filter((column) => choiceFor(column.name, chosen) ?? namesPictures(column, sized));
  return new Set(shown.map(({ index }) => index));
}

/** What the user says of a column; undefined where nothing. */
export function choiceFor(name: string, chosen: Choices): boolean | undefined {
  return chosen !== undefined && Object.hasOwn(chosen, name) ? chosen[name] : undefined;
}

/** Whether a text looks as if it said where a picture is. */
export function mayReferToPicture(text: string): boolean {
  return REFERENCE.test(text);
}

/** The same of a value that is shown whole; of a list the first item that is there counts, of a struct its `path` or `url`. */
export function valueRefersToPicture(value: Value | undefined): boolean {
  if (typeof value === 'string') return mayReferToPicture(value);
  if (typeof value !== 'object' || value === null) return false;
  if (value.type === 'text') return mayReferToPicture(value.text);
  if (value.type === 'list') return valueRefersToPicture(value.items.find((item) => item !== null));
  if (value.type !== 'struct') return false;
  return valueRefersToPicture(value.entries.find(([name, inside]) => (name === 'path' || name === 'url') && inside !== null)?.[1]);
}

function namesPictures({ name, kind }: Column, sized: boolean): boolean {
  // Pictures by their bytes; some rows may only have a path.
  if (kind === 'image') return true;
  if (kind !== 'text' && kind !== 'list' && kind !== 'struct' && kind !== 'mixed') return false;
  const plain = snake(name);
  return PICTURE_NAME.test(plain) || (sized && kind === 'text' && ADDRESS_NAME.test(plain));
}

/** Tables of addresses of pictures (LAION, COYO, DataComp) have the size of each; where the pictures themselves are there, nobody needs their addresses. */
function hasSizes(columns: readonly Column[]): boolean {
  if (columns.some(({ kind }) => kind === 'image')) return false;
  const names = columns.map(({ name }) => snake(name));
  return names.some((name) => WIDTH_NAME.test(name)) && names.some((name) => HEIGHT_NAME.test(name));
}

/** `imageUrl` and `Image-URL` as `image_url`. */
function snake(name: string): string {
  return name.replace(/([a-z\d])([A-Z])/g, '$1_$2').replace(/[\s.-]+/g, '_').toLowerCase();
}
