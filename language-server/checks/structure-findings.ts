import { isScalar, type Entry, type RecipeNode, type ScalarNode } from '../document/nodes.ts';
import { valueOf } from '../document/scalars.ts';
import type { Conversion, Dialect, Step, Successor } from '../dialects/dialect.ts';
import type { ObjectType, Parameter, StepForm, Type } from '../dialects/schema.ts';
import { finding, replacement, type Finding, type Fix, type Severity } from './finding.ts';
import { nearest, type Suggestions } from './nearest.ts';
import { misfitText, type Misfit } from './values.ts';

/** What findings about names need. */
export interface Asked {
  readonly dialect: Dialect;
  readonly suggestions: Suggestions;
}

export function malformedStep(form: StepForm, node: RecipeNode): Finding {
  const operation = isScalar(node) ? form.operations.get(node.text) : undefined;
  if (isScalar(node) && operation !== undefined) {
    const { head } = form.snippet(operation);
    return finding('malformed-step', 'error', node, `${node.text} is plain text here, not ${article(form.noun)} ${form.noun}.`, { fixes: [replacement(`Write ${head}`, node, head)] });
  }
  return finding('malformed-step', 'error', shortened(node), `This is no ${form.noun}.`);
}

export function unknownOperation({ dialect, suggestions }: Asked, form: StepForm, name: ScalarNode): Finding {
  const renamed = dialect.renames.operations.get(name.text);
  const severity: Severity = dialect.unknownOperation === 'refused' ? 'error' : 'warning';
  if (renamed !== undefined) {
    const now = renamed.now !== null && form.operations.has(renamed.now) ? renamed.now : null;
    const message = `${name.text} is gone from ${dialect.program} (${renamed.since})${now === null ? '' : `; ${successorText(renamed)} ${now}`}.`;
    return finding('removed-op', severity, name, message, { fixes: now === null ? [] : [replacement(`Replace by ${now}`, name, now)] });
  }
  const names = (): string[] => [...form.operations.values()].filter(({ internal }) => internal !== true).map((operation) => operation.name);
  const close = suggestions.nearest(name.text, form.noun, names);
  return finding('unknown-op', severity, name, `There is no ${form.noun} ${name.text} in ${dialect.program}.${did(close)}`, { fixes: close.map((each) => replacement(`Change to ${each}`, name, each)) });
}

export function unknownParameter({ dialect, suggestions }: Asked, step: Step, { key, merged }: Entry, parameters: readonly Parameter[]): Finding {
  const op = step.operation?.name ?? step.name?.text ?? step.form.noun;
  const severity: Severity = dialect.unknownParameter === 'refused' ? 'error' : 'warning';
  const fate = dialect.unknownParameter === 'refused' ? '' : ', and it is silently ignored';
  const renamed = dialect.renames.parameters.get(op)?.get(key.text);
  const replaced = renamed?.now ?? null;
  const has = (name: string): boolean => parameters.some((parameter) => parameter.name === name);
  if (renamed !== undefined && (replaced === null || has(replaced))) {
    const message = `${op} has no ${key.text}${fate}: ${replaced === null ? `it was removed (${renamed.since})` : `${successorText(renamed)} ${replaced} (${renamed.since})`}.`;
    return finding('renamed-parameter', severity, key, message, { fixes: replaced === null || merged ? [] : [replacement(`Rename to ${replaced}`, key, replaced)] });
  }
  const close = suggestions.nearest(key.text, op, () => parameters.map(({ name }) => name));
  return finding('unknown-parameter', severity, key, `${op} has no parameter ${key.text}${fate}.${did(close)}`, { fixes: merged ? [] : close.map((each) => replacement(`Rename to ${each}`, key, each)) });
}

export function unknownKey({ dialect, suggestions }: Asked, { title, fields }: ObjectType, { key }: Entry): Finding {
  const close = suggestions.nearest(key.text, title, () => fields.map(({ name }) => name));
  return finding('unknown-key', dialect.unknownKey === 'refused' ? 'error' : 'warning', key, `${title} has no key ${key.text} in ${dialect.program}.${did(close)}`, {
    fixes: close.map((each) => replacement(`Rename to ${each}`, key, each)),
  });
}

export function missingParameter(dialect: Dialect, owner: string, { name }: Parameter, place: RecipeNode, fix: Fix | null): Finding {
  return finding('missing-parameter', 'error', shortened(place), `${owner} needs ${name}, which ${dialect.program} has no default for.`, { fixes: fix === null ? [] : [fix] });
}

export function wrongValue({ dialect, conversion, parameter }: { dialect: Dialect; conversion: Conversion; parameter: Parameter | null }, node: RecipeNode, fault: Misfit): Finding {
  const name = parameter?.name ?? 'This';
  const surprise = fault.kind === 'type' && isScalar(node) ? surpriseOf(node, fault.expected, conversion) : null;
  if (surprise !== null) return finding('yaml-surprise', severityOf(dialect, parameter), node, `${name} ${misfitText(fault)}: ${surprise.message}`, { fixes: surprise.fixes });
  const fixes = isScalar(node) ? fixesOf(node, fault) : [];
  if (fault.kind === 'choice') return finding('unknown-value', 'error', node, `${name} ${misfitText(fault)}.`, { fixes });
  const code = fault.kind === 'range' ? 'out-of-range' : 'wrong-type';
  return finding(code, fault.kind === 'range' ? 'warning' : severityOf(dialect, parameter), shortened(node), `${name} ${misfitText(fault)}${consequence(dialect, fault)}.`, { fixes });
}

function consequence({ conversion }: Dialect, fault: Misfit): string {
  return fault.kind === 'type' && conversion.argument.coercion === 'default' ? '; the default is used instead, silently' : '';
}

/** What the program looks at before it starts is an error; what annotations only say may still go well. */
function severityOf(dialect: Dialect, parameter: Parameter | null): Severity {
  if (dialect.conversion.argument.coercion === 'default') return 'warning';
  return parameter === null || parameter.refused === true ? 'error' : 'warning';
}

interface Surprise {
  readonly message: string;
  readonly fixes: readonly Fix[];
}

/** Text that YAML or its loader takes for something else than it looks like. */
function surpriseOf(node: ScalarNode, expected: Type, { loader }: Conversion): Surprise | null {
  const { text } = node;
  const value = valueOf(node, loader);
  const takesText = takes(expected, 'string') || takes(expected, 'choice');
  if (typeof value === 'boolean' && takesText && !/^(?:true|false)$/i.test(text)) {
    return { message: `YAML 1.1 reads ${text} without quotes as ${String(value)}.`, fixes: [replacement(`Write "${text}"`, node, `"${text}"`)] };
  }
  if (text === 'None' && node.plain) {
    return { message: 'None is Python; in YAML it is the text "None".', fixes: takes(expected, 'null') || !takesText ? [replacement('Write null', node, 'null')] : [] };
  }
  if (typeof value === 'string' && /^(?:true|false|null|-?[0-9.]+),$/i.test(text)) {
    return { message: 'the comma makes it text.', fixes: [replacement('Remove the comma', node, text.slice(0, -1))] };
  }
  if (typeof value === 'string' && node.plain && takesNumber(expected) && /^[-+]?[0-9.]+e[-+]?[0-9]+$/i.test(text)) {
    const dotted = withDot(text);
    return { message: `PyYAML takes ${text} for text, since a number needs a dot and a sign in the exponent.`, fixes: [replacement(`Write ${dotted}`, node, dotted)] };
  }
  return null;
}

function withDot(text: string): string {
  const [mantissa = '', exponent = ''] = text.split(/e/i);
  return `${mantissa.includes('.') ? mantissa : `${mantissa}.0`}e${/^[-+]/.test(exponent) ? exponent : `+${exponent}`}`;
}

function takes(type: Type, kind: Type['kind']): boolean {
  return type.kind === kind || (type.kind === 'union' && type.of.some((each) => takes(each, kind)));
}

function takesNumber(type: Type): boolean {
  return takes(type, 'integer') || takes(type, 'number');
}

function fixesOf(node: ScalarNode, fault: Misfit): Fix[] {
  if (fault.kind === 'choice') return nearest(fault.value, fault.values, 2).map((each) => replacement(`Change to ${each}`, node, each));
  if (fault.kind === 'range') return boundFix(node, fault);
  if (fault.kind !== 'type') return [];
  if (!node.plain && /^-?[0-9]+(?:\.[0-9]+)?$/.test(node.text) && takesNumber(fault.expected)) return [replacement('Remove the quotes', node, node.text)];
  if (!node.plain && /^(?:true|false)$/i.test(node.text) && takes(fault.expected, 'boolean')) return [replacement('Remove the quotes', node, node.text.toLowerCase())];
  return node.plain && takes(fault.expected, 'string') ? [replacement('Put it in quotes', node, `"${node.text}"`)] : [];
}

function boundFix(node: ScalarNode, { range, value }: Extract<Misfit, { kind: 'range' }>): Fix[] {
  const bound = range.min !== undefined && value < range.min ? range.min : range.max;
  return bound === undefined ? [] : [replacement(`Change to ${bound}`, node, String(bound))];
}

function successorText({ inferred }: Successor): string {
  return inferred === true ? 'probably meant is' : 'it is now';
}

function did(close: readonly string[]): string {
  return close.length === 0 ? '' : ` Did you mean ${close.join(' or ')}?`;
}

function article(noun: string): string {
  return /^[aeiou]/.test(noun) ? 'an' : 'a';
}

/** Its first characters, where a whole map or list would be underlined. */
function shortened(node: RecipeNode): { start: number; end: number } {
  if (node.kind === 'scalar') return node;
  const [first] = node.kind === 'map' ? node.entries.filter(({ merged }) => !merged).map(({ key }) => key) : [];
  return first ?? { start: node.start, end: Math.min(node.end, node.start + 1) };
}
