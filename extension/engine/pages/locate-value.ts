import type { Value, ValuePath } from '../../protocol/values.ts';

/** The value at a path inside another; undefined where the path leads nowhere. */
export function locateValue(value: Value, path: ValuePath): Value | undefined {
  let here: Value | undefined = value;
  for (const step of path) {
    if (here === undefined || here === null || typeof here !== 'object') return undefined;
    here = child(here, step);
  }
  return here;
}

/** A step by number is a position (also among entries, so that duplicate keys can be told apart); by text, a name. */
function child(value: Exclude<Value, null | boolean | string>, step: string | number): Value | undefined {
  switch (value.type) {
    case 'list':
      return typeof step === 'number' ? value.items[step] : undefined;
    case 'map':
      return typeof step === 'number' ? value.entries[step]?.[1] : undefined;
    case 'struct':
      return typeof step === 'number' ? value.entries[step]?.[1] : value.entries.find(([name]) => name === step)?.[1];
    default:
      return undefined;
  }
}
