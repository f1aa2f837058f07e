import { gzipSync } from 'node:zlib';
import type { Column } from '../../protocol/shards.ts';
import type { Value } from '../../protocol/values.ts';
import { sniffImage, sniffMedia } from '../images/sniff.ts';
import { isMissing, jsonText, recordText } from '../pages/json-text.ts';
import { plainText } from '../pages/table-text.ts';
import { fieldKind } from '../shards/webdataset/field-kind.ts';
import type { TarMember } from './tar-file.ts';

/** What the columns of a table are in a WebDataset, by their places among the columns. */
export interface SamplePlan {
  readonly columns: readonly Column[];
  /** Null: keys are made. */
  readonly key: number | null;
  /** Goes to `.txt`. */
  readonly text: number | null;
  /** Its pictures have no name but their suffix. */
  readonly picture: number | null;
  /** The columns are members of samples already, named by what stands behind the key. */
  readonly isTar: boolean;
}

/** Longer keys are cut, in UTF-16 units. */
const MAX_KEY = 200;

/** A sample's key out of a cell; null where that gives none. */
export function keyOf({ key, isTar }: SamplePlan, row: readonly Value[]): string | null {
  const text = key === null ? null : plainText(row[key] ?? null);
  if (text === null || text === '') return null;
  if (isTar) return text;
  // A key ends at the first dot, and members that begin with two underscores are none.
  return text.replace(/[./\\\p{Cc}]/gu, '_').replace(/^_{2,}/, '_').slice(0, MAX_KEY).toWellFormed();
}

/** The members of a row's sample. */
export function sampleMembers(plan: SamplePlan, key: string, row: readonly Value[]): TarMember[] {
  return plan.isTar ? fieldMembers(plan, key, row) : columnMembers(plan, key, row);
}

function fieldMembers({ columns, key: keyColumn }: SamplePlan, key: string, row: readonly Value[]): TarMember[] {
  return row.flatMap((value, at) => {
    const name = columns[at]?.name ?? '';
    if (at === keyColumn || isMissing(value)) return [];
    const bytes = memberBytes(value, fieldKind(name).decoding === 'json');
    return [{ name: `${key}.${name}`, bytes: fieldKind(name).gzip && !isBytes(value) ? gzipSync(bytes) : bytes }];
  });
}

function memberBytes(value: Value, isJson: boolean): Uint8Array {
  if (isBytes(value)) return value.head;
  if (typeof value === 'object' && value?.type === 'invalid') return Buffer.from(value.text);
  return Buffer.from(isJson ? jsonText(value) : (plainText(value) ?? ''));
}

function columnMembers({ columns, text, picture }: SamplePlan, key: string, row: readonly Value[]): TarMember[] {
  const members: TarMember[] = [];
  const rest: (readonly [string, Value])[] = [];
  for (const [at, value] of row.entries()) {
    const name = columns[at]?.name ?? '';
    const files = filesOf(value);
    const front = at === picture ? key : `${key}.${fieldName(name)}`;
    for (const [i, bytes] of files.entries()) members.push({ name: `${front}${i === 0 ? '' : `.${i}`}.${suffixOf(bytes)}`, bytes });
    if (at === text && typeof value === 'string') members.push({ name: `${key}.txt`, bytes: Buffer.from(value) });
    else if (files.length === 0) rest.push([name, value]);
    else rest.push(...besideFiles(name, value));
  }
  if (rest.length > 0) members.push({ name: `${key}.json`, bytes: Buffer.from(recordText(rest)) });
  return members;
}

/** Bytes, those of a Hugging Face picture (`bytes` of a struct), or those of a list of these. */
function filesOf(value: Value): Uint8Array[] {
  if (typeof value !== 'object' || value === null) return [];
  if (value.type === 'bytes') return [value.head];
  if (value.type === 'struct') return value.entries.flatMap(([name, item]) => (name === 'bytes' && isBytes(item) ? [item.head] : []));
  if (value.type !== 'list') return [];
  const files = value.items.map(filesOf);
  return files.every(({ length }) => length === 1) ? files.flat() : [];
}

/** What a struct with a picture has besides. */
function besideFiles(name: string, value: Value): (readonly [string, Value])[] {
  if (typeof value !== 'object' || value?.type !== 'struct') return [];
  const entries = value.entries.filter(([field, item]) => field !== 'bytes' && item !== null);
  return entries.length === 0 ? [] : [[name, { type: 'struct', entries, length: entries.length }]];
}

function isBytes(value: Value): value is Extract<Value, { type: 'bytes' }> {
  return typeof value === 'object' && value?.type === 'bytes';
}

function suffixOf(bytes: Uint8Array): string {
  const picture = sniffImage(bytes);
  return picture === 'jpeg' ? 'jpg' : (picture ?? sniffMedia(bytes) ?? 'bin');
}

/** A column's name inside a member's: a slash would be a folder. */
function fieldName(name: string): string {
  return name.replace(/[/\\\p{Cc}]/gu, '_').toWellFormed();
}
