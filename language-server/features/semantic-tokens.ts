import { isScalar, type Span } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';

export const TOKEN_TYPES = ['function', 'property', 'enumMember', 'variable'] as const;
export const TOKEN_MODIFIERS = ['deprecated'] as const;

export interface Token extends Span {
  readonly type: (typeof TOKEN_TYPES)[number];
  readonly deprecated: boolean;
}

/** Names that the dialect knows: ops, parameters, enumerated values, keys of the data. What it does not know keeps its plain colour. */
export function semanticTokens({ steps, fields }: Recipe): Token[] {
  const ops = steps.flatMap(({ name, operation }): Token[] => (name === null || operation === null || name.alias ? [] : [{ start: name.start, end: name.end, type: 'function', deprecated: false }]));
  const parameters = fields.flatMap(({ parameter, entry }): Token[] => {
    if (entry.merged) return [];
    const key: Token = { start: entry.key.start, end: entry.key.end, type: 'property', deprecated: parameter.deprecated !== undefined };
    const value = isScalar(entry.value) && !entry.value.alias ? entry.value : null;
    if (value === null) return [key];
    if (parameter.role === 'column' || parameter.role === 'consumes') return [key, { start: value.start, end: value.end, type: 'variable', deprecated: false }];
    return parameter.type.kind === 'choice' && parameter.type.values.includes(value.text) ? [key, { start: value.start, end: value.end, type: 'enumMember', deprecated: false }] : [key];
  });
  const all = [...ops, ...parameters].sort((a, b) => a.start - b.start);
  return all.filter((token, i) => token.end > token.start && (all[i - 1]?.end ?? 0) <= token.start);
}
