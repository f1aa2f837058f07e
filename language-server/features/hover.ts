import type { Span } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { operationMarkdown, parameterHover } from './describe.ts';
import { locate } from './locate.ts';

export interface Hover {
  readonly span: Span;
  readonly markdown: string;
}

/** What the thing at an offset is and does. */
export function hover({ root, dialect }: Recipe, offset: number): Hover | null {
  const place = locate(root, dialect, offset);
  switch (place?.kind) {
    case 'operation':
      return place.operation === null ? null : { span: place.name, markdown: operationMarkdown(place.operation, dialect) };
    case 'key':
      return place.parameter === null ? null : { span: place.node, markdown: parameterHover(place.parameter, place.owner.title, dialect) };
    case 'value':
      return { span: place.node, markdown: parameterHover(place.parameter, place.owner.title, dialect) };
    case undefined:
      return null;
  }
}
