import { boundsText } from '../checks/values.ts';
import type { Dialect } from '../dialects/dialect.ts';
import { publishedValues } from '../dialects/published.ts';
import { typeName, type Default, type Operation, type Parameter, type Type } from '../dialects/schema.ts';

/** What an op needs, in a few words: `GPU, model`. */
export function costText({ cost, executors }: Operation): string {
  const parts = [cost.gpu ? 'GPU' : '', cost.api ? 'model behind an API, or' : '', cost.model ? 'model' : '', cost.download ? 'downloaded at the first run' : ''];
  const needs = parts.filter((part) => part !== '').join(', ').replace('or, model', 'or a model');
  const where = executors === undefined ? '' : `only under ${executors.join(', ')}`;
  return [needs, where].filter((part) => part !== '').join('; ');
}

export function defaultText(value: Default | undefined): string | null {
  if (value === undefined) return null;
  if (typeof value === 'object' && value !== null && 'symbol' in value && typeof value.symbol === 'string') return value.symbol;
  return typeof value === 'string' ? JSON.stringify(value) : JSON.stringify(value);
}

function rangeText(type: Type): string | null {
  if (type.kind === 'union') return type.of.map(rangeText).find((text) => text !== null) ?? null;
  return (type.kind === 'integer' || type.kind === 'number') && type.range !== undefined ? boundsText(type.range) : null;
}

/** One line: `max_len: integer = sys.maxsize`. */
export function parameterLine({ name, type, required, default: value }: Parameter): string {
  const text = defaultText(value);
  return `${name}: ${typeName(type)}${text === null ? (required ? ' (required)' : '') : ` = ${text}`}`;
}

/** `parameterMarkdown` with what published recipes write. */
export function parameterHover(parameter: Parameter, owner: string, dialect: Dialect): string {
  const values = publishedValues(dialect.id, owner, parameter.name);
  if (values.length === 0) return parameterMarkdown(parameter, owner);
  const lines = values.slice(0, MAX_VALUES).map(([value, count, recipes]) => `- \`${value}\`: ${recipes.join(', ')}${count > recipes.length ? ` and ${count - recipes.length} more` : ''}`);
  return [parameterMarkdown(parameter, owner), `In published recipes:\n\n${lines.join('\n')}${values.length > MAX_VALUES ? `\n- ${values.length - MAX_VALUES} other values` : ''}`].join('\n\n');
}

const MAX_VALUES = 6;

export function parameterMarkdown(parameter: Parameter, owner: string): string {
  const lines = [`**${parameter.name}** of ${owner}`, parameter.description ?? ''];
  const facts = [`Type: ${typeName(parameter.type)}`];
  const text = defaultText(parameter.default);
  facts.push(text === null ? (parameter.required ? 'Required' : 'No default') : `Default: \`${text}\``);
  const range = rangeText(parameter.type);
  if (range !== null) facts.push(`Range: ${range}`);
  if (parameter.suggestions !== undefined) facts.push(`Documented values: ${parameter.suggestions.join(', ')}`);
  if (parameter.deprecated !== undefined) facts.push(`Will go; write ${parameter.deprecated}`);
  return [...lines.filter((line) => line !== ''), facts.join('  \n')].join('\n\n');
}

export function operationMarkdown(operation: Operation, dialect: Dialect): string {
  const needs = costText(operation);
  const produces = operation.produces.length === 0 ? '' : `Writes ${operation.produces.map((key) => `\`${key}\``).join(', ')}.`;
  const own = operation.parameters.filter(({ description, required }) => required || description !== undefined).slice(0, 12);
  const parameters = own.map((parameter) => `- \`${parameterLine(parameter)}\``).join('\n');
  const parts = [`**${operation.name}**: ${operation.kind} of ${dialect.program}`, operation.description, needs === '' ? '' : `Needs: ${needs}.`, produces, parameters, operation.source === undefined ? '' : `Defined in \`${operation.source}\`.`];
  return parts.filter((part) => part !== '').join('\n\n');
}
