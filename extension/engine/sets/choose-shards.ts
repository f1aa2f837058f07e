import { suffixFormat, type Detection } from '../shards/detect.ts';

/** A file of a set. */
export interface SetFile {
  readonly path: string;
  /** Relative to the set's folder, with slashes: what the shard column says. */
  readonly name: string;
}

/** What is taken of a folder, and what of the rest a person might miss. */
export interface Choice {
  readonly shards: readonly SetFile[];
  readonly leftOut: readonly SetFile[];
  readonly family: Family | null;
}

type Family = Detection['format'];

/** Of two families with equally many files the first one is taken. A JSON document is a shard only where nothing else is. */
const FAMILIES: readonly Family[] = ['tar', 'parquet', 'lines', 'array'];

export const FAMILY_WORDS: Readonly<Record<Family, string>> = { tar: 'tar archives', parquet: 'Parquet', lines: 'JSON Lines', array: 'JSON documents' };

/** What tools write beside shards about them: never rows of their own. */
const ABOUT_SHARDS = /(_stats\.json|^dataset_infos?\.json|^dataset_dict\.json|^state\.json)$/i;

/** Folders whose files are about the rows of the files in `documents`, line by line. */
const BESIDE_DOCUMENTS = new Set(['attributes', 'quality_signals', 'duplicates', 'minhash', 'clusters']);

/**
 * Which files of a folder are its shards: the files of the format that most of them have. Files that lie beside others
 * and describe their rows (a table beside a tar archive of the same name, attributes beside documents) are no shards.
 */
export function chooseShards(files: readonly SetFile[]): Choice {
  const known = withoutSideCars(files).flatMap((file) => {
    const family = suffixFormat(file.name);
    return family === null || ABOUT_SHARDS.test(baseName(file.name)) ? [] : [{ file, family }];
  });
  const counts = new Map<Family, number>();
  for (const { family } of known) counts.set(family, (counts.get(family) ?? 0) + 1);
  const rank = (family: Family): number => (family === 'array' ? 0.5 : (counts.get(family) ?? 0));
  const [family = null] = FAMILIES.filter((each) => counts.has(each)).sort((a, b) => rank(b) - rank(a));
  return {
    shards: known.filter((each) => each.family === family).map(({ file }) => file),
    leftOut: known.filter((each) => each.family !== family).map(({ file }) => file),
    family,
  };
}

function withoutSideCars(files: readonly SetFile[]): readonly SetFile[] {
  const archives = new Set(files.filter(({ name }) => suffixFormat(name) === 'tar').map(({ name }) => stem(name)));
  const roots = new Set(files.flatMap(({ name }) => foldersOf(name).flatMap(({ root, folder }) => (folder === 'documents' ? [root] : []))));
  const beside = (name: string): boolean => foldersOf(name).some(({ root, folder }) => BESIDE_DOCUMENTS.has(folder) && roots.has(root));
  return files.filter(({ name }) => !(suffixFormat(name) === 'parquet' && archives.has(stem(name))) && !beside(name));
}

/** Every folder on the way to a file, with the path before it. */
function foldersOf(name: string): { readonly root: string; readonly folder: string }[] {
  const folders = name.split('/').slice(0, -1);
  return folders.map((folder, i) => ({ root: folders.slice(0, i).join('/'), folder }));
}

function baseName(name: string): string {
  return name.slice(name.lastIndexOf('/') + 1);
}

/** The name up to the first dot of its last part. */
function stem(name: string): string {
  const base = baseName(name);
  const dot = base.indexOf('.');
  return name.slice(0, name.length - base.length) + (dot === -1 ? base : base.slice(0, dot));
}
