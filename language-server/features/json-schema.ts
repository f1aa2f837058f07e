import type { Dialect } from '../dialects/dialect.ts';
import type { Operation, Parameter, StepForm, Type } from '../dialects/schema.ts';

type Json = Readonly<Record<string, unknown>>;

/** A dialect as JSON Schema (2020-12), for editors that know no more. What needs more than one value to be judged is not in it. */
export function jsonSchema(dialect: Dialect): Json {
  const empty = { kind: 'map', start: 0, end: 0, entries: [], flow: false } as const;
  const definitions: Record<string, Json> = {};
  for (const form of dialect.forms) for (const operation of form.operations.values()) if (operation.internal !== true) definitions[operation.name] = argumentsSchema(operation);
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', title: dialect.program, ...schemaOf(dialect.schema(empty)), $defs: definitions };
}

function argumentsSchema({ parameters, description, open }: Operation): Json {
  return { description, type: ['object', 'null'], ...fieldsSchema(parameters, open) };
}

function fieldsSchema(fields: readonly Parameter[], open: boolean): Json {
  const required = fields.filter((each) => each.required).map(({ name }) => name);
  return {
    properties: Object.fromEntries(fields.map((each) => [each.name, fieldSchema(each)])),
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: open,
  };
}

function fieldSchema({ type, description, default: value, deprecated }: Parameter): Json {
  const symbol = typeof value === 'object' && value !== null && 'symbol' in value;
  return { ...schemaOf(type), ...(description === undefined ? {} : { description }), ...(value === undefined || symbol ? {} : { default: value }), ...(deprecated === undefined ? {} : { deprecated: true }) };
}

function schemaOf(type: Type): Json {
  switch (type.kind) {
    case 'any':
      return {};
    case 'choice':
      return { enum: type.values };
    case 'integer':
    case 'number': {
      const { min, max, above, below } = type.range ?? {};
      return { type: type.kind, ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }), ...(above === undefined ? {} : { exclusiveMinimum: above }), ...(below === undefined ? {} : { exclusiveMaximum: below }) };
    }
    case 'list':
      return { type: 'array', items: schemaOf(type.of), ...(type.length === undefined ? {} : { minItems: type.length, maxItems: type.length }) };
    case 'map':
      return { type: 'object', additionalProperties: schemaOf(type.of) };
    case 'object':
      return { type: 'object', ...fieldsSchema(type.object.fields, type.object.open) };
    case 'union':
      return { anyOf: type.of.map(schemaOf) };
    case 'step':
      return stepSchema(type.form);
    default:
      return { type: type.kind };
  }
}

/** A step as its form writes it: by the head of its snippet, `name:` or `func: name`. */
function stepSchema(form: StepForm): Json {
  const known = [...form.operations.values()].filter(({ internal }) => internal !== true);
  const [first] = known;
  const key = first === undefined ? null : /^([\w]+): /.exec(form.snippet(first).head)?.[1];
  if (key === undefined || key === null) {
    return { type: 'object', minProperties: 1, maxProperties: 1, properties: Object.fromEntries(known.map(({ name }) => [name, { $ref: `#/$defs/${name}` }])), additionalProperties: false };
  }
  const separate = form.own.some(({ name }) => name === 'kwargs');
  return {
    type: ['object', 'string'],
    required: [key],
    properties: { [key]: { type: 'string', examples: known.map(({ name }) => name) } },
    allOf: known.map(({ name, parameters }) => ({ if: { properties: { [key]: { const: name } } }, then: separate ? { properties: { kwargs: { $ref: `#/$defs/${name}` } } } : { properties: Object.fromEntries(parameters.map((each) => [each.name, fieldSchema(each)])) } })),
  };
}
