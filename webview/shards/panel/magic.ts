const SIGNATURES: readonly (readonly number[])[] = [
  [0xff, 0xd8, 0xff],
  [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a],
  [0x47, 0x49, 0x46, 0x38],
  [0x42, 0x4d],
  [0x49, 0x49, 0x2a, 0x00],
  [0x4d, 0x4d, 0x00, 0x2a],
];

/** Whether bytes begin like a picture; what a name says is not asked. */
export function looksLikePicture(head: Uint8Array): boolean {
  if (SIGNATURES.some((signature) => signature.every((byte, i) => head[i] === byte))) return true;
  const text = String.fromCharCode(...head.subarray(0, 12));
  return (text.startsWith('RIFF') && text.endsWith('WEBP')) || /^....ftyp(avif|avis|heic|heix|mif1)/s.test(text);
}
