import { below } from './random.ts';

/** One way to damage bytes; the result is a copy. */
type Damage = (bytes: Buffer, random: () => number) => Buffer;

const DAMAGES: readonly Damage[] = [
  function flipBits(bytes, random) {
    const copy = Buffer.from(bytes);
    for (let i = 1 + below(random, 8); i > 0 && copy.length > 0; i--) {
      const at = below(random, copy.length);
      copy[at] = (copy[at] ?? 0) ^ (1 << below(random, 8));
    }
    return copy;
  },
  function setBytes(bytes, random) {
    const copy = Buffer.from(bytes);
    const interesting = [0, 0xff, 0x7f, 0x80, 0x0a, 0x22, 0x5c, 0x7b];
    for (let i = 1 + below(random, 16); i > 0 && copy.length > 0; i--) copy[below(random, copy.length)] = interesting[below(random, interesting.length)] ?? 0;
    return copy;
  },
  function truncate(bytes, random) {
    return Buffer.from(bytes.subarray(0, below(random, bytes.length + 1)));
  },
  function insert(bytes, random) {
    const at = below(random, bytes.length + 1);
    const extra = Buffer.from(Uint8Array.from({ length: 1 + below(random, 64) }, () => below(random, 256)));
    return Buffer.concat([bytes.subarray(0, at), extra, bytes.subarray(at)]);
  },
  function remove(bytes, random) {
    const at = below(random, bytes.length + 1);
    return Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + 1 + below(random, 256))]);
  },
  function repeat(bytes, random) {
    const at = below(random, bytes.length + 1);
    const piece = bytes.subarray(at, at + 1 + below(random, 1024));
    return Buffer.concat([bytes.subarray(0, at), piece, piece, bytes.subarray(at)]);
  },
  // The last bytes of Parquet hold its footer: random damage elsewhere would hardly ever meet it.
  function damageTail(bytes, random) {
    const copy = Buffer.from(bytes);
    const tail = Math.min(copy.length, 512);
    for (let i = 1 + below(random, 4); i > 0 && tail > 0; i--) copy[copy.length - 1 - below(random, tail)] = below(random, 256);
    return copy;
  },
  function damageFooter(bytes, random) {
    const copy = Buffer.from(bytes);
    const length = copy.length < 8 ? 0 : Math.min(copy.readUInt32LE(copy.length - 8), copy.length - 8);
    for (let i = 1 + below(random, 4); i > 0 && length > 0; i--) copy[copy.length - 9 - below(random, length)] = below(random, 256);
    return copy;
  },
  // Counts in the footer are numbers of several bytes, all but the last with their high bit set: less is claimed than there is.
  function lowerCounts(bytes, random) {
    const copy = Buffer.from(bytes);
    const length = copy.length < 8 ? 0 : Math.min(copy.readUInt32LE(copy.length - 8), copy.length - 8);
    for (let i = 1 + below(random, 4); i > 0 && length > 0; i--) {
      let at = copy.length - 8 - length + below(random, length);
      for (; at < copy.length - 8 && (copy[at] ?? 0) >= 0x80; at++) copy[at] = 0x80 | below(random, 128);
      if (at < copy.length - 8) copy[at] = below(random, (copy[at] ?? 0) + 1);
    }
    return copy;
  },
  // Sizes and levels stand at the beginning of a block, and most blocks begin after a run of other bytes.
  function damageCluster(bytes, random) {
    const copy = Buffer.from(bytes);
    const from = below(random, copy.length);
    for (let i = 1 + below(random, 8); i > 0 && copy.length > 0; i--) copy[Math.min(copy.length - 1, from + below(random, 64))] = below(random, 256);
    return copy;
  },
];

/** A damaged copy, and the name of what was done to it. */
export function mutate(bytes: Buffer, random: () => number): { readonly bytes: Buffer; readonly damage: string } {
  const damage = DAMAGES[below(random, DAMAGES.length)] as Damage;
  return { bytes: damage(bytes, random), damage: damage.name };
}
