import { expect, test } from 'vitest';
import { waitText } from '../../../webview/shards/wait-text.ts';

test('what is waited for names the files without their folders', () => {
  expect(waitText('a.parquet', { for: 'file' })).toMatch(/^a\.parquet takes longer/);
  expect(waitText('a.parquet', { for: 'engine', busyWith: ['/data/x/b.tar', 'C:\\data\\c.jsonl'] })).toContain('busy with b.tar, c.jsonl.');
  expect(waitText('a.parquet', { for: 'engine', busyWith: [] })).toContain('busy with a file.');
  expect(waitText('a.parquet', { for: 'turn', busyWith: ['/data/b.tar'] })).toContain('b.tar');
  expect(waitText('a.parquet', { for: 'start' })).toContain('starting');
});
