import { gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { detect, suffixLie } from '../../../extension/engine/shards/detect.ts';

const text = (s: string): Buffer => Buffer.from(s);
const tarHead = (): Buffer => {
  const head = Buffer.alloc(512);
  head.write('a.txt', 0);
  head.write('ustar', 257);
  return head;
};
const oldTarHead = (): Buffer => {
  const head = Buffer.alloc(512);
  head.write('a.txt', 0);
  head.fill(' ', 148, 156);
  const sum = head.reduce((total, byte) => total + byte, 0);
  head.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return head;
};

describe('detect', () => {
  it.each([
    ['a.parquet', text('PAR1....'), 'parquet', 'none'],
    ['a.jsonl', text('PAR1....'), 'parquet', 'none'],
    ['a.parquet', text('PARE....'), 'parquet', 'none'],
    ['a.tar', tarHead(), 'tar', 'none'],
    ['a.parquet', tarHead(), 'tar', 'none'],
    ['a.tar', oldTarHead(), 'tar', 'none'],
    ['a.tgz', gzipSync(tarHead()), 'tar', 'gzip'],
    ['a.tar', gzipSync(tarHead()), 'tar', 'gzip'],
    ['a.tar', Buffer.alloc(1024), 'tar', 'none'],
    ['a.jsonl', text('{"a": 1}\n{"a": 2}\n'), 'lines', 'none'],
    ['a.jsonl', text('\n\n{"a": 1}'), 'lines', 'none'],
    ['a.jsonl', text('\ufeff{"a": 1}\r\n'), 'lines', 'none'],
    ['a.jsonl', text('[1, 2]\n[3, 4]\n'), 'lines', 'none'],
    ['a.jsonl', text('[\n  {"a": 1}\n]'), 'array', 'none'],
    ['a.jsonl', text('{broken\n{"a": 1}\n'), 'lines', 'none'],
    ['a.jsonl', text(''), 'lines', 'none'],
    ['a.jsonl.gz', gzipSync('{"a": 1}\n'), 'lines', 'gzip'],
    ['a.jsonl', gzipSync('{"a": 1}\n'), 'lines', 'gzip'],
    ['a.json.zst', zstdCompressSync('{"a": 1}\n'), 'lines', 'zstd'],
    ['a.json', text('[{"a": 1}, {"a": 2}]'), 'array', 'none'],
    ['a.json', text('[\n{"a": 1},\n{"a": 2}\n]'), 'array', 'none'],
    ['a.json', text('{"data": [{"a": 1}]}'), 'array', 'none'],
    ['a.json', text('{\n"data": [\n{"a": 1}]}'), 'array', 'none'],
    ['a.json', text('{"a": 1}\n{"a": 2}\n'), 'lines', 'none'],
    ['data', text('{"a": 1}\n{"a": 2}\n'), 'lines', 'none'],
    ['a.tar', text('{"a": 1}\n{"a": 2}\n'), 'lines', 'none'],
  ])('takes %s for what its bytes say', (name, head, format, compression) => {
    expect(detect(name, head)).toEqual({ format, compression });
  });

  it.each([
    ['a.parquet', text(''), 'empty'],
    ['a.tar', text(''), 'empty'],
    ['a.zip', text('PK\x03\x04'), 'zip'],
    ['a.parquet', text('ARROW1\0\0'), 'Arrow'],
    ['a.bin', text('\x01\x02\x03'), 'none of'],
    ['a.parquet.gz', gzipSync('PAR1'), 'gzip-compressed Parquet'],
  ])('refuses %s in words', (name, head, words) => {
    expect(detect(name, head)).toEqual({ refused: expect.stringContaining(words) as string });
  });

  it('is not blown up by a bomb in the head', () => {
    const bomb = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    expect(detect('a.jsonl.gz', bomb.subarray(0, 65_536))).toEqual({ format: 'lines', compression: 'gzip' });
  });
});

describe('suffixLie', () => {
  it('tells a name that promises another format', () => {
    expect(suffixLie('a.parquet', 'webdataset')).toContain('the bytes say a tar archive');
    expect(suffixLie('a.jsonl', 'json')).toBeNull();
    expect(suffixLie('a.tar', 'tar')).toBeNull();
    expect(suffixLie('README', 'jsonl')).toBeNull();
  });
});
