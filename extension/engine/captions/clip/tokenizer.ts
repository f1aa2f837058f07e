import { cleanText, type Entities } from './clean-text.ts';
import { mergePairs } from './merge-pairs.ts';

/** Bytes that have characters of their own come first among the symbols, as they are in the table. */
const PLAIN_BYTES: readonly (readonly [from: number, to: number])[] = [[0x21, 0x7e], [0xa1, 0xac], [0xae, 0xff]];
const BYTES = 256;
const END_OF_WORD = '</w>';
const [START, END] = ['<|startoftext|>', '<|endoftext|>'];
const TOKENS = /<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\p{White_Space}\p{L}\p{N}]+/giu;
/** Words whose tokens are remembered. */
const REMEMBERED = 20_000;

/** CLIP's tokenizer: byte pairs over bytes, with the table that was published with it. */
export class ClipTokenizer {
  readonly #entities: Entities;
  readonly #ranks = new Map<number, number>();
  readonly #symbolOfByte = symbolsOfBytes();
  readonly #words = new Map<string, readonly number[]>();
  readonly #specials: ReadonlyMap<string, number>;
  readonly #known: number;

  private constructor(merges: readonly string[], entities: Entities) {
    this.#entities = entities;
    const symbols = new Map<string, number>();
    for (const [byte, symbol] of this.#symbolOfByte.entries()) {
      symbols.set(characterOf(byte, symbol), symbol);
      symbols.set(characterOf(byte, symbol) + END_OF_WORD, BYTES + symbol);
    }
    for (const [rank, merge] of merges.entries()) {
      const [a = '', b = ''] = merge.split(' ');
      this.#ranks.set(pairKey(symbols.get(a) ?? 0, symbols.get(b) ?? 0), rank);
      symbols.set(a + b, 2 * BYTES + rank);
    }
    this.#known = 2 * BYTES + merges.length;
    this.#specials = new Map([[START, this.#known], [END, this.#known + 1]]);
  }

  static async load(): Promise<ClipTokenizer> {
    const [{ default: table }, { default: entities }] = await Promise.all([import('./merges.json', { with: { type: 'json' } }), import('./entities.json', { with: { type: 'json' } })]);
    return new ClipTokenizer(table.merges.split('\n'), entities);
  }

  /** The numbers of a text's tokens, without those that mark its start and end. */
  encode(text: string): number[] {
    const tokens: number[] = [];
    for (const [word] of cleanText(text, this.#entities).matchAll(TOKENS)) for (const token of this.#wordTokens(word)) tokens.push(token);
    return tokens;
  }

  /** Tokens as CLIP counts them against its context of 77: with the mark of the start and that of the end. */
  count(text: string): number {
    return this.encode(text).length + 2;
  }

  /** Few texts have a word that the table does not have in one piece: it was made of the most frequent ones. */
  isRare(word: string): boolean {
    return this.#wordTokens(word).length > 1;
  }

  #wordTokens(word: string): readonly number[] {
    const known = this.#words.get(word);
    if (known !== undefined) return known;
    const special = this.#specials.get(word);
    const symbols = Array.from(Buffer.from(word), (byte) => this.#symbolOfByte[byte] ?? 0);
    const ended = symbols.map((symbol, at) => (at === symbols.length - 1 ? BYTES + symbol : symbol));
    const tokens = special === undefined ? mergePairs(ended, 2 * BYTES, (a, b) => this.#ranks.get(pairKey(a, b))) : [special];
    if (this.#words.size >= REMEMBERED) this.#words.clear();
    if (word.length < 64) this.#words.set(word, tokens);
    return tokens;
  }
}

function pairKey(a: number, b: number): number {
  return a * 65_536 + b;
}

/** The symbol of each byte. */
function symbolsOfBytes(): number[] {
  const symbols = Array.from({ length: BYTES }, () => -1);
  let next = 0;
  for (const [from, to] of PLAIN_BYTES) for (let byte = from; byte <= to; byte++) symbols[byte] = next++;
  for (let byte = 0; byte < BYTES; byte++) if (symbols[byte] === -1) symbols[byte] = next++;
  return symbols;
}

/** How the table writes a byte: as itself where it can be seen, else as a character beyond the bytes. */
function characterOf(byte: number, symbol: number): string {
  const plain = PLAIN_BYTES.reduce((sum, [from, to]) => sum + to - from + 1, 0);
  return String.fromCharCode(symbol < plain ? byte : BYTES + symbol - plain);
}
