import raw from './published-values.json' with { type: 'json' };

/** A number, how many published recipes write it, and the first of them by name. */
export type PublishedValue = readonly [value: number, count: number, recipes: readonly string[]];

const PUBLISHED = raw as unknown as Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, readonly PublishedValue[]>>>>>>;

/** Which numbers published recipes write for a parameter, the most frequent first. */
export function publishedValues(dialect: string, op: string, parameter: string): readonly PublishedValue[] {
  const ofDialect = Object.hasOwn(PUBLISHED, dialect) ? PUBLISHED[dialect] : undefined;
  const ofOp = ofDialect !== undefined && Object.hasOwn(ofDialect, op) ? ofDialect[op] : undefined;
  return ofOp !== undefined && Object.hasOwn(ofOp, parameter) ? (ofOp[parameter] ?? []) : [];
}
