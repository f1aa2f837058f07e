/** When decompressed output is taken for a bomb. */
export interface OutputLimits {
  /** Bytes of output below which no ratio is suspect. */
  readonly freeBytes: number;
  /** Bytes of output for one byte of input. */
  readonly ratio: number;
}

/** Text rarely passes 30:1; deflate cannot pass 1032:1, zstd can reach 50,000:1. */
export const OUTPUT_LIMITS: OutputLimits = { freeBytes: 1024 ** 3, ratio: 250 };

/** Whether output of this size from this much input is a bomb. */
export function isBomb(output: number, input: number, limits: OutputLimits): boolean {
  return output > limits.freeBytes && output > input * limits.ratio;
}
