import { isAlias, isMap, isScalar, isSeq, parseDocument, type Document, type Node, type YAMLMap, type YAMLSeq } from 'yaml';
import type { Entry, ListNode, MapNode, RecipeNode, ScalarNode, Span } from './nodes.ts';

/** What the parser could not read, in its own words. */
export interface SyntaxProblem extends Span {
  readonly message: string;
}

export interface RecipeText {
  readonly root: RecipeNode | null;
  readonly problems: readonly SyntaxProblem[];
  /** Offset behind which nothing was read; null where all was. */
  readonly cutAt: number | null;
}

/** A recipe is some hundred lines; what is generated may have tens of thousands, and typing must go on: 10,000 take a third of a second. */
export const LIMITS = { characters: 1_000_000, lines: 10_000, depth: 100 } as const;

/**
 * Reads YAML, and JSON as its subset, with a place for everything and no types: which text is a number is a question
 * of the loader. Never throws; what cannot be read is a problem with a place.
 */
export function parseRecipe(text: string): RecipeText {
  const cutAt = cutOf(text);
  const read = cutAt === null ? text : text.slice(0, cutAt);
  try {
    const document = parseDocument(read, { schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent', strict: false });
    const root = new Conversion().node(document.contents, 0);
    return { root, problems: problemsOf(document, cutAt), cutAt };
  } catch (error) {
    // The parser goes down with the nesting: ten thousand open brackets end its stack.
    if (!(error instanceof RangeError)) throw error;
    return { root: null, problems: [{ start: 0, end: 0, message: 'The nesting is too deep to be read.' }], cutAt };
  }
}

function cutOf(text: string): number | null {
  let lines = 0;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (++lines >= LIMITS.lines || at >= LIMITS.characters) return at + 1;
  }
  return text.length > LIMITS.characters ? LIMITS.characters : null;
}

function problemsOf({ errors }: Document.Parsed, cutAt: number | null): SyntaxProblem[] {
  // What stands open at the cut is no fault of the recipe.
  return errors.filter(({ pos }) => cutAt === null || pos[0] < cutAt - 1).map(({ message, pos }) => ({ message, start: pos[0], end: Math.max(pos[1], pos[0]) }));
}

/** One pass over the parser's tree. An alias is replaced by what it names, by reference: nothing is ever multiplied. */
class Conversion {
  private readonly anchors = new Map<string, RecipeNode>();

  node(node: unknown, depth: number, alias = false): RecipeNode | null {
    if (depth > LIMITS.depth) return null;
    if (isAlias(node)) return this.aliased(this.anchors.get(node.source), spanOf(node));
    const converted = isMap(node) ? this.map(node, depth) : isSeq(node) ? this.list(node, depth) : isScalar(node) ? scalar(node, alias) : null;
    const anchor = (node as Node | null)?.anchor;
    if (anchor !== undefined && converted !== null) this.anchors.set(anchor, converted);
    return converted;
  }

  /** A scalar is wrong where it is used; a collection where it stands. */
  private aliased(target: RecipeNode | undefined, span: Span): RecipeNode | null {
    if (target === undefined) return null;
    return target.kind === 'scalar' ? { ...target, ...span, alias: true } : target;
  }

  private map(map: YAMLMap, depth: number): MapNode {
    const own: Entry[] = [];
    const merged = new Map<string, Entry>();
    for (const { key, value } of map.items) {
      const name = this.node(key, depth + 1);
      if (name?.kind !== 'scalar') continue;
      const node = absent(value) ? null : this.node(value, depth + 1);
      if (name.text === '<<' && name.plain) this.merge(node, merged);
      else own.push({ key: name, value: node, merged: false });
    }
    return { kind: 'map', ...spanOf(map), flow: map.flow === true, entries: [...merged.values(), ...own] };
  }

  /** Each key once, so that merges of merges do not grow. */
  private merge(source: RecipeNode | null, into: Map<string, Entry>): void {
    const maps = source?.kind === 'list' ? source.items : [source];
    for (const map of maps) {
      if (map?.kind !== 'map') continue;
      for (const entry of map.entries) if (!into.has(entry.key.text)) into.set(entry.key.text, { ...entry, merged: true });
    }
  }

  private list(list: YAMLSeq, depth: number): ListNode {
    return { kind: 'list', ...spanOf(list), flow: list.flow === true, items: list.items.map((item) => (absent(item) ? null : this.node(item, depth + 1))) };
  }
}

/** The parser puts an empty scalar where nothing is. */
function absent(node: unknown): boolean {
  return node === null || (isScalar(node) && node.source === '' && node.type === 'PLAIN' && node.tag === undefined);
}

function scalar(node: Node & { value: unknown; source?: string; type?: string; tag?: string }, alias: boolean): ScalarNode {
  const text = typeof node.value === 'string' ? node.value : '';
  return { kind: 'scalar', ...spanOf(node), text, plain: node.type === 'PLAIN', tag: node.tag?.replace('tag:yaml.org,2002:', '') ?? null, alias };
}

function spanOf(node: { readonly range?: readonly [number, number, number] | null | undefined }): Span {
  return { start: node.range?.[0] ?? 0, end: node.range?.[1] ?? 0 };
}
