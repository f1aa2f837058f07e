import { describe, expect, it } from 'vitest';
import type { Column, ColumnKind } from '../../../extension/protocol/shards.ts';
import { choiceFor, mayReferToPicture, pictureColumns, valueRefersToPicture } from '../../../webview/shards/pictures/picture-columns.ts';

/** Columns as `name` or `name:kind`; text where not said. */
function table(...columns: string[]): Column[] {
  return columns.map((column, index) => {
    const [name = '', kind = 'text'] = column.split(':');
    return { index, name, type: '', kind: kind as ColumnKind };
  });
}

const shown = (columns: Column[], chosen?: Record<string, boolean>): string[] => {
  const indexes = pictureColumns(columns, chosen);
  return columns.filter(({ index }) => indexes.has(index)).map(({ name }) => name);
};

describe('columns that are shown as pictures', () => {
  it.each<readonly [what: string, columns: string[], pictures: string[]]>([
    ['LAION', ['URL', 'TEXT', 'WIDTH:number', 'HEIGHT:number', 'similarity:number'], ['URL']],
    ['COYO', ['id:number', 'url', 'text', 'width:number', 'height:number', 'image_phash'], ['url']],
    ['DataComp', ['uid', 'url', 'text', 'original_width:number', 'original_height:number'], ['url']],
    ['Altogether', ['caption', 'img_path'], ['img_path']],
    ['Data-Juicer', ['text', 'images:list'], ['images']],
    ['Hugging Face', ['image:image', 'image_struct', 'photo:struct'], ['image', 'photo']],
    ['pictures with their addresses', ['image:image', 'url', 'width:number', 'height:number'], ['image']],
    ['pages of the web', ['url', 'text', 'timestamp:temporal'], []],
    ['other words', ['image_id', 'image_caption', 'image_count', 'imagenet', 'images:number', 'picture:boolean', 'scenario'], []],
    ['other spellings', ['imageUrl', 'Image-URL', 'IMAGE_URL', 'photo_image_url', 'thumbnail', 'img', 'picture_file', 'image_urls:list'], ['imageUrl', 'Image-URL', 'IMAGE_URL', 'photo_image_url', 'thumbnail', 'img', 'picture_file', 'image_urls']],
  ])('of %s', (_, columns, pictures) => {
    expect(shown(table(...columns))).toEqual(pictures);
  });

  it('are those that the user chose, before any name', () => {
    const columns = table('image', 'source', '__proto__', 'constructor');
    expect(shown(columns, { image: false, source: true })).toEqual(['source']);
    expect(choiceFor('constructor', {})).toBeUndefined();
  });
});

describe('a text that may say where a picture is', () => {
  it.each(['https://example.com/a', 'HTTP://example.com', 'images/a.JPG', 'C:\\a.png', '["a.jpg", "b.jpg"]', '["https://example.com/a"]', '{"bytes": null, "path": "a.webp"}', 'data:image/png;base64,iVBO', 'iVBORw0KGgo'.repeat(20), `["${'iVBORw0KGgo'.repeat(20)}`])('%s', (text) => {
    expect(mayReferToPicture(text)).toBe(true);
  });
  it.each(['', 'a cat', 'a cat. https is a scheme', '12', '[]', 'a.jpgx', 'data:text/html,x'])('not %s', (text) => {
    expect(mayReferToPicture(text)).toBe(false);
  });

  it('inside a value', () => {
    const text = (path: string) => ({ type: 'struct', entries: [['bytes', null], ['path', path]], length: 2 }) as const;
    expect(valueRefersToPicture(text('a.jpg'))).toBe(true);
    expect(valueRefersToPicture(text('a'))).toBe(false);
    expect(valueRefersToPicture({ type: 'list', items: [null, 'a.jpg'], length: 2 })).toBe(true);
    expect(valueRefersToPicture({ type: 'list', items: [], length: 0 })).toBe(false);
    expect(valueRefersToPicture({ type: 'text', text: `https://example.com/${'a'.repeat(300)}`, length: 5_000 })).toBe(true);
    expect(valueRefersToPicture(null)).toBe(false);
  });
});
