/** Calls at most once an interval (in milliseconds), and always once more after the last change. */
export function throttle(interval: number, action: () => void): { call: () => void; stop: () => void } {
  let timer: NodeJS.Timeout | undefined;
  const call = (): void => {
    timer ??= setTimeout(() => {
      timer = undefined;
      action();
    }, interval);
  };
  return { call, stop: () => clearTimeout(timer) };
}
