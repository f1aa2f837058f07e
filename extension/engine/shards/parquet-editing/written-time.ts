import { EditFault } from './edit-fault.ts';

/** Units of a second, as powers of ten. */
const DIGITS = { MILLIS: 3, MICROS: 6, NANOS: 9 } as const;
const DAY_MS = 86_400_000;

export type TimeUnit = keyof typeof DIGITS;

/** Days since 1970 of `2026-01-31`. @throws EditFault */
export function dateDays(text: string): bigint {
  const [, year = '', month = '', day = ''] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text) ?? [];
  const date = new Date(0);
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  // A day that the month does not have would go on into the next.
  if (year === '' || date.getUTCMonth() !== Number(month) - 1 || date.getUTCDate() !== Number(day)) throw new EditFault('it takes a date such as 2026-01-31');
  return BigInt(date.getTime() / DAY_MS);
}

/** Units since midnight of `23:59:58.5`. @throws EditFault */
export function timeUnits(text: string, unit: TimeUnit): bigint {
  const [, hour = '', minute = '', second = '', fraction = ''] = /^(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:\+00(?::00)?)?$/.exec(text) ?? [];
  if (hour === '' || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) throw new EditFault('it takes a time such as 23:59:58');
  const digits = DIGITS[unit];
  const kept = fraction.replace(/0+$/, '');
  if (kept.length > digits) throw new EditFault(`it takes ${digits} digits behind the seconds`);
  return BigInt(Number(hour) * 3600 + Number(minute) * 60 + Number(second)) * 10n ** BigInt(digits) + BigInt(kept.padEnd(digits, '0'));
}

/** Units since 1970 of `2026-01-31 23:59:58.5`, with or without an offset from UTC. @throws EditFault */
export function timestampUnits(text: string, unit: TimeUnit): bigint {
  const [, date = '', time = '', sign = '', hours = '0', minutes = '0'] = /^(\S+?)[ T]([\d:.]+)(?:Z|([+-])(\d\d)(?::?(\d\d))?)?$/.exec(text) ?? [];
  if (date === '') throw new EditFault('it takes a timestamp such as 2026-01-31 23:59:58');
  const second = 10n ** BigInt(DIGITS[unit]);
  const offset = BigInt(Number(hours) * 3600 + Number(minutes) * 60) * (sign === '-' ? -1n : 1n);
  return dateDays(date) * 86_400n * second + timeUnits(time, unit) - offset * second;
}
