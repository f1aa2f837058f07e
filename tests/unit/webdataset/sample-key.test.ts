import { expect, test } from 'vitest';
import { fieldKind } from '../../../extension/engine/shards/webdataset/field-kind.ts';
import { isMetadataName, splitKey } from '../../../extension/engine/shards/webdataset/sample-key.ts';

test.for([
  ['000000001.jpg', '000000001', 'jpg'],
  ['000000001.metadata.json', '000000001', 'metadata.json'],
  ['./a/b.c/d.JPG', 'a/b.c/d', 'JPG'],
  ['v1.0/0001.caption.0.txt', 'v1.0/0001', 'caption.0.txt'],
  ['../../etc/x.txt', '../../etc/x', 'txt'],
  ['/root/x.txt', '/root/x', 'txt'],
  ['ends.', 'ends', ''],
] as const)('%s is sample %s, field %s', ([name, key, field]) => {
  expect(splitKey(name)).toEqual({ key, field });
});

test.for(['README', 'a.b/README', '.DS_Store', './.hidden.txt', 'dir/', ''])('%j belongs to no sample', (name) => {
  expect(splitKey(name)).toBeNull();
});

test('members that start with __ are metadata', () => {
  expect(['__index__', 'a/__meta.json', './__x'].map(isMetadataName)).toEqual([true, true, true]);
  expect(['a__b.json', '__a/b.json', '_x'].map(isMetadataName)).toEqual([false, false, false]);
});

test.for([
  ['jpg', 'image', false],
  ['JPEG', 'image', false],
  ['jpg (2)', 'image', false],
  ['metadata.json', 'json', false],
  ['caption.0', 'text', false],
  ['caption.0.txt', 'text', false],
  ['txt.gz', 'text', true],
  ['gz', 'bytes', false],
  ['npy', 'bytes', false],
] as const)('field %s is %s', ([field, decoding, gzip]) => {
  expect(fieldKind(field)).toEqual({ decoding, gzip });
});
