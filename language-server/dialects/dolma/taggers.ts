import raw from './catalogue/dolma.taggers.json' with { type: 'json' };

/** What a tagger can write: span types, with `*` for what is filled in. */
export interface Tagger {
  readonly spans: readonly string[];
  /** There are others, which are not written in the code: labels of a model. */
  readonly open: boolean;
  readonly source: string;
}

export const PUBLISHED: { readonly version: string; readonly taggers: Readonly<Record<string, Tagger>> } = raw;

/** Taggers that were read from the user's own sources or installed package. */
export interface OwnTaggers {
  readonly version: string;
  /** Folder that holds `dolma`. */
  readonly root: string;
  readonly taggers: Readonly<Record<string, Tagger>>;
}

export type Taggers = ReadonlyMap<string, Tagger>;

/** An attribute as a mixer names it: `{experiment}__{tagger}__{span type}`; null for a name of another form. */
export function attributeParts(name: string): { readonly experiment: string; readonly tagger: string; readonly span: string } | null {
  const parts = /^(.+?)__(.+?)__(.+)$/.exec(name);
  return parts === null ? null : { experiment: parts[1] ?? '', tagger: parts[2] ?? '', span: parts[3] ?? '' };
}

/** Whether the tagger can write spans of this type. */
export function emits({ spans, open }: Tagger, span: string): boolean {
  return open || spans.some((pattern) => (pattern.includes('*') ? new RegExp(`^${pattern.split('*').map(escaped).join('[A-Za-z0-9_]+')}$`).test(span) : pattern === span));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
