import { expect, test } from 'vitest';
import { planReads } from '../../../extension/engine/shards/webdataset/read-ranges.ts';

const KIB = 1024;
const MIB = 1024 * KIB;

test('neighbours are read as one, in order; empty ranges are not read', () => {
  const ranges = [
    { start: 40 * KIB, end: 41 * KIB },
    { start: 0, end: 512 },
    { start: 700, end: 700 },
    { start: 512, end: 1024 },
    { start: 1 * MIB, end: 1 * MIB + 1 },
  ];
  expect(planReads(ranges)).toEqual([
    { start: 0, end: 1024 },
    { start: 40 * KIB, end: 41 * KIB },
    { start: 1 * MIB, end: 1 * MIB + 1 },
  ]);
});

test('a read does not grow beyond 8 MiB unless its ranges overlap', () => {
  const side = (at: number) => ({ start: at * 5 * MIB, end: (at + 1) * 5 * MIB });
  expect(planReads([side(0), side(1)])).toEqual([side(0), side(1)]);
  expect(planReads([{ start: 0, end: 10 * MIB }, { start: 9 * MIB, end: 11 * MIB }])).toEqual([{ start: 0, end: 11 * MIB }]);
});
