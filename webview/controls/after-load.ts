/**
 * The toolkit takes the theme's colours when the page has loaded, and follows them from then on. Where it comes later than
 * that, nobody would call it any more: while its module is evaluated, who waits for a `load` that is over is called at once.
 */
const listen = window.addEventListener.bind(window);

window.addEventListener = (type: string, listener: EventListenerOrEventListenerObject, options?: boolean | AddEventListenerOptions): void => {
  if (type !== 'load' || document.readyState !== 'complete') listen(type, listener, options);
  else if (typeof listener === 'function') queueMicrotask(() => listener.call(window, new Event('load')));
  else queueMicrotask(() => listener.handleEvent(new Event('load')));
};

/** Ends that. */
export function listenAsEver(): void {
  Reflect.deleteProperty(window, 'addEventListener');
}
