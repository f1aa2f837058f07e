import { trimmedEnd } from '../document/lines.ts';
import type { MapNode, ScalarNode } from '../document/nodes.ts';
import type { Parameter, StepForm, Type } from '../dialects/schema.ts';
import type { Fix } from './finding.ts';

/** Where a parameter can be written: into a block map, or below the name of a step that has no arguments yet. */
export interface Place {
  readonly map: MapNode | null;
  readonly below: { readonly name: ScalarNode; readonly form: StepForm } | null;
}

/** Writes a parameter with the first value that its type allows; null where no line can be added. */
export function insertion(text: string, { map, below }: Place, { name, type }: Parameter): Fix | null {
  const last = map === null || map.flow ? undefined : map.entries.findLast(({ merged }) => !merged);
  if (map !== null && last === undefined) return null;
  const at = last === undefined ? below?.name : last.key;
  if (at === undefined || at.alias) return null;
  const start = text.lastIndexOf('\n', at.start - 1) + 1;
  const shift = last === undefined ? indentOf(below?.form ?? null) : 0;
  if (shift === null || (last !== undefined && !/^[\s-]*$/.test(text.slice(start, at.start)))) return null;
  const end = lineEnd(text, trimmedEnd(text, Math.max(at.end, last?.value?.end ?? 0)));
  if (last === undefined && !/^\s*:\s*(?:#.*)?$/.test(text.slice(at.end, end))) return null;
  return { title: `Add ${name}`, edits: [{ start: end, end, text: `\n${' '.repeat(at.start - start + shift)}${name}: ${exampleOf(type)}` }] };
}

/** Arguments stand below the name only where the name is a key. */
function indentOf(form: StepForm | null): number | null {
  const [operation] = form?.operations.values() ?? [];
  const snippet = operation === undefined ? undefined : form?.snippet(operation);
  return snippet?.head.endsWith(':') === true ? snippet.indent : null;
}

function lineEnd(text: string, from: number): number {
  const end = text.indexOf('\n', from);
  return end === -1 ? text.length : text[end - 1] === '\r' ? end - 1 : end;
}

function exampleOf(type: Type): string {
  switch (type.kind) {
    case 'boolean':
      return 'false';
    case 'integer':
    case 'number':
      return String(type.range?.min ?? type.range?.max ?? 0);
    case 'choice':
      return type.values[0] ?? '""';
    case 'list':
      return '[]';
    case 'map':
    case 'object':
      return '{}';
    case 'union':
      return exampleOf(type.of.find(({ kind }) => kind !== 'null') ?? { kind: 'string' });
    default:
      return '""';
  }
}
