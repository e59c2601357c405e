import type { FleetPreset } from './fleet-preset.ts';

const timeZones = 'Europe/Berlin';

/** iPads in carts that live in terms and are off in the holidays, teachers with devices of their own. */
export const school: FleetPreset = {
  devices: 3_000,
  holidays: [
    { from: '12-23', until: '01-06', name: 'winter' },
    { from: '02-16', until: '02-20', name: 'carnival' },
    { from: '03-30', until: '04-11', name: 'spring' },
    '05-01',
    { from: '07-20', until: '09-01', name: 'summer' },
    { from: '10-17', until: '10-31', name: 'autumn' },
  ],
  storms: [],
  osUpdates: [
    { platform: 'ios', version: '18.3', at: '50d', adoptedWithin: { lognormal: { median: '30d', p90: '120d' } }, share: '90%' },
    { platform: 'ios', version: '18.6', at: '240d', adoptedWithin: { lognormal: { median: '15d', p90: '60d' } }, share: '85%' },
    {
      platform: 'windows',
      version: '10.0.26100.2314',
      at: '60d',
      adoptedWithin: { lognormal: { median: '20d', p90: '80d' } },
      share: '90%',
    },
  ],
  fleet: [
    {
      name: 'cart-ipads',
      weight: 80,
      platform: 'ios',
      enrollment: 'automated',
      enrolls: [
        { within: '5d', share: '70%' },
        { at: '244d', within: '10d', share: '30%' },
      ],
      models: [
        { model: 'iPad (9th generation)', manufacturer: 'Apple', osVersion: '17.4.1', weight: 3 },
        { model: 'iPad (10th generation)', manufacturer: 'Apple', osVersion: '17.5.1', weight: 2 },
      ],
      user: '',
      has: { shared: true, notifications: 'denied' },
      timeZones,
      hours: { from: '07:45', until: '15:30', days: ['mon', 'tue', 'wed', 'thu', 'fri'], jitter: '75m' },
      absences: { share: '40%', count: [1, 4], between: ['5d', '360d'], length: { lognormal: { median: '6d', p90: '30d' } } },
      replaced: { share: '30%', every: { normal: { mean: '1500d', deviation: '200d' } }, old: 'wiped', pause: { uniform: ['1d', '14d'] } },
      battery: { emptyPerMonth: 0.8, off: { lognormal: { median: '20h', p90: '5d' } } },
      lostForEver: { share: '1%', between: ['10d', '400d'] },
    },
    {
      name: 'teachers-ipads',
      weight: 10,
      platform: 'ios',
      enrollment: 'device',
      enrolledWithin: '30d',
      models: [{ model: 'iPad Pro (11-inch, 4th generation)', manufacturer: 'Apple', osVersion: '17.5.1' }],
      has: { passcode: '95%', findMy: '40%' },
      timeZones,
      leaves: [{ share: '50%', between: { from: '07-20', until: '08-10' }, length: { uniform: ['1w', '3w'] } }],
      passcodeChanges: { every: { uniform: ['180d', '500d'] } },
      battery: { emptyPerMonth: 0.6, off: { lognormal: { median: '10h', p90: '2d' } } },
    },
    {
      name: 'office-pcs',
      weight: 10,
      platform: 'windows',
      enrollment: 'joined',
      enrolledWithin: '14d',
      has: { passcode: true, encrypted: '80%' },
      timeZones,
      hours: { from: '07:00', until: '17:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'], jitter: '1h', share: '85%' },
      lapses: { perMonth: '1%', lasts: { uniform: ['2d', '30d'] }, of: ['encryption'] },
    },
  ],
};
