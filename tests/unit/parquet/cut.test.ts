import { describe, expect, it } from 'vitest';
import { cutBytes, cutText, limitBytes } from '../../../extension/engine/shards/parquet/cut.ts';

describe('cutText', () => {
  it('passes what fits', () => {
    expect(cutText('abc', 3)).toBe('abc');
    expect(cutText('', 3)).toBe('');
  });

  it('takes the true length from the mark', () => {
    expect(cutText('abc9000000', 3)).toEqual({ type: 'text', text: 'abc', length: 9_000_000 });
    // Text that itself ends in digits is not mistaken for a mark.
    expect(cutText('12345', 3)).toEqual({ type: 'text', text: '123', length: 45 });
  });

  it('never splits a surrogate pair', () => {
    // Three code points are four or more units: unmarked, since DuckDB counts code points.
    expect(cutText('a😀b', 3)).toEqual({ type: 'text', text: 'a😀', length: 4 });
    expect(cutText('😀😀😀', 3)).toEqual({ type: 'text', text: '😀', length: 6 });
    expect(cutText('😀😀😀77', 3)).toEqual({ type: 'text', text: '😀', length: 77 });
  });
});

describe('cutBytes', () => {
  it('owns its memory and tells the size', () => {
    const source = Buffer.from('abc');
    const whole = cutBytes(source, 3);
    source[0] = 0;
    expect(whole).toEqual({ type: 'bytes', size: 3, head: new Uint8Array([97, 98, 99]) });
    expect(cutBytes(Buffer.from('abc123456'), 3)).toEqual({ type: 'bytes', size: 123_456, head: new Uint8Array([97, 98, 99]) });
  });
});

describe('limitBytes', () => {
  it('copies what is a part of something larger, and shares a page that holds little else', () => {
    const page = new Uint8Array(200_000);
    const most = limitBytes(page.subarray(4, 190_000), 1_000_000);
    expect([most.head.buffer === page.buffer, most.head.byteOffset, most.head.length, most.size]).toEqual([true, 4, 189_996, 189_996]);
    const part = limitBytes(page.subarray(4, 100_000), 1_000_000);
    expect([part.head.buffer === page.buffer, part.head.length]).toEqual([false, 99_996]);
    const cut = limitBytes(page, 64);
    expect([cut.head.buffer.byteLength, cut.size]).toEqual([64, 200_000]);
  });
});
