import type { FleetPreset } from './fleet-preset.ts';

const timeZones = { 'America/New_York': 4, 'America/Chicago': 3, 'America/Los_Angeles': 3 };
const everyDay = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

/** Devices without users that stand in shops, always in the same place: there in opening hours, or day and night. */
export const retailKiosks: FleetPreset = {
  devices: 3_000,
  holidays: ['12-25'],
  storms: [
    { at: '120d', away: '9h', share: '40%', backWithin: '15m' },
    { at: '290d', away: '3d', share: '15%', backWithin: '30m' },
  ],
  osUpdates: [
    { platform: 'windows', version: '10.0.26100.2314', at: '100d', adoptedWithin: { uniform: ['1d', '40d'] }, share: '99%' },
    {
      platform: 'ios',
      version: '18.3',
      at: '80d',
      adoptedWithin: {
        steps: [
          ['10%', '7d'],
          ['100%', '21d'],
        ],
      },
    },
  ],
  fleet: [
    {
      name: 'kiosks',
      weight: 60,
      platform: 'android',
      enrollment: 'dedicated',
      enrolls: [
        { within: '30d', share: '50%' },
        { at: '60d', within: '30d', share: '50%' },
      ],
      models: [
        { model: 'ET40', manufacturer: 'Zebra Technologies', osVersion: '13', weight: 3 },
        { model: 'Galaxy Tab A9', manufacturer: 'samsung', osVersion: '14', weight: 2 },
      ],
      user: '',
      has: { notifications: 'denied' },
      timeZones,
      hours: { from: '07:30', until: '21:30', days: everyDay, jitter: '40m', share: '60%' },
      absences: { share: '20%', count: [1, 5], between: ['5d', '360d'], length: { lognormal: { median: '5h', p90: '3d' } } },
      replaced: { every: { normal: { mean: '1800d', deviation: '300d' } }, old: 'drawer', pause: { uniform: ['1d', '10d'] } },
      lostForEver: { share: '1%', between: ['10d', '400d'] },
    },
    {
      name: 'price-checkers',
      weight: 25,
      platform: 'ios',
      enrollment: 'automated',
      enrolledWithin: '45d',
      models: [{ model: 'iPad (9th generation)', manufacturer: 'Apple', osVersion: '17.4.1' }],
      user: '',
      has: { notifications: 'denied' },
      timeZones,
      replaced: { every: { normal: { mean: '1600d', deviation: '200d' } }, old: 'wiped', pause: { uniform: ['1h', '5d'] } },
    },
    {
      name: 'tills',
      weight: 15,
      platform: 'windows',
      enrollment: 'joined',
      enrolledWithin: '45d',
      models: [{ model: 'OptiPlex 7010', manufacturer: 'Dell Inc.', osVersion: '10.0.22631.3737' }],
      user: '',
      has: { encrypted: '100%' },
      timeZones,
      hours: { from: '08:00', until: '21:00', days: everyDay, jitter: '30m' },
      lapses: { perMonth: '0.3%', lasts: { exponential: '5d' }, of: ['encryption'] },
    },
  ],
};
