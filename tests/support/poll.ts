/** Asks again until `probe` gives something but null, undefined or false. @throws after `timeout` ms, naming `what` */
export async function poll<T>(what: string, probe: () => Promise<T> | T, timeout = 20_000): Promise<NonNullable<T>> {
  const end = performance.now() + timeout;
  for (;;) {
    const value = await probe();
    if (value !== null && value !== undefined && value !== false) return value;
    if (performance.now() > end) throw new Error(`Waited ${timeout} ms for ${what}`);
    await new Promise((next) => setTimeout(next, 20));
  }
}
