import { isScalar } from '../document/nodes.ts';
import type { Recipe } from '../recipe.ts';
import { finding, type Finding } from './finding.ts';

/** Regular expressions, by the rules of the engine that will run them. */
export function patterns(recipe: Recipe): Finding[] {
  return recipe.fields.flatMap(({ parameter, entry }) => {
    if (!isScalar(entry.value) || (parameter.role !== 'python-regex' && parameter.role !== 'rust-regex')) return [];
    const fault = parameter.role === 'rust-regex' ? rustFault(entry.value.text) : pythonFault(entry.value.text);
    if (fault === null) return [];
    return [finding('regex-flavour', parameter.role === 'rust-regex' ? 'error' : 'warning', entry.value, `${parameter.name} is no regular expression of ${parameter.role === 'rust-regex' ? 'Rust' : 'Python'}: ${fault}.`)];
  });
}

/** Rust's `regex` knows neither look-around nor back-references. */
export function rustFault(pattern: string): string | null {
  const bare = pattern.replace(/\\[^0-9k]/g, '').replace(/\[[^\]]*\]/g, '[]');
  if (/\(\?<?[=!]/.test(bare)) return 'it knows no look-ahead or look-behind';
  if (/\\[1-9k]/.test(bare)) return 'it knows no back-references';
  return faultOf(pattern.replaceAll('(?P<', '(?<'));
}

export function pythonFault(pattern: string): string | null {
  return faultOf(pattern.replaceAll('(?P<', '(?<').replace(/\(\?P=(\w+)\)/g, '\\k<$1>'));
}

/** Constructs of other engines as the nearest that ours compiles, so that only what is wrong everywhere is left. */
function faultOf(pattern: string): string | null {
  const near = pattern
    .replace(/\(\?[aiLmsux]+(?:-[imsx]+)?\)/g, '')
    .replace(/\(\?[aiLmsux]+(?:-[imsx]+)?:|\(\?>/g, '(?:')
    .replace(/\(\?#[^)]*\)/g, '')
    .replace(/\\[AZz]/g, '')
    .replace(/\[:\^?\w+:\]/g, 'a')
    .replace(/([*+?}])\+/g, '$1');
  const unicode = compileError(near, 'u');
  return unicode === null ? null : compileError(near, '');
}

function compileError(pattern: string, flags: string): string | null {
  try {
    new RegExp(pattern, flags);
    return null;
  } catch (error) {
    return error instanceof Error ? (/: ([^:]+)$/.exec(error.message)?.[1] ?? error.message).toLowerCase() : String(error);
  }
}
