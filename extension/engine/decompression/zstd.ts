import { constants, createZstdDecompress } from 'node:zlib';
import type { CompressedInput } from './compressed-input.ts';
import { Decoder, STREAM_OPTIONS, type Output } from './decoder.ts';
import { StreamFault } from './stream-fault.ts';
import { ZstdFrames } from './zstd-frames.ts';

/** Files made with `zstd --long=31` need windows of 2 GiB; memory is taken as data fills them. */
const PARAMETERS = { params: { [constants.ZSTD_d_windowLogMax]: 31 } };

/**
 * Decodes every frame of a zstd file; skippable frames give nothing.
 * @param frame called at the end of every frame with data
 * @throws StreamFault; what was decoded before it has been handed to `output`
 */
export async function decodeZstd(input: CompressedInput, output: Output, frame: () => void): Promise<void> {
  const frames = new ZstdFrames();
  const decoder = new Decoder(createZstdDecompress({ ...STREAM_OPTIONS, ...PARAMETERS }), output);
  try {
    for (let chunk = await input.next(); chunk !== null; chunk = await input.next()) {
      await decodeChunk(chunk, input.position - chunk.length, frames, decoder, frame);
    }
  } finally {
    decoder.close();
  }
  if (frames.openFrame !== null) throw new StreamFault('truncated', input.total, `in the frame that begins at byte ${frames.openFrame}`);
}

async function decodeChunk(chunk: Buffer, at: number, frames: ZstdFrames, decoder: Decoder, frame: () => void): Promise<void> {
  let from = 0;
  const before = frames.frames;
  for (const end of frames.push(chunk)) {
    const taken = await decoder.feed(chunk.subarray(from, end)).catch((error: unknown) => {
      throw StreamFault.fromZlib(error, at + from);
    });
    if (taken < end - from) throw new StreamFault('damaged', at + from + taken, 'the frame ends before its blocks do');
    from = end;
  }
  for (let count = before; count < frames.frames; count++) frame();
  if (frames.notAFrame !== null) {
    throw new StreamFault(frames.frames > 0 ? 'trailing' : 'damaged', frames.notAFrame, frames.frames > 0 ? '' : 'no zstd frame');
  }
}
