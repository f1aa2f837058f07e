import { isMap, listOf, scalarsOf, type Span } from '../../document/nodes.ts';
import type { Recipe } from '../../recipe.ts';
import { expressionsOf, streamsOf } from './rules.ts';
import { attributeParts } from './taggers.ts';

/** A mention of an attribute folder: in the list of those that a stream reads, or in one of its expressions. */
export interface AttributeUse {
  readonly stream: number;
  readonly name: string;
  readonly span: Span;
  readonly role: 'writes' | 'reads';
}

export function attributeUses(recipe: Recipe): readonly AttributeUse[] {
  return streamsOf(recipe).filter(isMap).flatMap((map, stream) => {
    const listed = scalarsOf(listOf(map, 'attributes')).map((node): AttributeUse => ({ stream, name: node.text, span: node, role: 'writes' }));
    const used = expressionsOf(map).flatMap(({ start, end }) =>
      [...recipe.text.slice(start, end).matchAll(/[A-Za-z0-9][A-Za-z0-9_-]*__[A-Za-z0-9_-]+/g)].flatMap((match): AttributeUse[] => {
        const experiment = attributeParts(match[0])?.experiment;
        return experiment === undefined ? [] : [{ stream, name: experiment, span: { start: start + match.index, end: start + match.index + experiment.length }, role: 'reads' }];
      }),
    );
    return [...listed, ...used];
  });
}
