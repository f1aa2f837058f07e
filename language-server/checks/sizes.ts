import { isScalar } from '../document/nodes.ts';
import { valueOf } from '../document/scalars.ts';
import type { Recipe } from '../recipe.ts';
import { finding, replacement, type Finding } from './finding.ts';

const UNITS: Readonly<Record<string, number>> = { B: 1, BYTES: 1, K: 2 ** 10, KB: 2 ** 10, KIB: 2 ** 10, M: 2 ** 20, MB: 2 ** 20, MIB: 2 ** 20, G: 2 ** 30, GB: 2 ** 30, GIB: 2 ** 30, T: 2 ** 40, TB: 2 ** 40, TIB: 2 ** 40 };

/** A size as Data-Juicer reads it, the digits alone before the unit; null for what is none. */
export function sizeInBytes(text: string): number | null {
  const parts = /^\s*([\d.]+)\s*([A-Za-z]*)\s*$/.exec(text);
  if (parts === null) return null;
  const unit = parts[2] === '' ? 1 : UNITS[(parts[2] ?? '').toUpperCase()];
  return unit === undefined ? null : Number((parts[1] ?? '').replace(/\D/g, '')) * unit;
}

/** `"1.5MB"` is read as 15 MB, since the point is read over. */
export function decimalSizes(recipe: Recipe): Finding[] {
  return recipe.fields.flatMap(({ parameter, entry }) => {
    const node = entry.value;
    if (parameter.role !== 'bytes' || !isScalar(node)) return [];
    const value = valueOf(node, recipe.dialect.conversion.argument.loader);
    const parts = typeof value === 'string' ? /^\s*(\d*)\.(\d+)\s*([KMGT])(i?B)?\s*$/i.exec(value) : null;
    if (parts === null) return [];
    const smaller = inSmallerUnit(Number(`${parts[1] ?? ''}.${parts[2] ?? ''}`), (parts[3] ?? '').toUpperCase());
    const read = `${Number(`${parts[1] ?? ''}${parts[2] ?? ''}`)} ${(parts[3] ?? '').toUpperCase()}B`;
    return [finding('unit-trap', 'warning', node, `${parameter.name}: ${node.text} is read as ${read}, since only its digits count.`, { fixes: smaller === null ? [] : [replacement(`Write "${smaller}"`, node, `"${smaller}"`)] })];
  });
}

function inSmallerUnit(number: number, unit: string): string | null {
  const smaller = { K: 'B', M: 'KB', G: 'MB', T: 'GB' }[unit];
  return smaller === undefined ? null : `${Math.round(number * 1024)}${smaller}`;
}
