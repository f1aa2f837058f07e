import { isMap, type RecipeNode, type Span } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';

export interface RecipeSymbol {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'step' | 'setting';
  readonly span: Span;
  readonly selection: Span;
  readonly children: readonly RecipeSymbol[];
}

/** Settings of the recipe and its steps, for the outline. */
export function symbols({ root, steps }: Recipe): RecipeSymbol[] {
  const stepSymbols = steps.map(({ name, node, operation, index, args }): RecipeSymbol => {
    const span = wholeSpan(node, name ?? node);
    const parameters = isMap(args) ? args.entries.filter(({ merged, key }) => !merged && key !== name && holdsSpan(span, key)) : [];
    return {
      name: `${index + 1}. ${name?.text ?? '?'}`,
      detail: operation?.kind ?? '',
      kind: 'step',
      span,
      selection: name ?? { start: node.start, end: node.start },
      children: parameters.filter(({ value }) => value !== name).map(({ key, value }) => setting(key.text, key, value)),
    };
  });
  if (!isMap(root)) return stepSymbols;
  return root.entries.filter(({ merged }) => !merged).map(({ key, value }) => ({ ...setting(key.text, key, value), children: value === null ? [] : outermost(stepSymbols.filter(({ span }) => holdsSpan(value, span))) }));
}

function setting(name: string, key: Span, value: RecipeNode | null): RecipeSymbol {
  return { name, detail: value?.kind === 'scalar' ? value.text.slice(0, 80) : '', kind: 'setting', span: { start: key.start, end: Math.max(key.end, value?.end ?? 0) }, selection: key, children: [] };
}

/** A step inside another, as Hydra has them, is not listed twice. The outer one comes first. */
function outermost(steps: readonly RecipeSymbol[]): RecipeSymbol[] {
  let end = -1;
  return steps.filter(({ span }) => {
    if (span.start < end) return false;
    end = span.end;
    return true;
  });
}

function wholeSpan(node: Span, name: Span): Span {
  return { start: Math.min(node.start, name.start), end: Math.max(node.end, name.end) };
}

function holdsSpan(outer: Span, inner: Span): boolean {
  return outer.start <= inner.start && inner.end <= outer.end;
}
