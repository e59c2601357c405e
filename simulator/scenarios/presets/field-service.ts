import type { FleetPreset } from './fleet-preset.ts';

const timeZones = { 'America/Chicago': 3, 'America/Denver': 2, 'America/Los_Angeles': 2 };
const rugged = [
  { model: 'TC57', manufacturer: 'Zebra Technologies', osVersion: '11', weight: 4 },
  { model: 'XCover6 Pro', manufacturer: 'samsung', osVersion: '13', weight: 5 },
  { model: 'Galaxy Tab Active3', manufacturer: 'samsung', osVersion: '12', weight: 2 },
];

/** People in vans and at masts: rugged Androids in shifts, out of coverage for days, dropped and replaced. */
export const fieldService: FleetPreset = {
  devices: 2_000,
  holidays: ['01-01', '07-04', '12-25'],
  storms: [{ at: '75d', away: '36h', share: '35%', backWithin: '4h' }],
  osUpdates: [
    {
      platform: 'android',
      version: '14',
      at: '60d',
      adoptedWithin: {
        steps: [
          ['5%', '3d'],
          ['60%', '45d'],
          ['100%', '200d'],
        ],
      },
      share: '65%',
      models: ['XCover6 Pro', 'Galaxy Tab Active3'],
    },
    {
      platform: 'windows',
      version: '10.0.26100.2314',
      at: '90d',
      adoptedWithin: { lognormal: { median: '25d', p90: '120d' } },
      share: '90%',
    },
  ],
  fleet: [
    {
      name: 'rugged-androids',
      weight: 75,
      platform: 'android',
      enrollment: 'fully-managed',
      enrolls: [
        { within: '10d', share: '40%' },
        { at: '30d', within: '10d', share: '40%' },
        { at: '60d', within: '270d', share: '20%' },
      ],
      models: rugged,
      has: { passcode: '90%', notifications: { allowed: '95%' } },
      behaviors: [{ on: 'any', then: 'not-now', chance: '2%' }],
      lapses: { perMonth: '1%', lasts: { lognormal: { median: '6d', p90: '30d' } }, of: ['passcode', 'osVersion'] },
      timeZones,
      hours: {
        share: '70%',
        shifts: [
          { from: '06:00', until: '14:30', days: ['mon', 'tue', 'wed', 'thu', 'fri'], jitter: '45m', weight: 5 },
          { from: '14:00', until: '22:30', days: ['mon', 'tue', 'wed', 'thu', 'fri'], jitter: '45m', weight: 3 },
          { from: '22:00', until: '06:30', days: ['sun', 'mon', 'tue', 'wed', 'thu'], jitter: '30m', weight: 1 },
        ],
      },
      absences: { share: '80%', count: [2, 12], between: ['5d', '360d'], length: { lognormal: { median: '2d', p90: '9d' } } },
      leaves: [{ share: '60%', length: { uniform: ['1w', '2w'] } }],
      replaced: {
        every: {
          weighted: [
            { weight: 1, of: { exponential: '200d' } },
            { weight: 4, of: { normal: { mean: '1000d', deviation: '200d' } } },
          ],
        },
        old: 'drawer',
        pause: { lognormal: { median: '2d', p90: '8d' } },
        models: rugged,
      },
      battery: { emptyPerMonth: 1.5, off: { lognormal: { median: '2h', p90: '15h' } } },
      lostForEver: { share: '4%', between: ['10d', '400d'] },
    },
    {
      name: 'van-tablets',
      weight: 15,
      platform: 'windows',
      enrollment: 'joined',
      enrolledWithin: '45d',
      models: [{ model: 'Latitude 7030 Rugged', manufacturer: 'Dell Inc.', osVersion: '10.0.22631.3737' }],
      has: { passcode: true, encrypted: '99%' },
      timeZones,
      hours: { from: '06:30', until: '16:00', days: ['mon', 'tue', 'wed', 'thu', 'fri', 'sat'], jitter: '1h' },
      absences: { share: '60%', count: [1, 6], between: ['5d', '360d'], length: { exponential: '3d' } },
      lostForEver: { share: '1%', between: ['10d', '400d'] },
    },
    {
      name: 'supervisors-phones',
      weight: 10,
      platform: 'ios',
      enrollment: 'automated',
      enrolledWithin: '20d',
      has: { passcode: '99%' },
      timeZones,
      battery: { emptyPerMonth: 0.3, off: { lognormal: { median: '2h', p90: '10h' } } },
      passcodeChanges: { every: { uniform: ['90d', '300d'] } },
    },
  ],
};
