/** A number of any size and precision: `0.DIGITS * 10^exponent`, without leading or trailing zeros; an empty text is 0. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly exponent: number;
}

/** What a text says as a number, with the values that stand outside the decimals. */
export type ParsedNumber = Decimal | 'nan' | 'infinity' | '-infinity';

const NUMBER = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,12}))?$/i;
const SPECIAL: Readonly<Record<string, ParsedNumber>> = { nan: 'nan', '-nan': 'nan', inf: 'infinity', infinity: 'infinity', '-inf': '-infinity', '-infinity': '-infinity' };

/** A number as DuckDB, Python or JSON writes it; null for any other text. */
export function parseNumber(text: string): ParsedNumber | null {
  const trimmed = text.trim();
  const special = SPECIAL[trimmed.toLowerCase().replace(/^\+/, '')];
  if (special !== undefined) return special;
  const [, sign, whole = '', fraction = '', power = '0'] = NUMBER.exec(trimmed) ?? [];
  if (sign === undefined || whole.length + fraction.length === 0) return null;
  const all = whole + fraction;
  const digits = all.replace(/^0+/, '');
  const stripped = digits.replace(/0+$/, '');
  if (stripped === '') return { negative: false, digits: '', exponent: 0 };
  return { negative: sign === '-', digits: stripped, exponent: Number(power) + whole.length - (all.length - digits.length) };
}

/** Below 0, 0 or above 0, as `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: Decimal, b: Decimal): number {
  const sign = signOf(a) - signOf(b);
  if (sign !== 0) return sign;
  const size = a.exponent - b.exponent || (a.digits < b.digits ? -1 : a.digits > b.digits ? 1 : 0);
  return a.negative ? -size : size;
}

/** `number * 10^scale` as a whole number, rounded down, and whether it was one; null where it has more than `maxDigits` digits. */
export function scaled(number: Decimal, scale: number, maxDigits: number): { readonly floor: bigint; readonly exact: boolean } | null {
  const places = number.exponent + scale;
  if (number.digits === '') return { floor: 0n, exact: true };
  if (places > maxDigits) return null;
  const whole = places <= 0 ? '0' : number.digits.slice(0, places).padEnd(places, '0');
  const exact = places > 0 && number.digits.length <= places;
  const size = BigInt(whole);
  return { floor: number.negative ? -size - (exact ? 0n : 1n) : size, exact };
}

function signOf({ negative, digits }: Decimal): number {
  return digits === '' ? 0 : negative ? -1 : 1;
}
