import { split, textOf, type Constants } from './expressions.ts';
import type { Block, Token } from './tokens.ts';

/** A class of Python source, as far as its signature goes. */
export interface PythonClass {
  readonly name: string;
  /** Last parts of the names of its bases. */
  readonly bases: readonly string[];
  /** Decorators without the `@`. */
  readonly decorators: readonly (readonly Token[])[];
  /** Assignments in its body. */
  readonly attributes: Constants;
  /** Declarations in its body, `name: type = value`, in the order in which they stand. */
  readonly fields: readonly PythonParameter[];
  /** Null where it has no `__init__` of its own. */
  readonly init: Signature | null;
}

export interface Signature {
  readonly parameters: readonly PythonParameter[];
  /** Whether it takes `**kwargs`. */
  readonly open: boolean;
}

export interface PythonParameter {
  readonly name: string;
  readonly type: string | null;
  /** Null where there is none. */
  readonly value: readonly Token[] | null;
}

export interface PythonModule {
  readonly classes: readonly PythonClass[];
  readonly functions: readonly PythonFunction[];
  readonly constants: Constants;
}

export interface PythonFunction {
  readonly name: string;
  /** Decorators without the `@`. */
  readonly decorators: readonly (readonly Token[])[];
  readonly parameters: readonly PythonParameter[];
  /** Whether it takes `**kwargs`. */
  readonly open: boolean;
}

const MAX_NESTING = 5;

/** Classes, functions and constants of a module, those in `if` and `try` too. */
export function readModule(blocks: readonly Block[]): PythonModule {
  const classes: PythonClass[] = [];
  const functions: PythonFunction[] = [];
  const constants = new Map<string, readonly Token[]>();
  const read = (level: readonly Block[], nesting: number): void => {
    let decorators: (readonly Token[])[] = [];
    for (const { tokens, body } of level) {
      const [first, second] = tokens;
      if (first?.text === '@' && first.kind === 'sign') {
        decorators.push(tokens.slice(1));
        continue;
      }
      if (first?.text === 'class' && second !== undefined) classes.push(readClass(second.text, tokens, body, decorators));
      else if (first?.text === 'def' && second !== undefined) functions.push({ name: second.text, decorators, ...readSignature(tokens) });
      else if (/^(?:if|try|else|except|with)$/.test(first?.text ?? '') && nesting < MAX_NESTING) read(body, nesting + 1);
      addAssignment(constants, tokens);
      decorators = [];
    }
  };
  read(blocks, 0);
  return { classes, functions, constants };
}

function readClass(name: string, tokens: readonly Token[], body: readonly Block[], decorators: readonly (readonly Token[])[]): PythonClass {
  const opening = tokens.findIndex(({ text, kind }) => kind === 'sign' && text === '(');
  const closing = tokens.findLastIndex(({ text, kind }) => kind === 'sign' && text === ')');
  const bases = opening === -1 ? [] : split(tokens.slice(opening + 1, closing), ',').filter((part) => part.length > 0 && !part.some(({ text }) => text === '=')).map(baseName);
  const attributes = new Map<string, readonly Token[]>();
  for (const block of body) addAssignment(attributes, block.tokens);
  const init = body.find(({ tokens: [def, called] }) => def?.text === 'def' && called?.text === '__init__');
  const fields = body.filter(({ tokens: [, colon] }) => colon?.text === ':' && colon.kind === 'sign').map((block) => readParameter(block.tokens)).filter((field) => field !== null);
  return { name, bases, decorators, attributes, fields, init: init === undefined ? null : withoutSelf(readSignature(init.tokens)) };
}

/** `Stage` of `stages.Stage[In, Out]`. */
function baseName(part: readonly Token[]): string {
  const bracket = part.findIndex(({ kind, text }) => kind === 'sign' && text === '[');
  return (bracket === -1 ? part : part.slice(0, bracket)).at(-1)?.text ?? '';
}

function withoutSelf({ parameters, open }: Signature): Signature {
  return { parameters: parameters.slice(1), open };
}

function addAssignment(into: Map<string, readonly Token[]>, tokens: readonly Token[]): void {
  const [name] = tokens;
  const at = split(tokens, '=');
  if (name?.kind !== 'name' || at.length !== 2) return;
  const [target = [], value = []] = at;
  if (target.length === 1 || target[1]?.text === ':') into.set(name.text, value);
}

function readSignature(tokens: readonly Token[]): Signature {
  let depth = 0;
  const opening = tokens.findIndex(({ text, kind }) => kind === 'sign' && text === '(');
  const closing = tokens.findIndex(({ text, kind }, i) => {
    if (i < opening || kind !== 'sign') return false;
    if (/^[([{]$/.test(text)) depth++;
    return /^[)\]}]$/.test(text) && --depth === 0;
  });
  const parts = split(tokens.slice(opening + 1, closing), ',').filter((part) => part.length > 0);
  return { parameters: parts.map(readParameter).filter((each) => each !== null), open: parts.some(([first]) => first?.text === '**') };
}

function readParameter(part: readonly Token[]): PythonParameter | null {
  const [first] = part;
  if (first?.kind !== 'name') return null;
  const [declared = [], value = null] = split(part, '=');
  const [, type = null] = split(declared, ':');
  return { name: first.text, type: type === null ? null : textOf(type), value };
}
