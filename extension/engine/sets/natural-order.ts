const collator = new Intl.Collator('en', { numeric: true });

/** Orders paths as a person does: `part-2` before `part-10`, a folder's files together. */
export function naturalOrder(a: string, b: string): number {
  const [as, bs] = [a.split('/'), b.split('/')];
  for (let i = 0; i < as.length && i < bs.length; i++) {
    const order = collator.compare(as[i] ?? '', bs[i] ?? '');
    if (order !== 0) return order;
  }
  // `01` and `1` are one number: their characters decide, so that the order is always the same.
  return as.length - bs.length || (a < b ? -1 : Number(a > b));
}
