import type { ColumnRole } from '../../protocol/scores.ts';
import type { ValueShape } from '../shards/column-shape.ts';
import type { Company } from './score-names.ts';

export type PlainRole = Exclude<ColumnRole['role'], 'score' | 'none'>;

export interface RoleName {
  /** Names in lower case; `*` stands for anything, a dot leads into a struct. */
  readonly names: readonly string[];
  readonly role: PlainRole;
  /** What the values have to be. */
  readonly shapes: readonly ValueShape[];
  readonly when?: Company;
}

const TEXT = ['text'] as const;
const NUMBER = ['number'] as const;
const ID = ['text', 'number', 'other'] as const;

/** What columns are for that are no scores, by the names that published datasets use. The first entry that fits is taken. */
export const ROLE_NAMES: readonly RoleName[] = [
  { names: ['*'], role: 'image', shapes: ['image'] },
  { names: ['*'], role: 'embedding', shapes: ['vector'] },
  { names: ['image', 'img', 'jpg', 'jpeg', 'png', 'webp'], role: 'image', shapes: ['bytes', 'struct'] },
  { names: ['embedding', '*_embedding', '*_emb', 'b32_img', 'b32_txt', 'l14_img', 'l14_txt'], role: 'embedding', shapes: ['list'] },
  { names: ['url', 'image_url', 'page_url', 'uri', 'warc_url', '*.url'], role: 'url', shapes: TEXT },
  { names: ['org_caption', 'original_caption', 'raw_caption', 'alt', 'alt_text', 'alttext', 'alt-text'], role: 'alt-text', shapes: TEXT },
  { names: ['re_caption', 'caption', 'captions', 'top_caption', 'all_captions', '*_caption', 'caption.txt'], role: 'caption', shapes: ['text', 'list'] },
  // What stands beside a picture's address is its alt-text.
  { names: ['text'], role: 'alt-text', shapes: TEXT, when: { all: ['url'], any: ['similarity', 'pwatermark', 'punsafe', 'clip_*_similarity_score', 'clip_similarity_*', 'original_width', 'width'] } },
  { names: ['text', 'content', 'raw_content', 'document', 'body', 'txt'], role: 'text', shapes: TEXT },
  { names: ['key', '__key__'], role: 'key', shapes: ID },
  { names: ['id', 'uid', 'uuid', 'doc_id', 'docid', 'id_int', 'sample_id', 'image_id', 'idx', '*_uid', '*_uuid'], role: 'id', shapes: ID },
  { names: ['sha256', 'sha1', 'md5', 'hash', 'phash', 'image_phash', 'digest', 'minhash*'], role: 'hash', shapes: ID },
  { names: ['language', 'lang'], role: 'language', shapes: TEXT },
  { names: ['quality_signals', 'attributes', 'spans', 'quality_signals.*', 'attributes.*'], role: 'spans', shapes: ['list', 'struct'] },
  { names: ['original_width', 'width'], role: 'width', shapes: NUMBER },
  { names: ['original_height', 'height'], role: 'height', shapes: NUMBER },
];
