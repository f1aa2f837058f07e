import { closeSync, openSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';

/** NumPy files as NumPy writes them, for layouts whose producers' files are not at hand. */
export function npy(descr: string, shape: readonly number[], data: Uint8Array): Buffer {
  const dtype = descr.startsWith('[') ? descr : `'${descr}'`;
  const text = `{'descr': ${dtype}, 'fortran_order': False, 'shape': (${shape.map((axis) => `${axis},`).join(' ')}), }`;
  const padded = `${text.padEnd(Math.ceil((text.length + 11) / 64) * 64 - 11)}\n`;
  const length = Buffer.alloc(2);
  length.writeUInt16LE(padded.length);
  return Buffer.concat([Buffer.from('\x93NUMPY\x01\x00', 'latin1'), length, Buffer.from(padded), data]);
}

/** A matrix of float32: item `i` of row `row` is `row + i / 100`. */
export function matrix(rows: number, width: number): Buffer {
  const items = Float32Array.from({ length: rows * width }, (_, at) => Math.floor(at / width) + (at % width) / 100);
  return npy('<f4', [rows, width], new Uint8Array(items.buffer));
}

export function int64(values: readonly number[]): Buffer {
  return npy('<i8', [values.length], new Uint8Array(BigInt64Array.from(values.map(BigInt)).buffer));
}

export function float32(values: readonly number[]): Buffer {
  return npy('<f4', [values.length], new Uint8Array(Float32Array.from(values).buffer));
}

/** A DataComp subset: two uint64 a uid, in the order given. */
export function uidArray(uids: readonly string[]): Buffer {
  const halves = uids.flatMap((uid) => [BigInt(`0x${uid.slice(0, 16)}`), BigInt(`0x${uid.slice(16)}`)]);
  return npy("[('f0', '<u8'), ('f1', '<u8')]", [uids.length], new Uint8Array(BigUint64Array.from(halves).buffer));
}

/** A zip archive of stored members, as `numpy.savez` writes it but for zip64. */
export function npz(arrays: Readonly<Record<string, Buffer>>): Buffer {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, data] of Object.entries(arrays)) {
    const file = Buffer.from(`${name}.npy`);
    const facts = Buffer.alloc(26);
    facts.writeUInt16LE(20, 0);
    facts.writeUInt32LE(crc32(data), 10);
    facts.writeUInt32LE(data.length, 14);
    facts.writeUInt32LE(data.length, 18);
    facts.writeUInt16LE(file.length, 22);
    const entry = Buffer.alloc(16);
    entry.writeUInt32LE(offset, 12);
    directory.push(Buffer.from('PK\x01\x02\x14\x00', 'latin1'), facts.subarray(0, 24), entry.subarray(0, 2), entry.subarray(2, 12), entry.subarray(12), file);
    parts.push(Buffer.from('PK\x03\x04', 'latin1'), facts, file, data);
    offset += 4 + facts.length + file.length + data.length;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(Object.keys(arrays).length, 4);
  end.writeUInt16LE(Object.keys(arrays).length, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, central, Buffer.from('PK\x05\x06', 'latin1'), end]);
}

/** An array whose rows are zeros but for the last, of which no zero takes room on disk. */
export interface SparseArray {
  readonly name: string;
  readonly rows: number;
  readonly lastRow: Uint8Array;
  readonly descr: string;
  readonly width: number;
}

/** An `.npz` file as `numpy.savez` writes a large one: with zip64 fields, its members beyond 4 GiB. */
export function writeSparseNpz(path: string, arrays: readonly SparseArray[]): void {
  const file = openSync(path, 'w');
  const directory: Buffer[] = [];
  let offset = 0;
  for (const { name, rows, lastRow, descr, width } of arrays) {
    const member = Buffer.from(`${name}.npy`);
    const head = npy(descr, [rows, width], new Uint8Array());
    const size = head.length + rows * lastRow.length;
    const local = Buffer.alloc(30 + member.length + 20);
    local.write('PK\x03\x04\x2d\x00', 0, 'latin1');
    local.writeUInt32LE(0xffffffff, 18);
    local.writeUInt32LE(0xffffffff, 22);
    local.writeUInt16LE(member.length, 26);
    local.writeUInt16LE(20, 28);
    member.copy(local, 30);
    wideField(local, 30 + member.length, [size, size]);
    writeSync(file, local, 0, local.length, offset);
    writeSync(file, head, 0, head.length, offset + local.length);
    writeSync(file, lastRow, 0, lastRow.length, offset + local.length + size - lastRow.length);
    const entry = Buffer.alloc(46 + member.length + 28);
    entry.write('PK\x01\x02', 0, 'latin1');
    for (const at of [20, 24, 42]) entry.writeUInt32LE(0xffffffff, at);
    entry.writeUInt16LE(member.length, 28);
    entry.writeUInt16LE(28, 30);
    member.copy(entry, 46);
    wideField(entry, 46 + member.length, [size, size, offset]);
    directory.push(entry);
    offset += local.length + size;
  }
  const central = Buffer.concat(directory);
  const end = Buffer.alloc(56 + 20 + 22);
  end.write('PK\x06\x06', 0, 'latin1');
  for (const [at, value] of [[4, 44], [24, arrays.length], [32, arrays.length], [40, central.length], [48, offset]] as const) end.writeBigUInt64LE(BigInt(value), at);
  end.write('PK\x06\x07', 56, 'latin1');
  end.writeBigUInt64LE(BigInt(offset + central.length), 64);
  end.write('PK\x05\x06', 76, 'latin1');
  end.writeUInt16LE(arrays.length, 86);
  end.writeUInt32LE(0xffffffff, 88);
  end.writeUInt32LE(0xffffffff, 92);
  writeSync(file, Buffer.concat([central, end]), 0, central.length + end.length, offset);
  closeSync(file);
}

function wideField(buffer: Buffer, at: number, values: readonly number[]): void {
  buffer.writeUInt16LE(1, at);
  buffer.writeUInt16LE(8 * values.length, at + 2);
  for (const [i, value] of values.entries()) buffer.writeBigUInt64LE(BigInt(value), at + 4 + 8 * i);
}
