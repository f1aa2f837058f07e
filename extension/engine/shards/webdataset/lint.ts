import type { LintFinding } from '../../../protocol/lint.ts';
import type { Notice } from '../../../protocol/shards.ts';
import type { Value, ValueLimits } from '../../../protocol/values.ts';
import { sniffImage } from '../../images/sniff.ts';
import type { ArchiveIndex } from './archive-index.ts';
import { fieldKind } from './field-kind.ts';
import type { MemberReader } from './member-reader.ts';
import { readSamples } from './sample-rows.ts';

/** Samples that are looked at together. */
const BATCH = 256;
/** Findings of one code that are listed; a shard with more of them has one cause. */
const MAX_OF_A_CODE = 200;
/** Keys that are remembered to find those that come again. */
const MAX_KEYS = 2_000_000;
/** Whole JSON members, of which nothing is kept; the first bytes of pictures. */
const LIMITS: ValueLimits = { text: 8_192, bytes: 512, items: 1, summariseVectors: true };

/** Suffixes that mean a format that is called otherwise. */
const FORMAT_OF_SUFFIX: Readonly<Record<string, string>> = { jpg: 'jpeg', jpe: 'jpeg', jfif: 'jpeg', tif: 'tiff', heif: 'heic', pnm: 'ppm' };
/** Suffixes that promise a picture and no format. */
const ANY_PICTURE = new Set(['img', 'image']);

export interface LintSource {
  readonly index: ArchiveIndex;
  readonly reader: MemberReader;
  readonly notices: readonly Notice[];
}

/**
 * What a loader of this WebDataset would stumble over, in the order of the samples; at most `MAX_OF_A_CODE` of each kind.
 * Every JSON member is read whole.
 * @throws LoupeError when the archive cannot be read any more
 */
export async function lintSamples(source: LintSource, signal: AbortSignal): Promise<LintFinding[]> {
  const findings = new Findings();
  for (const { severity, message } of source.notices) {
    if (severity !== 'info') findings.add({ code: 'archive', severity, message, place: 'the archive' });
  }
  const keys = new KeyOrder(findings);
  const expected = commonFields(source.index);
  const columns = [0, ...source.index.fields.map((_, field) => field + 1)];
  for (let start = 0; start < source.index.rows; start += BATCH) {
    const values = await readSamples(source.index, source.reader, { start, end: start + BATCH, columns, limits: LIMITS }, signal);
    for (const [at, key] of (values[0] ?? []).entries()) {
      const sample: Sample = { row: start + at, key: keyText(key), fields: source.index.fields.map(({ name }, field) => ({ name, value: values[field + 1]?.[at] ?? null })) };
      keys.look(sample);
      lintFields(sample, expected, findings);
    }
  }
  return findings.list();
}

interface SampleField {
  readonly name: string;
  readonly value: Value;
}

interface Sample {
  readonly row: number;
  readonly key: string;
  /** Every field of the archive; those that the sample does not have are missing. */
  readonly fields: readonly SampleField[];
}

class Findings {
  readonly #list: LintFinding[] = [];
  readonly #counts = new Map<string, number>();

  add(finding: LintFinding): void {
    const count = (this.#counts.get(finding.code) ?? 0) + 1;
    this.#counts.set(finding.code, count);
    if (count <= MAX_OF_A_CODE) this.#list.push(finding);
  }

  list(): LintFinding[] {
    const more = [...this.#counts].filter(([, count]) => count > MAX_OF_A_CODE);
    const notes = more.map(([code, count]): LintFinding => ({ code, severity: 'info', message: `${count - MAX_OF_A_CODE} more findings of this kind are not listed.`, place: 'the archive' }));
    return [...this.#list, ...notes];
  }
}

/** Whether keys ascend, and whether one comes again. */
class KeyOrder {
  readonly #findings: Findings;
  readonly #rows = new Map<string, number>();
  #last: string | null = null;
  #ascending = true;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  look({ row, key }: Sample): void {
    const place = `sample ${key}`;
    const before = this.#rows.get(key);
    if (before !== undefined) {
      const message = `The key ${key} began a sample in row ${before + 1} and begins another one here: its members are interleaved with others, and loaders see two samples.`;
      this.#findings.add({ code: 'key-again', severity: 'error', message, row, place });
    } else if (this.#last !== null && key < this.#last && this.#ascending) {
      this.#ascending = false;
      const message = `Keys are not in ascending order: ${key} comes after ${this.#last}. Tools that merge or index shards by key expect order.`;
      this.#findings.add({ code: 'key-order', severity: 'info', message, row, place });
    }
    if (this.#rows.size < MAX_KEYS) this.#rows.set(key, before ?? row);
    this.#last = key;
  }
}

/** Fields that at least half of the samples have. */
function commonFields(index: ArchiveIndex): ReadonlySet<string> {
  return new Set(index.fields.filter((field) => field.samples * 2 >= index.rows).map(({ name }) => name));
}

function lintFields({ row, key, fields }: Sample, expected: ReadonlySet<string>, findings: Findings): void {
  const place = `sample ${key}`;
  const pictures = fields.filter(({ name, value }) => isPicture(name) && !isMissing(value));
  // A picture of another format stands in for the one that most samples have.
  const absent = fields.filter(({ name, value }) => expected.has(name) && isMissing(value) && !(isPicture(name) && pictures.length > 0)).map(({ name }) => name);
  if (absent.length > 0) {
    findings.add({ code: 'missing-field', severity: 'warning', message: `The sample has no ${absent.join(', ')}, which most others have.`, row, place });
  }
  if (pictures.length > 1) {
    findings.add({ code: 'two-images', severity: 'warning', message: `The sample has ${pictures.length} pictures: ${pictures.map(({ name }) => name).join(', ')}.`, row, place });
  }
  for (const picture of pictures) lintPicture(picture, row, place, findings);
  for (const { name, value } of fields) {
    if (fieldKind(name).decoding !== 'json' || typeof value !== 'object' || value?.type !== 'invalid') continue;
    findings.add({ code: 'bad-json', severity: 'error', message: `${name}: ${value.message}`, row, place: `${place}, member ${name}` });
  }
}

function lintPicture({ name, value }: SampleField, row: number, at: string, findings: Findings): void {
  if (typeof value !== 'object' || value?.type !== 'bytes') return;
  const suffix = name.replace(/ \(\d+\)$/, '').split('.').at(-1) ?? '';
  const promised = FORMAT_OF_SUFFIX[suffix] ?? suffix;
  const format = value.size === 0 ? null : sniffImage(value.head);
  const place = `${at}, member ${name}`;
  if (format === null) {
    const message = value.size === 0 ? `${name} is empty.` : `${name} is no picture by its first bytes.`;
    findings.add({ code: 'no-image', severity: 'error', message, row, place });
  } else if (format !== promised && !ANY_PICTURE.has(suffix) && !/^\d+$/.test(suffix)) {
    findings.add({ code: 'image-suffix', severity: 'warning', message: `${name} is a ${format.toUpperCase()} by its first bytes.`, row, place });
  }
}

function isPicture(field: string): boolean {
  return fieldKind(field).decoding === 'image';
}

function isMissing(value: Value): boolean {
  return typeof value === 'object' && value?.type === 'missing';
}

function keyText(value: Value): string {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value?.type === 'text' ? value.text : '';
}
