import { describe, expect, it } from 'vitest';
import { dayMs, hourMs, minuteMs } from './duration.ts';
import { isTimeZone, TimeZone, timeZoneNames } from './time-zone.ts';

/** What the machine knows of a zone. */
function offsetByIntl(format: Intl.DateTimeFormat, instant: number): number {
  const name = format.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? '';
  const [, sign, hours, minutes] = /^GMT(?:([+-])(\d\d):(\d\d))?$/.exec(name) ?? [];
  return sign === undefined ? 0 : (sign === '-' ? -1 : 1) * (Number(hours) * hourMs + Number(minutes) * minuteMs);
}

describe('a time zone', () => {
  it.each(timeZoneNames)('%s is ahead of UTC as the rules of today say, an hour before and after each change too', (name) => {
    const zone = new TimeZone(name);
    const format = new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' });
    for (let at = Date.UTC(2024, 0); at < Date.UTC(2028, 0); at += 3 * dayMs + hourMs) {
      expect(zone.offsetAt(at), new Date(at).toISOString()).toBe(offsetByIntl(format, at));
    }
    for (let at = Date.UTC(2026, 0); at < Date.UTC(2027, 0); at += hourMs) {
      if (zone.offsetAt(at) === zone.offsetAt(at - hourMs)) continue;
      for (const beside of [at - 1, at, at - hourMs]) expect(zone.offsetAt(beside)).toBe(offsetByIntl(format, beside));
    }
  });

  it('may be a fixed offset', () => {
    expect(new TimeZone('UTC+05:30').offsetAt(0)).toBe(5.5 * hourMs);
    expect(new TimeZone('UTC-09:30').offsetAt(0)).toBe(-9.5 * hourMs);
    for (const none of ['UTC+15:00', 'UTC+5', 'Berlin', 'toString', '', 'UTC+01:60']) expect(isTimeZone(none), none).toBe(false);
    expect(() => new TimeZone('Berlin')).toThrow(/no time zone "Berlin"/);
  });

  it('finds the instant of a local time, and an hour earlier for one that is skipped', () => {
    const berlin = new TimeZone('Europe/Berlin');
    expect(berlin.instantOf(Date.UTC(2026, 0, 15, 8))).toBe(Date.UTC(2026, 0, 15, 7));
    expect(berlin.instantOf(Date.UTC(2026, 6, 15, 8))).toBe(Date.UTC(2026, 6, 15, 6));
    expect(berlin.instantOf(Date.UTC(2026, 2, 29, 2, 30))).toBe(Date.UTC(2026, 2, 29, 0, 30));
    const sydney = new TimeZone('Australia/Sydney');
    expect(sydney.instantOf(Date.UTC(2026, 0, 15, 8))).toBe(Date.UTC(2026, 0, 14, 21));
  });
});
