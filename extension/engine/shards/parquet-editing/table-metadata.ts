import type { AddedColumn } from './added-column.ts';
import type { AddedShape } from './added-schema.ts';

/** Key-value metadata that describes columns, by its key; what others are is left alone. */
const DESCRIBED: Readonly<Record<string, (text: string, added: readonly AddedColumn[]) => string | null>> = {
  // Arrow's own schema in its binary form: readers that find none take the file's.
  'ARROW:schema': () => null,
  pandas: withPandas,
  huggingface: withHuggingFace,
};

const PANDAS = { text: ['unicode', 'object'], number: ['float64', 'float64'], integer: ['int64', 'Int64'], boolean: ['bool', 'boolean'] } as const;
/** Of lists and structs, as pyarrow describes them. */
const PANDAS_NESTED = { list: ['list[object]', 'object'], struct: ['object', 'object'] } as const;
const HUGGING_FACE = { text: 'string', number: 'float64', integer: 'int64', boolean: 'bool' } as const;

/** What a key says of the table with added columns; null where it has to go. */
export function describedWith(key: string, text: string, added: readonly AddedColumn[]): string | null {
  const describe = DESCRIBED[key];
  if (describe === undefined) return text;
  try {
    return describe(text, added);
  } catch {
    return null;
  }
}

function withPandas(text: string, added: readonly AddedColumn[]): string {
  const described = JSON.parse(text) as { columns: unknown[] };
  const columns = added.map(({ name, shape }) => {
    const [pandas, numpy] = typeof shape === 'string' ? PANDAS[shape] : PANDAS_NESTED['list' in shape ? 'list' : 'struct'];
    return { name, field_name: name, pandas_type: pandas, numpy_type: numpy, metadata: null };
  });
  return JSON.stringify({ ...described, columns: [...described.columns, ...columns] });
}

function withHuggingFace(text: string, added: readonly AddedColumn[]): string {
  const described = JSON.parse(text) as { info: { features: Record<string, unknown> } };
  const features = Object.fromEntries(added.map(({ name, shape }) => [name, featureOf(shape)]));
  return JSON.stringify({ ...described, info: { ...described.info, features: { ...described.info.features, ...features } } });
}

/** A list of a feature is written as a list of one. */
function featureOf(shape: AddedShape): unknown {
  if (typeof shape === 'string') return { dtype: HUGGING_FACE[shape], _type: 'Value' };
  return 'list' in shape ? [featureOf(shape.list)] : Object.fromEntries(Object.entries(shape.struct).map(([name, field]) => [name, featureOf(field)]));
}
