/** Every half-precision number by its 16 bits: 256 KiB, made when first needed. */
let table: Float32Array | null = null;

/** The number that 16 bits of IEEE half precision stand for; exact, as every one is a single-precision number. */
export function halfToNumber(bits: number): number {
  table ??= Float32Array.from({ length: 65_536 }, (_, each) => decode(each));
  return table[bits] ?? 0;
}

function decode(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0x1f) return fraction === 0 ? sign * Infinity : NaN;
  return exponent === 0 ? sign * fraction * 2 ** -24 : sign * (1024 + fraction) * 2 ** (exponent - 25);
}
