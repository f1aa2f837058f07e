import { isMap, isScalar, type Entry, type MapNode, type RecipeNode, type ScalarNode, type Span } from '../document/nodes.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { ANY, type Operation, type Parameter, type StepForm, type Type } from '../dialects/schema.ts';

/** What stands at a place of a recipe, and what the dialect says of it. `bare`: the name is all that is written of the step. */
export type Place =
  | { readonly kind: 'operation'; readonly form: StepForm; readonly name: ScalarNode; readonly operation: Operation | null; readonly bare: boolean }
  | { readonly kind: 'key'; readonly owner: Owner; readonly map: MapNode | null; readonly node: ScalarNode; readonly parameter: Parameter | null }
  | { readonly kind: 'value'; readonly owner: Owner; readonly parameter: Parameter; readonly type: Type; readonly node: ScalarNode };

/** The map that a key or value belongs to: an op with its parameters, or a map of settings with its fields. */
export interface Owner {
  readonly title: string;
  readonly operation: Operation | null;
  readonly fields: readonly Parameter[];
}

/** The smallest thing with a meaning at an offset; null where there is none. */
export function locate(root: RecipeNode, dialect: Dialect, offset: number): Place | null {
  return new Locator(dialect, offset).walk(root, dialect.schema(root), { title: 'the recipe', operation: null, fields: [] }, null);
}

export function holds({ start, end }: Span, offset: number): boolean {
  return start <= offset && offset <= end;
}

class Locator {
  private readonly dialect: Dialect;
  private readonly offset: number;

  constructor(dialect: Dialect, offset: number) {
    this.dialect = dialect;
    this.offset = offset;
  }

  walk(node: RecipeNode, type: Type, owner: Owner, parameter: Parameter | null): Place | null {
    if (!holds(node, this.offset)) return null;
    switch (type.kind) {
      case 'step':
        return this.step(node, type.form);
      case 'object':
        return this.map(node, { title: type.object.title, operation: null, fields: type.object.fields });
      case 'list':
        if (node.kind === 'list') return this.items(node.items, type.of, owner, parameter);
        return isScalar(node) && parameter !== null ? this.walk(node, type.of, owner, parameter) : null;
      case 'map':
        return isMap(node) ? this.entries(node, () => type.of, owner, parameter) : null;
      case 'union':
        return this.union(node, type.of, owner, parameter);
      case 'any':
        return this.anything(node, owner, parameter);
      default:
        return this.scalar(node, type, owner, parameter);
    }
  }

  private scalar(node: RecipeNode, type: Type, owner: Owner, parameter: Parameter | null): Place | null {
    return isScalar(node) && parameter !== null ? { kind: 'value', owner, parameter, type, node } : null;
  }

  private items(items: readonly (RecipeNode | null)[], type: Type, owner: Owner, parameter: Parameter | null): Place | null {
    const item = items.find((each) => each !== null && holds(each, this.offset));
    return item === undefined || item === null ? null : this.walk(item, type, owner, parameter);
  }

  private union(node: RecipeNode, types: readonly Type[], owner: Owner, parameter: Parameter | null): Place | null {
    const structured = types.find(({ kind }) => (node.kind === 'list' ? kind === 'list' : node.kind === 'map' && (kind === 'object' || kind === 'map' || kind === 'step')));
    if (structured !== undefined) return this.walk(node, structured, owner, parameter);
    const objects = types.filter(({ kind }) => kind === 'object' || kind === 'step' || kind === 'list');
    const simple = types.filter(({ kind }) => kind !== 'object' && kind !== 'step' && kind !== 'null');
    if (simple.length === 0 && objects[0] !== undefined) return this.walk(node, objects[0], owner, parameter);
    return this.scalar(node, { kind: 'union', of: types }, owner, parameter);
  }

  private anything(node: RecipeNode, owner: Owner, parameter: Parameter | null): Place | null {
    const form = this.dialect.forms.find((each) => each.anywhere === true && isMap(node) && each.read(node) !== null);
    if (form !== undefined) return this.step(node, form);
    if (node.kind === 'list') return this.items(node.items, ANY, owner, parameter);
    return isMap(node) ? this.entries(node, () => ANY, owner, parameter) : this.scalar(node, ANY, owner, parameter);
  }

  private step(node: RecipeNode, form: StepForm): Place | null {
    const reading = form.read(node);
    if (reading === null) return isMap(node) ? this.map(node, { title: form.noun, operation: null, fields: form.own }) : null;
    const { name, args, frame, nested } = reading;
    if (nested?.kind === 'list') return this.items(nested.items, { kind: 'step', form }, NOBODY, null);
    const operation = form.operations.get(name?.text ?? '') ?? null;
    if (name !== null && holds(name, this.offset)) return { kind: 'operation', form, name, operation, bare: name === node };
    const separate = frame !== null || args !== node;
    if (args !== null && separate && holds(args, this.offset)) return this.map(args, ownerOf(operation, form, []));
    const own = isMap(node) && (frame !== null || args === node) ? node : null;
    return own === null ? null : this.map(own, ownerOf(frame === null ? operation : null, form, form.own));
  }

  /** A map of named fields, or a half-typed word where one belongs. */
  private map(node: RecipeNode, owner: Owner): Place | null {
    if (isScalar(node)) return { kind: 'key', owner, map: null, node, parameter: owner.fields.find(({ name }) => name === node.text) ?? null };
    if (!isMap(node)) return null;
    const key = node.entries.find((entry) => !entry.merged && holds(entry.key, this.offset))?.key;
    if (key !== undefined) return { kind: 'key', owner, map: node, node: key, parameter: owner.fields.find(({ name }) => name === key.text) ?? null };
    return this.entries(node, (entry) => owner.fields.find(({ name }) => name === entry.key.text)?.type ?? ANY, owner, null);
  }

  private entries(map: MapNode, typeOf: (entry: Entry) => Type, owner: Owner, inherited: Parameter | null): Place | null {
    const entry = map.entries.find(({ value }) => value !== null && holds(value, this.offset));
    if (entry === undefined || entry.value === null) return null;
    const parameter = owner.fields.find(({ name }) => name === entry.key.text) ?? inherited;
    return this.walk(entry.value, typeOf(entry), owner, parameter);
  }
}

const NOBODY: Owner = { title: '', operation: null, fields: [] };

function ownerOf(operation: Operation | null, form: StepForm, own: readonly Parameter[]): Owner {
  return { title: operation?.name ?? form.noun, operation, fields: [...(operation?.parameters ?? []), ...own] };
}
