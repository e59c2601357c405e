/** What the console says about devices by itself, held to what the protocol and the devices say. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Bench, benchStart } from '../../agent/device/machine.fixture.ts';
import { deviceView } from '../../agent/device/view.ts';
import { platformTraits } from '../../agent/platforms.ts';
import { actionTable, commandTypes, isPossible } from '../../protocol/commands.ts';
import {
  goodSecurity,
  type SecurityTraits,
  securityChangeSchema,
  securityTraits,
  securityTraitsOf,
} from '../../protocol/device-security.ts';
import { behaviorKinds, type DeviceView as WholeView } from '../../protocol/hands.ts';
import { lockScreenSettings } from '../../protocol/notifications.ts';
import { isTablet, platforms } from '../../protocol/platforms.ts';
import { habitKinds, habitSubjects, traits, traitsOf } from '../../server-stub/console/screens/device-tables.ts';
import { type DeviceView, shapeOf, takesNotifications } from '../../server-stub/console/screens/device-view.ts';
import { screenText } from '../../server-stub/console/screens/screen-lines.ts';

/** The page reads what the stub sends: its own shape of a view has to be one that a view has. */
const seen = (view: WholeView): DeviceView => view as DeviceView;

describe('the tables of the console', () => {
  it('name every trait that a device of each platform has, and no other', () => {
    expect(traitsOf).toEqual(securityTraitsOf);
    expect(Object.keys(traits)).toEqual(securityTraits);
  });

  it.each(securityTraits)('offer values of %s that devices take', (name) => {
    const { good, choices, max, example } = traits[name] ?? {};
    const taken = (value: unknown) => securityChangeSchema.safeParse({ [name]: value }).success;
    const offered = [...(choices ?? []), ...(max === undefined ? [] : [0, max]), ...(example === undefined ? [] : [example])];
    expect([good === undefined ? offered : [true, false]].flat().every(taken)).toBe(true);
    expect(taken(max === undefined ? 'anything' : max + 1)).toBe(false);
    const known: SecurityTraits = goodSecurity;
    if (good !== undefined) expect(known[name]).toBe(good);
  });

  it('name every action that a device can have a habit about, with its title', () => {
    const { any, ...titles } = habitSubjects;
    const told = commandTypes.filter((type) => isPossible(type) && actionTable[type].isPush !== true);
    expect(any).toBeTruthy();
    expect(titles).toEqual(Object.fromEntries(told.map((type) => [type, actionTable[type].title])));
    expect(Object.keys(habitKinds)).toEqual([...behaviorKinds]);
  });

  it('draw each model as what it is', () => {
    for (const platform of platforms) {
      expect(takesNotifications({ platform })).toBe(platformTraits[platform].takesNotifications);
      for (const { model } of platformTraits[platform].models) {
        const shape = shapeOf({ platform, model });
        if (isTablet({ platform, model }) || model.startsWith('Galaxy Tab')) expect([model, shape]).toEqual([model, 'tablet']);
        else if (platform === 'ios' || platform === 'android') expect([model, shape]).toEqual([model, 'phone']);
        else expect([model, shape]).toEqual([model, /iMac|mini|Studio|OptiPlex/.test(model) ? 'desktop' : 'laptop']);
      }
    }
  });
});

describe('the notifications of a screen', () => {
  const text = fc.oneof(
    fc.string({ maxLength: 30 }),
    fc.constantFrom(
      'Company Portal: Snow',
      '1. Company Portal: Snow',
      '',
      'a\nb',
      'a\r\n\r\nb',
      '\r',
      'Available: Chess',
      'x'.repeat(3000),
    ),
  );
  const notification = fc.record({ title: text.filter((title) => title !== ''), body: text });

  it('CN-15 are told apart from its other paragraphs, whatever they say, and nothing of it is left out', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('ios', 'android'),
        fc.constantFrom(...lockScreenSettings),
        fc.array(notification, { maxLength: 5 }),
        fc.constantFrom('lock', 'notifications', 'company-portal'),
        (platform, lockScreenNotifications, sent, button) => {
          const bench = new Bench({ platform, enrollment: platform === 'ios' ? 'automated' : 'fully-managed' }).enrolled();
          bench.configured({ apps: [{ id: 'chess', name: 'Chess', intent: 'available' }] });
          bench.change({ lockScreenNotifications });
          const isInApp = button === 'company-portal' && platform === 'ios';
          if (isInApp) bench.press(button);
          for (const [index, one] of sent.entries()) {
            bench.hear({ type: 'notification', notificationId: `n${index}`, sentAt: benchStart, ...one });
          }
          if (!isInApp && (button !== 'notifications' || sent.length > 0)) bench.press(button);
          const view = seen(deviceView(bench.state));
          const { notifications, rest } = screenText(view);
          const listed = view.screen.kind === 'home' ? [] : sent;
          const isHidden = view.screen.kind === 'locked' && lockScreenNotifications === 'hidden';
          const isShort = view.screen.kind === 'locked' && lockScreenNotifications === 'content-hidden';
          const isElsewhere = view.screen.kind === 'company-portal' && !isInApp;
          expect(notifications.length).toBe(isHidden || isElsewhere ? 0 : listed.length);
          for (const [index, { title, body }] of notifications.entries()) {
            const one = listed[index] ?? { title: '', body: '' };
            expect(title.slice(0, 1900)).toBe(isShort ? 'Notification' : one.title.replace(/\t/g, ' ').slice(0, 1900));
            expect(body.length).toBe(isShort ? 0 : one.body.split(/\r\n?|\n/).length);
          }
          // Nothing of the screen is left out, and nothing is said twice.
          const shown = [...rest, ...notifications.flatMap(({ title, body }) => [title, ...body])];
          expect(shown.length).toBe(view.screen.lines.length);
          for (const line of view.screen.lines) expect(shown.some((one) => line.endsWith(one))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });
});
