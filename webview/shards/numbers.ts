const COUNT = new Intl.NumberFormat('en-US');

/** `1,234,567`. */
export function formatCount(count: number): string {
  return COUNT.format(count);
}

/** `4.2 kB`, in steps of 1,000. */
export function formatBytes(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB', 'PB'];
  let value = bytes / 1000;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${value >= 99.95 ? Math.round(value) : value.toFixed(1)} ${units[unit] ?? ''}`;
}

/** Enough digits to tell the ends of a scale apart: `0.9877`, `12350`. */
export function fourDigits(number: number): string {
  return String(Number(number.toPrecision(4)));
}
