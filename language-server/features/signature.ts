import type { Recipe } from '../recipe.ts';
import { operationMarkdown, parameterLine, parameterMarkdown } from './describe.ts';
import { locate } from './locate.ts';

export interface Signature {
  readonly label: string;
  readonly markdown: string;
  readonly parameters: readonly { readonly label: readonly [start: number, end: number]; readonly markdown: string }[];
  readonly active: number | null;
}

/** The op whose arguments are being written, as a signature with the argument under the cursor. */
export function signature({ root, dialect }: Recipe, offset: number): Signature | null {
  const place = locate(root, dialect, offset);
  if (place === null || place.kind === 'operation' || place.owner.operation === null) return null;
  const { operation } = place.owner;
  const known = operation.parameters.filter(({ shared, name }) => shared !== true || name === place.parameter?.name);
  let label = `${operation.name}(`;
  const parameters = known.map((parameter, i) => {
    if (i > 0) label += ', ';
    const start = label.length;
    label += parameterLine(parameter);
    return { label: [start, label.length] as const, markdown: parameterMarkdown(parameter, operation.name) };
  });
  const active = known.findIndex(({ name }) => name === place.parameter?.name);
  return { label: `${label})`, markdown: operationMarkdown(operation, dialect), parameters, active: active === -1 ? null : active };
}
