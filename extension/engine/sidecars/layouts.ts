/**
 * How a producer lays its files out: what lies beside a shard, and how its rows find theirs. Facts of the producers'
 * own code and cards.
 */
export interface Layout {
  /** What a person is told: `DataComp vectors`. */
  readonly name: string;
  /** Paths of shards that may have such a file, with `/`; named groups can stand in `file`. */
  readonly shard: RegExp;
  /** A column that the shard must have. */
  readonly shardColumn?: string;
  /**
   * Where the file is, from the shard's folder: `{stem}` is the shard's name without suffixes, `{name}` with them, other
   * words are groups of `shard`. One `*` stands for anything in one name.
   */
  readonly file: string;
  readonly join: Join;
  /** The file is one JSON object, whose entries are the rows. */
  readonly isObject?: boolean;
  /** Columns that the file must have, else it is something else; `uid` type means an array of uids. */
  readonly has?: { readonly columns: readonly string[] } | { readonly uids: true } | { readonly vectors: true };
  /** New names of the file's columns, where theirs say nothing; `*` is what the `*` of `file` stood for. */
  readonly names?: Readonly<Record<string, string>>;
}

export type Join =
  /** Row by row. Where both have the column `check`, its values must be equal too. */
  | { readonly by: 'row'; readonly check?: ShardKey & { readonly sideCar: string } }
  | ({ readonly by: 'key'; readonly sideCar: string } & ShardKey)
  /** The file is a list of ids, and its only column is yes or no. */
  | { readonly by: 'membership'; readonly column: string }
  /** One record about the whole shard. */
  | { readonly by: 'shard' };

/** What a row of the shard is known by: a column, else `path/row`, else the row's number. */
export interface ShardKey {
  readonly column?: string;
  readonly path?: string;
}

const ANY = /\.(tar|tar\.gz|tgz|parquet|jsonl|ndjson|json|jsonl\.gz|json\.gz|jsonl\.zst|json\.zst)$/i;
const TABLES = /\.(parquet|jsonl|ndjson|json|jsonl\.gz|json\.gz|jsonl\.zst|json\.zst)$/i;
const TAR = /\.(tar|tar\.gz|tgz)$/i;
const PARQUET = /\.parquet$/i;
const CLIP_RETRIEVAL = /(^|\/)metadata\/metadata_(?<n>\d+)\.parquet$/;
/** Folders below `documents` are the same below the folders of the side-cars. */
const RED_PAJAMA = /(^|\/)documents\/(?<inner>(?:[^/]+\/)*)(?<document>[^/]+)\.json\.gz$/;
const DOLMA = /(^|\/)documents\/(?<inner>(?:[^/]+\/)*)[^/]+\.jsonl?(\.gz|\.zst)?$/;

const RED_PAJAMA_ID: ShardKey = { column: 'id', path: '{inner}{document}.json.gz' };

/** One file can fit several; the first whose `has` it meets is taken. */
export const LAYOUTS: readonly Layout[] = [
  { name: 'img2dataset table', shard: TAR, file: '{stem}.parquet', join: { by: 'key', column: '__key__', sideCar: 'key' }, has: { columns: ['key'] } },
  { name: 'img2dataset shard', shard: PARQUET, shardColumn: 'key', file: '{stem}.tar', join: { by: 'key', column: 'key', sideCar: '__key__' }, has: { columns: ['__key__'] } },
  { name: 'img2dataset statistics', shard: ANY, file: '{stem}_stats.json', join: { by: 'shard' } },
  { name: 'TL;DR features', shard: ANY, file: '{stem}.npz', join: { by: 'key', sideCar: 'arr_1' }, has: { columns: ['arr_0', 'arr_1'] }, names: { arr_0: 'features' } },
  { name: 'DataComp vectors', shard: PARQUET, file: '{stem}.npz', join: { by: 'row' } },
  { name: 'NumPy arrays', shard: ANY, file: '{stem}.npz', join: { by: 'row' } },
  { name: 'uid subset', shard: TABLES, shardColumn: 'uid', file: '*.npy', join: { by: 'membership', column: 'uid' }, has: { uids: true } },
  { name: 'uid list', shard: TABLES, shardColumn: 'uid', file: '*uids.txt', join: { by: 'membership', column: 'uid' } },
  { name: 'id list', shard: TABLES, shardColumn: 'id', file: '*_ids.txt', join: { by: 'membership', column: 'id' } },
  { name: 'CiT caption embeddings', shard: ANY, file: '{stem}.npy', join: { by: 'row' }, has: { vectors: true }, names: { array: 'caption_embedding' } },
  { name: 'clip-retrieval image embeddings', shard: CLIP_RETRIEVAL, file: '../img_emb/img_emb_{n}.npy', join: { by: 'row' }, names: { array: 'img_emb' } },
  { name: 'clip-retrieval text embeddings', shard: CLIP_RETRIEVAL, file: '../text_emb/text_emb_{n}.npy', join: { by: 'row' }, names: { array: 'text_emb' } },
  {
    name: 'RedPajama-V2 quality signals',
    shard: RED_PAJAMA,
    file: '{documents}quality_signals/{inner}{document}.signals.json.gz',
    join: { by: 'row', check: { ...RED_PAJAMA_ID, sideCar: 'id' } },
    names: { metadata: 'signals_metadata' },
  },
  { name: 'RedPajama-V2 minhash', shard: RED_PAJAMA, file: '{documents}minhash/{inner}{document}.minhash.parquet', join: { by: 'key', ...RED_PAJAMA_ID, sideCar: 'id' }, names: { shard_id: 'minhash_shard_id', id_int: 'minhash_id_int' } },
  { name: 'RedPajama-V2 duplicates', shard: RED_PAJAMA, file: '{documents}duplicates/{inner}{document}.duplicates.parquet', join: { by: 'key', ...RED_PAJAMA_ID, sideCar: 'doc_id' }, names: { shard_id: 'duplicate_shard_id', digest: 'duplicate_digest' } },
  { name: 'RedPajama-V2 clusters', shard: RED_PAJAMA, file: '{documents}clusters/{inner}{document}.clusters.parquet', join: { by: 'key', ...RED_PAJAMA_ID, sideCar: 'id' }, names: { shard_id: 'cluster_shard_id', id_int: 'cluster_id_int' } },
  { name: 'Dolma attributes', shard: DOLMA, file: '{documents}attributes/*/{inner}{name}', join: { by: 'row', check: { column: 'id', sideCar: 'id' } }, has: { columns: ['attributes'] }, names: { attributes: '*' } },
  { name: 'MetaCLIP index', shard: ANY, file: 'index_json/{stem}.json', join: { by: 'key', column: 'uuid', sideCar: 'key' }, isObject: true, names: { value: 'index_texts' } },
  { name: 'MetaCLIP index', shard: ANY, file: '../index_json/{stem}.json', join: { by: 'key', column: 'uuid', sideCar: 'key' }, isObject: true, names: { value: 'index_texts' } },
  ...['', '../'].flatMap((folder) =>
    ['{stem}.parquet', '{stem}.jsonl', '{stem}.npy', '{stem}/data-00000-of-00001.arrow'].map(
      (file): Layout => ({ name: 'MATES prediction', shard: ANY, file: `${folder}*-data_influence_model-prediction/${file}`, join: { by: 'row' }, names: { array: 'prediction' } }),
    ),
  ),
];
