import { describe, expect, it } from 'vitest';
import { commandOnDelete, commandTypes, endsManagement, whyUnsupported } from './commands.ts';
import { messageTypes } from './messages.fixture.ts';
import { enrollmentTypes, enrollmentTypesOf, isEnrollmentTypeOf, platforms } from './platforms.ts';

/** What each kind of device can do: s sync, l lock, r retire, w wipe; and what deleting its record asks of it. */
const kinds = [
  ['ios', 'device', 'slrw', 'retire'],
  ['ios', 'automated', 'slrw', 'retire'],
  ['ios', 'user', 'slr', 'retire'],
  ['macos', 'device', 'slrw', 'retire'],
  ['macos', 'automated', 'slrw', 'retire'],
  ['android', 'personal-work-profile', 'slr', 'retire'],
  ['android', 'corporate-work-profile', 'slw', 'wipe'],
  ['android', 'fully-managed', 'slw', 'wipe'],
  ['android', 'dedicated', 'slw', 'wipe'],
  ['android', 'device-administrator', 'slrw', 'retire'],
  ['windows', 'joined', 'srw', 'retire'],
  ['windows', 'registered', 'srw', 'retire'],
] as const;

const letters = { syncDevice: 's', remoteLock: 'l', retire: 'r', wipe: 'w' } as const;

describe('the catalogue of actions', () => {
  it.each(kinds)('M-05 of %s %s: %s, deleted by a %s', (platform, enrollment, can, onDelete) => {
    for (const type of commandTypes) {
      const reason = whyUnsupported(type, platform, enrollment);
      if (can.includes(letters[type])) expect(reason).toBeUndefined();
      else expect(reason).toMatch(/^[A-Z].+\.$/);
    }
    expect(commandOnDelete(platform, enrollment)).toEqual({ type: onDelete, parameters: {} });
    expect(can).toContain(letters[onDelete]);
  });

  it('knows every kind of device and every command of the wire', () => {
    const all = platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment) => `${platform} ${enrollment}`));
    expect(kinds.map(([platform, enrollment]) => `${platform} ${enrollment}`)).toEqual(all);
    expect([...commandTypes]).toEqual(messageTypes.command);
    expect(commandTypes.filter(endsManagement)).toEqual(['retire', 'wipe']);
  });

  it('TD-09 cannot wipe a personally-owned work profile, and says who forbids it', () => {
    expect(whyUnsupported('wipe', 'android', 'personal-work-profile')).toContain('Google');
  });

  it('tells the enrollment types of one platform from those of another', () => {
    const pairs = platforms.flatMap((platform) =>
      enrollmentTypes.filter((type) => isEnrollmentTypeOf(platform, type)).map((type) => [platform, type]),
    );
    expect(pairs).toHaveLength(kinds.length);
    expect(isEnrollmentTypeOf('ios', 'joined')).toBe(false);
    expect(isEnrollmentTypeOf('ios', 'toString')).toBe(false);
  });
});
