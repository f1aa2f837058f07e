/** Digits that a number keeps where room is short. */
const DIGITS = 4;

/** Characters of a text that fit a chip. */
const MAX_TEXT = 28;

const DECIMAL = /^[-+]?\d*\.?\d+(?:e[-+]?\d+)?$/i;
const DATE_TIME = /^(\d{4,}-\d\d-\d\d)[ T](\d\d:\d\d)(:\d\d)?/;

/** A value's text where room is short: fewer digits, dates without their time; the exact text belongs into the tooltip. */
export function shortValue(text: string): string {
  if (DECIMAL.test(text)) return shortNumber(text);
  const [, date, time, seconds] = DATE_TIME.exec(text) ?? [];
  if (date !== undefined) return time === '00:00' && (seconds ?? ':00') === ':00' ? date : `${date} ${time ?? ''}`;
  return shortText(text);
}

/** The date of a time, fewer digits of a number: what fits below a small chart. */
export function shortestValue(text: string): string {
  return DATE_TIME.exec(text)?.[1] ?? shortValue(text);
}

/** A text cut in its middle of nothing: the beginning, and a sign that there is more. */
export function shortText(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > MAX_TEXT ? `${line.slice(0, MAX_TEXT - 1)}…` : line;
}

/** A count in three digits: `1.2k`, `34M`. */
export function shortCount(count: number): string {
  return new Intl.NumberFormat('en-US', { notation: 'compact', maximumSignificantDigits: 3 }).format(count).replace('K', 'k');
}

/** `12.3 %`; what is there never becomes 0, what is not all never 100. */
export function percent(part: number, whole: number): string {
  if (whole === 0) return '0 %';
  const share = (part / whole) * 100;
  if (part > 0 && share < 0.1) return '<0.1 %';
  if (part < whole && share > 99.9) return '>99.9 %';
  return `${Number(share.toFixed(share < 10 ? 1 : 0))} %`;
}

function shortNumber(text: string): string {
  const value = Number(text);
  if (/^[-+]?\d+$/.test(text)) return text.length <= 7 ? groups(text) : Math.abs(value) < 1e15 ? shortCount(value) : value.toExponential(2);
  if (value !== 0 && (Math.abs(value) < 1e-4 || Math.abs(value) >= 1e15)) return value.toExponential(2);
  if (Math.abs(value) >= 1e6) return shortCount(value);
  return Number(value.toPrecision(Math.max(DIGITS, Math.trunc(Math.abs(value)).toString().length))).toLocaleString('en-US', { maximumFractionDigits: 8 });
}

/** A whole number's digits in groups of three, whatever its size. */
function groups(digits: string): string {
  return digits.replace(/\B(?=(\d{3})+$)/g, ',');
}
