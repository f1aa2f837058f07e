import type { Value } from '../../../extension/protocol/values.ts';

const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;

/** JSON of a value that the webview holds, exact in every digit; values nest at most `MAX_DEPTH` deep. */
export function valueJson(value: Value): string {
  if (value === null) return 'null';
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'boolean') return String(value);
  switch (value.type) {
    case 'number':
      return JSON_NUMBER.test(value.text) ? value.text : JSON.stringify(value.text);
    case 'temporal':
    case 'text':
    case 'invalid':
      return JSON.stringify(value.text);
    case 'list':
      return `[${value.items.map(valueJson).join(', ')}]`;
    case 'struct':
      return `{${value.entries.map(([name, item]) => `${JSON.stringify(name)}: ${valueJson(item)}`).join(', ')}}`;
    case 'map':
      return `[${value.entries.map(([key, item]) => `{"key": ${valueJson(key)}, "value": ${valueJson(item)}}`).join(', ')}]`;
    case 'bytes':
      return JSON.stringify({ bytes: value.size });
    case 'vector':
      return JSON.stringify({ dimension: value.dimension, norm: value.norm });
    case 'missing':
      return 'null';
  }
}
