import { createInflateRaw, crc32 } from 'node:zlib';
import type { CompressedInput } from './compressed-input.ts';
import { Decoder, STREAM_OPTIONS, type Output } from './decoder.ts';
import { StreamFault } from './stream-fault.ts';

const FLAG_HEADER_CRC = 2;
const FLAG_EXTRA = 4;
const FLAG_NAME = 8;
const FLAG_COMMENT = 16;
const DEFLATE = 8;

/**
 * Decodes every member of a gzip file. The members' frames are read here and only the deflate data goes to
 * zlib, because Node's own gunzip drops good data when garbage follows it.
 * @param member called at the end of every member
 * @throws StreamFault; what was decoded before it has been handed to `output`
 */
export async function decodeGzip(input: CompressedInput, output: Output, member: () => void): Promise<void> {
  for (let members = 0; ; members++) {
    const start = input.position;
    if (!(await readHeader(input, members))) return;
    await decodeMember(input, output, start);
    member();
  }
}

/** Reads a member's header; false where the file ends, or only zero padding follows. */
async function readHeader(input: CompressedInput, members: number): Promise<boolean> {
  const start = input.position;
  const fixed = await input.take(10);
  if (fixed === null) {
    const rest = await remainder(input);
    if (rest.every((byte) => byte === 0)) {
      if (members > 0) return false;
      throw new StreamFault('truncated', input.total);
    }
    throw new StreamFault(members > 0 && !isMagic(rest) ? 'trailing' : 'truncated', isMagic(rest) ? input.total : start);
  }
  if (!isMagic(fixed)) {
    if (members > 0 && fixed.every((byte) => byte === 0)) return skipPadding(input);
    throw new StreamFault(members > 0 ? 'trailing' : 'damaged', start, 'no gzip header');
  }
  if (fixed[2] !== DEFLATE) throw new StreamFault('damaged', start + 2, `compression method ${String(fixed[2])}`);
  await skipOptional(input, fixed[3] ?? 0);
  return true;
}

function isMagic(bytes: Buffer): boolean {
  return bytes[0] === 0x1f && (bytes.length < 2 || bytes[1] === 0x8b);
}

async function remainder(input: CompressedInput): Promise<Buffer> {
  return (await input.next()) ?? Buffer.alloc(0);
}

async function skipPadding(input: CompressedInput): Promise<boolean> {
  for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) {
    const other = chunk.findIndex((byte) => byte !== 0);
    if (other >= 0) throw new StreamFault('trailing', input.position - chunk.length + other);
  }
  return false;
}

async function skipOptional(input: CompressedInput, flags: number): Promise<void> {
  if (flags & FLAG_EXTRA) {
    const length = await input.take(2);
    if (length === null || (await input.take(length.readUInt16LE(0))) === null) throw new StreamFault('truncated', input.total);
  }
  if (flags & FLAG_NAME) await skipText(input);
  if (flags & FLAG_COMMENT) await skipText(input);
  if (flags & FLAG_HEADER_CRC && (await input.take(2)) === null) throw new StreamFault('truncated', input.total);
}

async function skipText(input: CompressedInput): Promise<void> {
  for (;;) {
    const chunk = await input.next();
    if (chunk === null) throw new StreamFault('truncated', input.total);
    const end = chunk.indexOf(0);
    if (end < 0) continue;
    input.putBack(chunk.subarray(end + 1));
    return;
  }
}

async function decodeMember(input: CompressedInput, output: Output, start: number): Promise<void> {
  let sum = 0;
  let size = 0;
  const decoder = new Decoder(createInflateRaw(STREAM_OPTIONS), async (bytes) => {
    sum = crc32(bytes, sum);
    size = (size + bytes.length) >>> 0;
    await output(bytes);
  });
  try {
    await inflate(input, decoder);
  } finally {
    decoder.close();
  }
  const trailerAt = input.position;
  const trailer = await input.take(8);
  if (trailer === null) throw new StreamFault('truncated', input.total);
  if (trailer.readUInt32LE(0) !== sum || trailer.readUInt32LE(4) !== size) {
    throw new StreamFault('damaged', trailerAt, `the checksum of the member that begins at byte ${start} does not match`);
  }
}

async function inflate(input: CompressedInput, decoder: Decoder): Promise<void> {
  for (;;) {
    const chunk = await input.next();
    if (chunk === null) throw new StreamFault('truncated', input.total);
    const at = input.position - chunk.length;
    const taken = await decoder.feed(chunk).catch((error: unknown) => {
      throw StreamFault.fromZlib(error, at);
    });
    if (taken === chunk.length) continue;
    input.putBack(chunk.subarray(taken));
    return;
  }
}
