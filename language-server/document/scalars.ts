import type { Plain, ScalarNode } from './nodes.ts';

/**
 * What unquoted text means to the programs that load recipes. PyYAML reads YAML 1.1, in which `5e5` is text and
 * `010` is eight; jsonargparse and OmegaConf teach it floats without a dot; serde_yaml reads YAML 1.2.
 */
export type Loader = 'pyyaml' | 'python-floats' | 'serde';

export function valueOf(node: ScalarNode, loader: Loader): Plain {
  if (node.tag !== null && node.tag !== '!') return tagged(node, loader);
  if (!node.plain) return node.text;
  return loader === 'serde' ? serdeValue(node.text) : pythonValue(node.text, loader);
}

function tagged({ tag, text }: ScalarNode, loader: Loader): Plain {
  switch (tag) {
    case 'null':
      return null;
    case 'int':
    case 'float':
    case 'bool':
      return loader === 'serde' ? serdeValue(text) : pythonValue(text, 'python-floats');
    default:
      return text;
  }
}

const NULLS = new Set(['', '~', 'null', 'Null', 'NULL']);
const PYTHON_TRUE = /^(?:yes|Yes|YES|true|True|TRUE|on|On|ON)$/;
const PYTHON_FALSE = /^(?:no|No|NO|false|False|FALSE|off|Off|OFF)$/;
const PYTHON_INT = /^[-+]?(?:0b[01_]+|0[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(?::[0-5]?[0-9])+)$/;
/** PyYAML asks for a dot and for a sign in the exponent. */
const PYYAML_FLOAT = /^(?:[-+]?[0-9][0-9_]*\.[0-9_]*(?:[eE][-+][0-9]+)?|\.[0-9][0-9_]*(?:[eE][-+][0-9]+)?|[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+\.[0-9_]*)$/;
const ANY_FLOAT = /^[-+]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?$/;
const INFINITY = /^[-+]?\.(?:inf|Inf|INF)$/;
const NAN = /^\.(?:nan|NaN|NAN)$/;

function pythonValue(text: string, loader: Exclude<Loader, 'serde'>): Plain {
  if (NULLS.has(text)) return null;
  if (PYTHON_TRUE.test(text)) return true;
  if (PYTHON_FALSE.test(text)) return false;
  if (PYTHON_INT.test(text)) return pythonInt(text.replaceAll('_', ''));
  if (INFINITY.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (NAN.test(text)) return NaN;
  if (!(loader === 'pyyaml' ? PYYAML_FLOAT : ANY_FLOAT).test(text)) return text;
  return text.includes(':') ? sexagesimal(text) : Number(text.replaceAll('_', ''));
}

function pythonInt(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  const digits = text.replace(/^[-+]/, '');
  if (digits.includes(':')) return sign * sexagesimal(digits);
  if (/^0[0-7]/.test(digits)) return sign * Number.parseInt(digits, 8);
  return sign * Number(digits);
}

/** `Number` reads `0x1f` and `-31`, but not `-0x1f`. */
function signed(text: string): number {
  return (text.startsWith('-') ? -1 : 1) * Number(text.replace(/^[-+]/, ''));
}

function sexagesimal(text: string): number {
  const sign = text.startsWith('-') ? -1 : 1;
  return sign * text.replace(/^[-+]/, '').split(':').reduce((sum, part) => sum * 60 + Number(part), 0);
}

function serdeValue(text: string): Plain {
  if (NULLS.has(text)) return null;
  if (text === 'true' || text === 'True' || text === 'TRUE') return true;
  if (text === 'false' || text === 'False' || text === 'FALSE') return false;
  if (/^[-+]?(?:0|[1-9][0-9]*|0x[0-9a-fA-F]+|0o[0-7]+|0b[01]+)$/.test(text)) return signed(text);
  if (INFINITY.test(text)) return text.startsWith('-') ? -Infinity : Infinity;
  if (NAN.test(text)) return NaN;
  return /^[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$/.test(text) && !/^[-+]?0[0-9]/.test(text) ? Number(text) : text;
}
