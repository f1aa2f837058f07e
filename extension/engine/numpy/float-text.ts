/** Significant digits that tell any two single-precision numbers apart. */
const SINGLE_DIGITS = 9;

/** Numbers outside are written with an exponent. */
const SMALLEST_PLAIN = 1e-4;
const LARGEST_PLAIN = 1e16;

/** A double as the shortest text that reads back as the same; as DuckDB writes it where the two differ. */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf';
  if (Object.is(value, -0)) return '-0.0';
  const size = Math.abs(value);
  if (value !== 0 && (size < SMALLEST_PLAIN || size >= LARGEST_PLAIN)) return value.toExponential().replace(/e([+-])(\d)$/, 'e$10$2');
  const text = String(value);
  return text.includes('.') ? text : `${text}.0`;
}

/** A single-precision number as the shortest text that reads back as the same; one that lies between two such texts is given whole. */
export function singleText(value: number): string {
  if (!Number.isFinite(value) || value === 0) return doubleText(value);
  const digits = value.toExponential().replace(/e.*$|\D/g, '');
  for (let precision = 1; precision < SINGLE_DIGITS; precision++) {
    const short = Number(value.toPrecision(precision));
    const between = digits.length === precision + 1 && digits.endsWith('5');
    if (Math.fround(short) === value && !between) return doubleText(short);
  }
  return doubleText(Number(value.toPrecision(SINGLE_DIGITS)));
}
