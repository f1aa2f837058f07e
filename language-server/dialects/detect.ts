import type { RecipeNode } from '../document/nodes.ts';
import type { Dialect } from './dialect.ts';
import type { OwnSources } from './own.ts';
import { dialectAt, dialectNamed, FAMILIES } from './registry.ts';

export interface Detection extends OwnSources {
  /** A dialect by name, `data-juicer@1.4.3`, or `none`; null leaves it to the shape. */
  readonly override: string | null;
  /** Versions of the programs that the user has, by dialect. */
  readonly versions: Readonly<Record<string, string>>;
}

const HEAD_CHARACTERS = 4_000;
const COMMENT = /^[ \t]*#[ \t]*curation:[ \t]*dialect[ \t]*=[ \t]*([\w.@-]+)[ \t]*\r?$/m;

/**
 * Which dialect a document is written in: what a comment says (`# curation: dialect=data-juicer@1.4.3`, or `none`),
 * what a setting says, or what its shape says. Null: no recipe of ours, and nothing is said about it.
 */
export function detectDialect(text: string, root: RecipeNode | null, { override, versions, ...own }: Detection): Dialect | null {
  const name = COMMENT.exec(text.slice(0, HEAD_CHARACTERS))?.[1] ?? override;
  if (name === 'none') return null;
  const named = name === null ? null : dialectNamed(name, own);
  if (named !== null || root === null) return named;
  const family = FAMILIES.find(({ detect }) => detect(root));
  return family === undefined ? null : dialectAt(family, versions[family.id] ?? null, own);
}
