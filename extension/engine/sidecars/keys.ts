import type { Value, ValueLimits } from '../../protocol/values.ts';

/** What is read of a key; a longer one has no partner. */
export const KEY_LIMITS: ValueLimits = { text: 4_096, bytes: 0, items: 0, summariseVectors: true };

/** A key as text; null for what cannot be one. */
export function keyText(value: Value | undefined): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'object' && value !== null && value.type === 'number' ? value.text : null;
}

/** A uid as 32 small hexadecimal digits, with dashes or without; anything else as it is. */
export function uidText(value: Value | undefined): string | null {
  const text = keyText(value);
  return text !== null && /^[0-9a-fA-F-]{32,36}$/.test(text) ? text.replaceAll('-', '').toLowerCase() : text;
}
