/** Custom notifications as steps of a story: who sends them, to whom, and what is told of it. */
import { describe, expect, it } from 'vitest';
import { type RunOptions, runScenario } from '../run.ts';
import { story } from './stories.fixture.ts';

const notify = (title: string, group = 'Everybody') =>
  `notify: { title: ${title}, body: A text that nobody else may read., groups: [${group}] }`;

async function lived(body: string, options: RunOptions = {}) {
  const run = await runScenario(story(body), options);
  run.close();
  const { result } = run;
  return { result, missed: [...result.expectations, ...result.checkers].filter(({ passed }) => !passed) };
}

describe('custom notifications in a story', () => {
  it('CN-17 changes on the way take members out and bring them in, those of a fleet and those who are enrolled later too', async () => {
    const body = `days: 3
tenant:
  push: { lost: 0%, latency: 1s }
  groups: [{ displayName: Everybody, members: [{ usersOf: phones }, { devicesOf: phones }, ADELE@contoso.example] }]
fleet:
  - { name: phones, count: 2, platform: ios }
  - { name: adeles, count: 1, platform: android, user: adele@contoso.example }
timeline:
  - { at: 1h, ${notify('One')} }
  - at: 2h
    tenant: { groups: [{ displayName: everybody, leave: [{ usersOf: phones }, "device: phones-1"] }] }
  - { at: 3h, ${notify('Two')} }
  - { at: 4h, to: { groups: [phones] }, do: retire }
  - { at: 5h, to: { groups: [phones] }, device: { enroll: true } }
  - { at: 6h, ${notify('Three')} }
  - at: 7h
    tenant: { groups: [{ displayName: Everybody, members: [{ usersOf: phones }], leave: [adele@contoso.example] }] }
  - { at: 8h, ${notify('Four')} }
  - { at: 9h, to: { groups: [adeles] }, expect: [{ name: until she left, notifications: [{ title: Three, count: 1 }, { count: 3 }], refused: false }] }
  - at: 9h
    to: { groups: [phones] }
    expect: [{ name: only the first, notifications: [{ title: One, count: 1 }, { title: Two, count: 0 }, { title: Three, count: 0 }] }]
expectations:
  - { name: three then one and one and two, figure: notifications.pushes, equals: 7 }
`;
    for (const options of [{}, { everyCheckIn: true, codec: true, store: 'sqlite' as const }]) {
      expect((await lived(body, options)).missed).toEqual([]);
    }
  });

  it('CN-05 a person of the tenant has their own roles, anybody else is an administrator', async () => {
    const { missed } = await lived(`days: 1
tenant:
  push: { lost: 0%, latency: 1s }
  users: [{ userPrincipalName: henry@contoso.example, roles: [Help Desk Operator] }]
  groups: [{ displayName: Everybody, members: [{ usersOf: phone }] }]
fleet: [{ name: phone, count: 1, platform: ios, user: adele@contoso.example }]
timeline:
  - { at: 1h, ${notify('One')}, by: henry@contoso.example }
  - { at: 61m, expect: [{ name: no role for it, refused: Organization_Update }] }
  - { at: 62m, ${notify('Two')}, by: adele@contoso.example }
  - { at: 63m, expect: [{ name: nor has the user, refused: Organization_Update, notifications: [{ count: 0 }] }] }
  - { at: 64m, ${notify('Three')}, by: somebody@contoso.example }
  - { at: 65m, expect: [{ name: somebody who is not of the file, refused: false, notifications: [{ title: Three, count: 1 }] }] }
  - { at: 66m, do: retire }
  - { at: 67m, expect: [{ name: the latest request counts, refused: false }] }
  - { at: 70m, do: sendCustomNotificationToCompanyPortal, with: { notificationTitle: A, notificationBody: B }, by: adele@contoso.example }
  - { at: 71m, expect: [{ name: the record is gone and nothing was asked for, refused: false, record: gone }] }
`);
    expect(missed).toEqual([]);
  });

  it('CN-18 the timeline tells that it was sent, to whom and what devices did, and never what it says', async () => {
    const { result, missed } = await lived(`days: 2
tenant:
  push: { lost: 0%, latency: 1s, notificationsKeptFor: 1h }
  groups: [{ displayName: Everybody, members: [{ usersOf: phone }, { usersOf: tablet }] }]
fleet:
  - { name: phone, count: 1, platform: ios }
  - { name: tablet, count: 1, platform: android, has: { notifications: denied } }
timeline:
  - { at: 61m, ${notify('Secret')}, by: erin@contoso.example }
  - { at: 62m, to: { groups: [phone] }, device: { network: off } }
  - { at: 63m, ${notify('Secret')} }
  - { at: 64m, to: { groups: [tablet] }, device: { companyPortal: false, lockScreenNotifications: hidden, notificationReader: Diary } }
  - { at: 65m, to: { groups: [phone] }, do: sendCustomNotificationToCompanyPortal, with: { notificationTitle: Secret, notificationBody: A text. } }
  - { at: 1d, to: { groups: [phone] }, device: { network: on } }
`);
    expect(missed).toEqual([]);
    const told = result.timeline.map(({ who, device, what }) => `${who} ${device ?? '-'}: ${what}`);
    expect(told).toContain('administrator -: erin@contoso.example sends a custom notification to Everybody');
    expect(told).toContain('device phone: shows a notification above the screen');
    expect(told).toContain('device tablet: does not show a notification: its user does not let it');
    expect(told).toContain('service phone: a notification is kept: the device is away');
    expect(told).toContain('service phone: a notification was kept for too long');
    expect(told).toContain('user tablet: removes Company Portal, has the lock screen show no notifications, lets Diary read notifications');
    expect(told).toContain('administrator phone: admin@contoso.example asks for Send custom notification');
    expect(JSON.stringify(result)).not.toMatch(/Secret|nobody else may read|A text/);
  });

  it('CN-08 CN-11 thousands of devices, each by the hour, and the limit of each', async () => {
    const { result, missed } = await lived(`days: 1
tenant: { push: { lost: 0%, latency: 1s } }
fleet: [{ name: phones, count: 1500, platform: ios }, { name: macs, count: 500, platform: macos }]
timeline:
  - every: { from: 60m, until: 115m, each: 5m }
    do: sendCustomNotificationToCompanyPortal
    with: { notificationTitle: Hello, notificationBody: There. }
  - { at: 2h, to: { groups: [phones] }, expect: [{ name: ten and no more, notifications: [{ count: 10 }], refused: possible again }] }
  - { at: 2h, to: { groups: [macs] }, expect: [{ name: never on a Mac, notifications: [{ count: 0 }], refused: for iOS }] }
`);
    expect(missed).toEqual([]);
    expect(result.notifications).toMatchObject({
      sent: { device: 15_000, groups: 0 },
      refused: { device: 3000, groups: 0 },
      pushes: 15_000,
      shown: { banner: 15_000 },
    });
    // Of a Mac it is greyed out, and no limit of an hour.
    expect(result.actions.sendCustomNotificationToCompanyPortal).toEqual({ refused: 6000 });
  });
});
