/**
 * Text for a terminal. What comes from a file may hold escape sequences that would move the cursor or retitle
 * the window: control characters are shown as symbols, never sent.
 */
export function terminalText(text: string): string {
  return text.replace(/[\u0000-\u001f]/g, (c) => String.fromCharCode(0x2400 + c.charCodeAt(0))).replace(/[\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, '\ufffd');
}
