import { below } from './random.ts';

/** A key and its value as a record writes them, with the blanks before the key and around the colon. */
interface ModelMember {
  readonly before: string;
  readonly key: string;
  /** The key as it is written. */
  readonly name: string;
  readonly colon: string;
  raw: string;
}

/** The texts that a seeded test makes records of. */
const RAW = ['1', '12345678901234567890123', '1E5', '-0', '1.50', 'null', 'true', '""', '"a cat"', '"\\u00e9\\n\\/"', '"\u{1f4a1} \\" x"', '"\\ud800"', '[1,  2.0, [ ]]', '{"b":  1, "b": 2}', '[]', '{}'];
const BASE_ONLY = ['NaN', '-Infinity', '"\\u00e9"'];
export const KEYS = ['caption', 'id', 'meta', 'x', 'é', 'a"b', 'long key'];

/** One record in memory: plain strings, no reader and no writer of ours. */
export class ModelRecord {
  members: ModelMember[];
  tail: string;

  constructor(members: ModelMember[], tail: string) {
    this.members = members;
    this.tail = tail;
  }

  static random(random: () => number): ModelRecord {
    const gap = pick(random, ['', ' ', '  ']);
    const colon = pick(random, [':', ': ', ' : ']);
    const first = pick(random, ['', ' ']);
    const members = Array.from({ length: below(random, 5) }, (_, i): ModelMember => {
      const key = pick(random, KEYS);
      return { before: i === 0 ? first : gap, key, name: JSON.stringify(key), colon, raw: pick(random, [...RAW, ...BASE_ONLY]) };
    });
    return new ModelRecord(members, pick(random, ['', ' ']));
  }

  /** The value that counts under a key; null where there is none. */
  get(key: string): string | null {
    return this.members.findLast((member) => member.key === key)?.raw ?? null;
  }

  /** Does what the rules of a save say: change in place, add last, take away with one comma. */
  set(key: string, raw: string | null): void {
    const at = this.members.findLastIndex((member) => member.key === key);
    const member = this.members[at];
    if (raw !== null && member !== undefined) member.raw = this.styled(raw);
    else if (raw !== null) this.#add(key, raw);
    else if (member !== undefined) this.#remove(at);
  }

  text(): string {
    return `{${this.members.map(({ before, name, colon, raw }, i) => `${i === 0 ? '' : ','}${before}${name}${colon}${raw}`).join('')}${this.tail}}`;
  }

  copy(): ModelRecord {
    return new ModelRecord(this.members.map((member) => ({ ...member })), this.tail);
  }

  /** A value as this record writes it: all in escapes where its text has escapes beyond ASCII and nothing raw. */
  styled(raw: string): string {
    const own = this.text();
    const escapes = /\\u(?:00[89a-f]|0[1-9a-f]|[1-9a-f])/.test(own) && /^[\0-\x7f]*$/.test(own);
    return escapes ? raw.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`) : raw;
  }

  #add(key: string, value: string): void {
    const [first] = this.members;
    const last = this.members.at(-1);
    const added = { key, name: this.styled(JSON.stringify(key)), raw: this.styled(value) };
    if (first === undefined || last === undefined) this.members = [{ before: '', colon: ': ', ...added }];
    else if (this.members.length > 1) this.members.push({ before: last.before, colon: last.colon, ...added });
    else this.members.push({ before: first.before === '' && first.colon.endsWith(' ') ? ' ' : first.before, colon: first.colon, ...added });
  }

  #remove(at: number): void {
    const [removed] = this.members.splice(at, 1);
    const [first] = this.members;
    if (at > 0 || removed === undefined) return;
    if (first === undefined) this.tail = removed.before + this.tail;
    else this.members[0] = { ...first, before: removed.before };
  }
}

/** A value that an edit may bring. */
export function randomRaw(random: () => number): string {
  return pick(random, RAW);
}

export function pick<T>(random: () => number, items: readonly T[]): T {
  return items[below(random, items.length)] as T;
}
