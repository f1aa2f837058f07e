import type { SourceText } from '../../data/python-files.ts';
import { readModule, type PythonFunction } from '../python/classes.ts';
import { textOf } from '../python/expressions.ts';
import { readBlocks } from '../python/tokens.ts';
import type { RawFunction } from './functions.ts';

/** The functions of a file of mappers that a recipe can call: those that take a page, and those that make such a function. */
export function extractFunctions({ path, text }: SourceText): Readonly<Record<string, RawFunction>> {
  const { functions } = readModule(readBlocks(text));
  return Object.fromEntries(functions.filter(({ name }) => !name.startsWith('_')).map((each) => [each.name, functionOf(path, each)]));
}

function functionOf(file: string, { decorators, parameters, open }: PythonFunction): RawFunction {
  const makes = decorators.some((tokens) => tokens.some(({ text }) => text === 'factory_function'));
  const takesPage = parameters[0]?.name === 'page';
  return {
    file,
    open,
    ...(makes || takesPage ? {} : { internal: true }),
    params: (takesPage && !makes ? parameters.slice(1) : parameters).map(({ name, type, value }) => ({ name, type, required: value === null, default: value === null ? null : textOf(value) })),
  };
}
