/**
 * The toolkit tries out a style element when its module is loaded, and looks for the page's nonce in a
 * `<meta property="csp-nonce">`. The nonce of our own script is put there, so that the policy holds for it too.
 */
const nonce = document.querySelector<HTMLScriptElement>('script[type="module"][nonce]')?.nonce;
if (nonce !== undefined && document.querySelector('meta[property="csp-nonce"]') === null) {
  const meta = document.createElement('meta');
  meta.setAttribute('property', 'csp-nonce');
  meta.setAttribute('content', nonce);
  document.head.append(meta);
}
