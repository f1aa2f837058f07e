/** A member's place in a WebDataset: which sample, which field of it. */
export interface SampleKey {
  readonly key: string;
  /** What follows the first dot of the base name, as written: `metadata.json`, `JPG`. */
  readonly field: string;
}

/**
 * The key is the path up to the FIRST dot of the base name, the rest is the field; `./` in front does not
 * count. Null for a name without a dot, or with nothing before it (`.DS_Store`): no sample's member.
 */
export function splitKey(name: string): SampleKey | null {
  const from = name.startsWith('./') ? 2 : 0;
  const base = Math.max(name.lastIndexOf('/') + 1, from);
  const dot = name.indexOf('.', base);
  if (dot <= base) return null;
  return { key: name.slice(from, dot), field: name.slice(dot + 1) };
}

/** Members whose base name starts with `__` describe the shard and belong to no sample. */
export function isMetadataName(name: string): boolean {
  return name.startsWith('__', name.lastIndexOf('/') + 1);
}
