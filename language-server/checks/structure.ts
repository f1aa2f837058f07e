import { isMap, isScalar, type Entry, type ListNode, type MapNode, type RecipeNode } from '../document/nodes.ts';
import { valueOf } from '../document/scalars.ts';
import type { Conversion, Dialect, Step } from '../dialects/dialect.ts';
import { ANY, type ObjectType, type Parameter, type StepForm, type StepReading, type Type } from '../dialects/schema.ts';
import type { FieldUse, Recipe } from '../recipe.ts';
import type { Finding } from './finding.ts';
import { malformedStep, missingParameter, unknownKey, unknownOperation, unknownParameter, wrongValue, type Asked } from './structure-findings.ts';
import { insertion } from './insertion.ts';
import { Suggestions } from './nearest.ts';
import { accepts, misfit } from './values.ts';

const ANY_MAP: Type = { kind: 'map', of: ANY };

export interface Structure {
  readonly recipe: Recipe;
  readonly findings: readonly Finding[];
}

/** Goes through the whole document with the dialect's schema: what is there, and what should not be. */
export function readStructure(text: string, root: RecipeNode, dialect: Dialect): Structure {
  const reader = new StructureReader(text, dialect);
  reader.value(root, dialect.schema(root), null, null);
  return { recipe: { dialect, text, root, steps: reader.steps, fields: reader.fields }, findings: reader.findings };
}

class StructureReader {
  readonly steps: Step[] = [];
  readonly fields: FieldUse[] = [];
  readonly findings: Finding[] = [];
  /** An anchored node may be met along many ways: once for each type is enough, whatever the aliases multiply. */
  private readonly seen = new Map<RecipeNode, Set<Type>>();
  private readonly text: string;
  private readonly dialect: Dialect;
  private readonly asked: Asked;
  private pipeline = 0;

  constructor(text: string, dialect: Dialect) {
    this.text = text;
    this.dialect = dialect;
    this.asked = { dialect, suggestions: new Suggestions() };
  }

  value(node: RecipeNode, type: Type, parameter: Parameter | null, step: Step | null): void {
    if (this.met(node, type)) return;
    switch (type.kind) {
      case 'any':
        this.steplike(node);
        return;
      case 'step':
        this.step(node, type.form);
        return;
      case 'object':
        if (isMap(node)) this.object(node, type.object, step);
        else this.mismatch(node, type, parameter, step);
        return;
      case 'list':
        this.list(node, type, parameter, step);
        return;
      case 'map':
        if (isMap(node)) for (const { value } of node.entries) if (value !== null) this.value(value, type.of, parameter, step);
        if (!isMap(node)) this.mismatch(node, type, parameter, step);
        return;
      case 'union':
        this.union(node, type.of, type, parameter, step);
        return;
      default:
        this.mismatch(node, type, parameter, step);
    }
  }

  private met(node: RecipeNode, type: Type): boolean {
    const types = this.seen.get(node);
    if (types?.has(type) === true) return true;
    if (types === undefined) this.seen.set(node, new Set([type]));
    else types.add(type);
    return false;
  }

  /** A map that says itself that it is a step, where anything may stand: an object of Hydra within another. */
  private steplike(node: RecipeNode): void {
    const form = this.dialect.forms.find((each) => each.anywhere === true && isMap(node) && each.read(node) !== null);
    if (form !== undefined) this.step(node, form);
    else if (isMap(node)) for (const { value } of node.entries) if (value !== null && value.kind !== 'scalar') this.value(value, ANY, null, null);
    if (node.kind === 'list') for (const item of node.items) if (item !== null && item.kind !== 'scalar') this.value(item, ANY, null, null);
  }

  private list(node: RecipeNode, type: Extract<Type, { kind: 'list' }>, parameter: Parameter | null, step: Step | null): void {
    if (node.kind !== 'list') {
      this.mismatch(node, type, parameter, step);
      return;
    }
    if (type.of.kind === 'step') this.pipeline++;
    if (type.length !== undefined && node.items.length !== type.length) this.mismatch(node, type, parameter, step);
    this.items(node, type.of, parameter, step);
  }

  private items(node: ListNode, type: Type, parameter: Parameter | null, step: Step | null): void {
    for (const item of node.items) {
      if (item !== null) this.value(item, type, parameter, step);
      else if (type.kind === 'step') this.findings.push(malformedStep(type.form, node));
    }
  }

  /** The member that fits; else the one of the same shape, so that the fault inside it is shown. */
  private union(node: RecipeNode, types: readonly Type[], whole: Type, parameter: Parameter | null, step: Step | null): void {
    const fitting = types.find((type) => accepts(node, type, this.conversion(step)));
    const shaped = fitting ?? types.find((type) => sameShape(node, type));
    if (shaped === undefined) this.mismatch(node, whole, parameter, step);
    else this.value(node, shaped, parameter, step);
  }

  private conversion(step: Step | null): Conversion {
    return step === null ? this.dialect.conversion.setting : this.dialect.conversion.argument;
  }

  private mismatch(node: RecipeNode, type: Type, parameter: Parameter | null, step: Step | null): void {
    const conversion = this.conversion(step);
    const fault = misfit(node, type, conversion);
    if (fault !== null) this.findings.push(wrongValue({ dialect: this.dialect, conversion, parameter }, node, fault));
  }

  private object(map: MapNode, type: ObjectType, step: Step | null): void {
    const fields = new Map(type.fields.map((parameter) => [parameter.name, parameter]));
    for (const entry of map.entries) {
      const parameter = fields.get(entry.key.text);
      if (parameter !== undefined) this.field(entry, parameter, map, step, type);
      else if (!type.open) this.findings.push(unknownKey(this.asked, type, entry));
      else if (entry.value !== null) this.value(entry.value, ANY, null, step);
    }
    const missing = type.fields.filter(({ name, required }) => required && !map.entries.some(({ key }) => key.text === name));
    for (const parameter of missing) this.findings.push(missingParameter(this.dialect, type.title, parameter, map, insertion(this.text, { map, below: null }, parameter)));
  }

  private field(entry: Entry, parameter: Parameter, map: MapNode, step: Step | null, object: ObjectType | null): void {
    this.fields.push({ parameter, entry, map, step, object });
    if (entry.value !== null && !this.isNull(entry.value)) this.value(entry.value, parameter.type, parameter, step);
  }

  /** Nothing is checked where null stands: every program here takes it for "not given", or fails for reasons of its own. */
  private isNull(node: RecipeNode): boolean {
    return isScalar(node) && valueOf(node, this.dialect.conversion.setting.loader) === null;
  }

  private step(node: RecipeNode, form: StepForm): void {
    const reading = form.read(node);
    if (reading === null) {
      this.findings.push(malformedStep(form, node));
      return;
    }
    if (reading.nested?.kind === 'list') {
      this.items(reading.nested, { kind: 'step', form }, null, null);
      return;
    }
    const operation = form.operations.get(reading.name?.text ?? '') ?? null;
    const step: Step = { index: this.steps.length, form, node, name: reading.name, operation, args: reading.args, pipeline: this.pipeline };
    this.steps.push(step);
    this.named(step, form);
    this.frame(node, reading, form, step);
    this.args(step, reading);
  }

  private named({ name, operation, node }: Step, form: StepForm): void {
    if (name === null) this.findings.push(malformedStep(form, node));
    else if (operation === null && !form.custom(name.text)) this.findings.push(unknownOperation(this.asked, form, name));
    else if (isScalar(node) && form.read(node)?.frame === null && !form.bare(name.text)) this.findings.push(malformedStep(form, node));
  }

  /** Keys of the step itself, beside its arguments. */
  private frame(node: RecipeNode, { frame, own }: StepReading, form: StepForm, step: Step): void {
    const map = frame ?? (isMap(node) ? node : null);
    if (map === null) return;
    for (const entry of map.entries) {
      const parameter = form.own.find(({ name }) => name === entry.key.text);
      if (parameter !== undefined) this.field(entry, parameter, map, step, null);
      else if (frame !== null && !own.has(entry.key.text)) this.findings.push(unknownParameter(this.asked, step, entry, form.own));
    }
  }

  private args(step: Step, { args, own }: StepReading): void {
    const { operation } = step;
    if (operation === null) return;
    if (args !== null && !isMap(args)) {
      if (!this.isNull(args)) this.mismatch(args, ANY_MAP, null, step);
      return;
    }
    const parameters = new Map(operation.parameters.map((parameter) => [parameter.name, parameter]));
    for (const entry of args?.entries ?? []) {
      const parameter = parameters.get(entry.key.text);
      if (own.has(entry.key.text)) continue;
      if (parameter !== undefined) this.field(entry, parameter, args as MapNode, step, null);
      else if (!operation.open) this.findings.push(unknownParameter(this.asked, step, entry, operation.parameters));
      else if (entry.value !== null) this.value(entry.value, ANY, null, step);
    }
    const given = new Set(args?.entries.map(({ key }) => key.text));
    for (const parameter of operation.parameters) {
      if (parameter.required && !given.has(parameter.name)) this.findings.push(missingParameter(this.dialect, operation.name, parameter, step.name ?? step.node, insertion(this.text, { map: args, below: step.name === null ? null : { name: step.name, form: step.form } }, parameter)));
    }
  }
}

function sameShape(node: RecipeNode, type: Type): boolean {
  if (node.kind === 'map') return type.kind === 'object' || type.kind === 'map' || type.kind === 'step';
  return node.kind === 'list' && type.kind === 'list';
}
