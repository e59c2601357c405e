/** `mockfleet notify`, `mockfleet devices notify` and `mockfleet push` as processes, and what their options are read by. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type DeviceOptions, newDeviceOf } from '../cli/agent-device.ts';
import { bodyOf } from '../cli/devices/action-options.ts';
import { actsOf } from '../cli/devices/change.ts';
import { distributionText, type PushTexts, readPushOptions, shareText } from '../cli/push-options.ts';
import { type Ended, mockfleet, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { untilAnswered } from './support/until.ts';

const file = `
users:
  - { userPrincipalName: adele@contoso.example, displayName: Adele Vance }
groups:
  - { displayName: Berlin, members: [adele@contoso.example] }
  - { displayName: "O'Brien's team", members: [] }
devices:
  - { platform: ios, name: phone, user: adele@contoso.example }
  - { platform: android, name: pixel, user: adele@contoso.example }
  - { platform: windows, name: pc, user: adele@contoso.example }
`;

/** A stub with these devices, which are there and in touch. */
async function started(more: readonly string[] = []): Promise<StubProgram> {
  const path = join(scratch(), 'tenant.yaml');
  writeFileSync(path, file);
  const stub = await startStub(['--tenant', path, '--speed', '0', ...more]);
  await untilAnswered('three devices', async () => (await stub.devices()).length === 3);
  return stub;
}

const run = (stub: StubProgram, ...words: string[]): Promise<Ended> => runMockfleet([...words, ...stub.named]);

/** It has to succeed; resolves to what it printed. */
async function said(stub: StubProgram, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await run(stub, ...words);
  expect(code, stderr).toBe(0);
  return stdout;
}

async function titles(stub: StubProgram, device: string): Promise<string[]> {
  const { body } = await stub.call('GET', `/mockfleet/devices/${device}`);
  return (body as { notifications: { title: string }[] }).notifications.map(({ title }) => title);
}

const message = ['--title', 'Closed today', '--body', 'Snow.'];

describe('mockfleet notify', () => {
  it('CN-18 sends to the people in groups, and confirms no more than that it was sent', async () => {
    const stub = await started();
    expect(await said(stub, 'notify', '--group', 'Berlin', ...message)).toBe('Sent to one group.\n');
    for (const device of ['phone', 'pixel']) {
      await untilAnswered(`it is on ${device}`, async () => (await titles(stub, device)).join() === 'Closed today');
    }
    const [groups] = [JSON.parse(await said(stub, 'notify', '--group', 'Berlin', '--group', "O'Brien's team", ...message, '--json'))];
    expect(groups).toEqual({ sent: true, groups: [expect.any(String), expect.any(String)] });
    expect(await said(stub, 'notify', '--group', groups.groups[0].toUpperCase(), '--group', 'Berlin', ...message)).toBe(
      'Sent to one group.\n',
    );
    const typing = mockfleet(['notify', '--group', 'Berlin', '--title', 'News', '--body', '-', ...stub.named], { typesInto: true });
    typing.type('from a file\nof two lines');
    typing.type(null);
    expect((await typing.end()).code).toBe(0);
    await untilAnswered('the news', async () => {
      const { body } = await stub.call('GET', '/mockfleet/devices/phone');
      return (body as { notifications: { body: string }[] }).notifications.at(-1)?.body === 'from a file\nof two lines';
    });
  });

  it('CN-07 says when it is possible again, and does not wait for it', async () => {
    const stub = await started();
    const { body } = await stub.call('GET', "/v1.0/groups?$filter=displayName eq 'Berlin'");
    const groupsToNotify = [(body as { value: { id: string }[] }).value[0]?.id];
    for (let count = 0; count < 25; count += 1) {
      const text = { notificationTitle: 'Hello', notificationBody: 'Again', groupsToNotify };
      const { status } = await stub.call('POST', '/beta/deviceManagement/sendCustomNotificationToCompanyPortal', text);
      expect(status).toBe(204);
    }
    const refused = await run(stub, 'notify', '--group', 'Berlin', ...message);
    expect([refused.code, refused.stdout]).toEqual([1, '']);
    expect(refused.stderr).toMatch(/^25 custom notifications .* It is possible again at \d{4}-.*Z\. \[TooManyRequests\]\n$/);
    await said(stub, 'clock', 'advance', '1h');
    await said(stub, 'notify', '--group', 'Berlin', ...message);
  });

  it('names what is wrong', async () => {
    const stub = await started();
    await stub.call('POST', '/v1.0/groups', { displayName: 'Berlin', mailEnabled: false, mailNickname: 'b', securityEnabled: true });
    const cases: [words: string[], code: number, sentence: RegExp][] = [
      [['--group', 'Nowhere', ...message], 1, /No group is called Nowhere\. \[group-not-found\]/],
      [['--group', 'Berlin', ...message], 1, /2 groups are called Berlin; use the id: [\da-f-]{36}, [\da-f-]{36}\. \[group-ambiguous\]/],
      [['--group', '00000000-0000-4000-8000-000000000000', ...message], 1, /no group has the id '00000000-/],
      [message, 2, /Missing required argument: group/],
      [['--group', 'Berlin', '--title', 'x'.repeat(51), '--body', 'y'], 2, /--title does not fit: 51 characters, and 50 are allowed\./],
      [['--group', 'Berlin', '--title', 'x', '--body', ''], 2, /--body does not fit: write at least one character\./],
    ];
    for (const [words, code, sentence] of cases) {
      const ended = await run(stub, 'notify', ...words);
      expect([ended.code, ended.stderr], words.join(' ')).toEqual([code, expect.stringMatching(sentence)]);
    }
  });
});

describe('mockfleet devices notify', () => {
  it('CN-11 CN-18 shows the text that was sent to a single device', async () => {
    const stub = await started();
    const title = 'Hello 👨‍👩‍👧';
    const { code, stdout, stderr } = await run(stub, 'devices', 'notify', 'phone', '--title', title, '--body', 'One\nTwo\u001b[2J');
    expect([code, stderr], 'a control character is refused').toEqual([
      2,
      expect.stringMatching(/--body does not fit: .*control character/),
    ]);
    expect(stdout).toBe('');
    const told = await run(stub, 'devices', 'notify', 'phone', '--title', title, '--notification-body', 'One\nTwo');
    expect(told.stdout).toMatch(/^Sent to phone \([\da-f-]{36}\):\n\n {2}Hello 👨‍👩‍👧\n {2}One\n {2}Two\n$/u);
    expect(told.stderr, 'nothing of it is in Graph').toMatch(/^What the device shows: mockfleet devices screen phone .*\n$/);
    expect(JSON.parse(await said(stub, 'devices', 'notify', 'pixel', '--notification-title', 'Hi', '--body', 'You.', '--json'))).toEqual({
      id: expect.any(String),
      action: 'notify',
      accepted: true,
      title: 'Hi',
      body: 'You.',
    });
    await untilAnswered(
      'both show it',
      async () => (await titles(stub, 'phone')).join() + (await titles(stub, 'pixel')).join() === `${title}Hi`,
    );
  });

  it('CN-01 asks many by a filter, and tells of each that was refused', async () => {
    const stub = await started();
    const { code, stdout } = await run(stub, 'devices', 'notify', '--filter', "startswith(deviceName,'p')", '--yes', ...message);
    expect([code, stdout]).toEqual([
      1,
      expect.stringMatching(/^Refused: notify pc .*Custom notifications are for iOS.*\nAccepted: notify for 2 of 3 devices\.\n$/),
    ]);
  });
});

describe('mockfleet push', () => {
  it('CN-13 shows and changes how pushes come through; it outlasts the stub, until a start says otherwise', async () => {
    const stub = await started();
    const settings = async (of: StubProgram) => (await of.call('GET', '/mockfleet/push')).body;
    expect(JSON.parse(await said(stub, 'push', '--json'))).toMatchObject({
      lost: 0,
      latency: '0ms',
      notifications: { underWay: 0, kept: 0 },
    });
    const printed = await said(stub, 'push', 'set', '--lost', '10%', '--latency', '1h', '--membership-lag', '5m..15m');
    expect(printed).toMatch(/^lost +10%\nlatency +1h\n/);
    const id = (await stub.devices()).find(({ deviceName }) => deviceName === 'phone')?.id;
    const text = { notificationTitle: 'Hello', notificationBody: 'On its way.' };
    await stub.call('POST', `/beta/deviceManagement/managedDevices/${id}/sendCustomNotificationToCompanyPortal`, text);
    const changed = { lost: 0.1, latency: '1h', membershipLag: { uniform: ['5m', '15m'] } };
    expect(await settings(stub)).toMatchObject({ ...changed, notifications: { underWay: 1, kept: 0 } });
    stub.program.kill('SIGTERM');
    const again = await startAgain(stub);
    expect(await settings(again)).toMatchObject({ ...changed, notifications: { underWay: 0, kept: 0 } });
    again.program.kill('SIGTERM');
    const otherwise = await startAgain(again, ['--push-loss', '0', '--push-late', '5%', '--push-late-by', 'exponential:2h']);
    expect(await settings(otherwise)).toMatchObject({ ...changed, lost: 0, late: { share: 0.05, by: { exponential: '2h' } } });
    await said(otherwise, 'push', 'reset');
    expect(await settings(otherwise)).toMatchObject({ latency: '0ms', membershipLag: '0ms', late: { share: 0.05 } });
  });

  it('counts what is on its way', async () => {
    const stub = await started(['--push-latency', '1h']);
    await said(stub, 'notify', '--group', 'Berlin', ...message);
    await untilAnswered('two are on their way', async () => /on their way +2 notifications\n/.test(await said(stub, 'push')));
    expect(await titles(stub, 'phone')).toEqual([]);
    await said(stub, 'clock', 'advance', '1h');
    expect(await titles(stub, 'phone')).toEqual(['Closed today']);
  });

  const names = { lost: 'lost', latency: 'latency', late: 'late', lateBy: 'late-by', membershipLag: 'lag', keptFor: 'kept' };
  const wrong: [PushTexts, RegExp][] = [
    [{ lost: '110%' }, /^--lost takes a share such as 5% or 0\.05; "110%" is none\.$/],
    [{ lost: 'half' }, /^--lost takes a share/],
    [{ latency: '5' }, /^--latency takes a duration such as 5s, a range such as 1s\.\.10s, or exponential:20m; "5" is none\.$/],
    [{ latency: '10s..1s' }, /^--latency takes/],
    [{ latency: '1s..2s..3s' }, /^--latency takes/],
    [{ membershipLag: 'exponential:' }, /^--lag takes/],
    [{ keptFor: '1s..2s' }, /^--kept takes a duration such as 90s/],
    [{ late: '5%' }, /^--late goes with --late-by/],
    [{ lateBy: '5h' }, /^--late-by goes with --late/],
  ];
  it.each(wrong)('refuses %j', (texts, sentence) => {
    expect(() => readPushOptions(texts, names)).toThrow(sentence);
  });

  it('reads shares, durations and what they are drawn from as it writes them', () => {
    const words = readPushOptions(
      { lost: '0.015', latency: ' 1s..10s ', late: '5%', lateBy: 'exponential:2h', membershipLag: '15m' },
      names,
    );
    expect(words).toEqual({
      lost: 0.015,
      latency: { uniform: ['1s', '10s'] },
      late: { share: '5%', by: { exponential: '2h' } },
      membershipLag: '15m',
    });
    expect([shareText(0.015), ...[words.latency, words.late?.by, words.membershipLag].map((one) => distributionText(one ?? ''))]).toEqual([
      '1.5%',
      '1s..10s',
      'exponential:2h',
      '15m',
    ]);
    expect(readPushOptions({ late: '0%' }, names)).toEqual({ late: { share: '0%', by: '0s' } });
    expect(readPushOptions({}, names)).toEqual({});
  });
});

it('CN-02 options of the action have short names, and are checked before anything is asked', () => {
  const type = 'sendCustomNotificationToCompanyPortal';
  expect(bodyOf(type, { title: 'a', body: 'b' })).toEqual({ notificationTitle: 'a', notificationBody: 'b' });
  expect(() => bodyOf(type, { title: 'e\u0301'.repeat(51), body: 'b' })).toThrow(
    /^--title does not fit: 51 characters, and 50 are allowed\.$/,
  );
});

it('CN-03 CN-15 CN-16 what a device does with notifications can be changed', () => {
  expect(
    actsOf({
      'company-portal': false,
      'notifications-allowed': 'denied',
      'lock-screen-notifications': 'content-hidden',
      'notification-reader': 'Diary',
    }),
  ).toEqual([
    {
      change: {
        companyPortal: false,
        notificationsAllowed: 'denied',
        lockScreenNotifications: 'content-hidden',
        notificationReader: 'Diary',
      },
    },
  ]);
  expect(actsOf({ 'notification-reader': false })).toEqual([{ change: { notificationReader: null } }]);
});

it('CN-03 an agent begins as it is said to be', () => {
  const options: DeviceOptions = {
    platform: 'android',
    enrollment: undefined,
    name: undefined,
    serial: undefined,
    user: 'adele@contoso.example',
    model: undefined,
    'os-version': undefined,
    passcode: undefined,
    'work-profile-passcode': undefined,
    'find-my': false,
    shared: false,
    app: undefined,
    encrypted: undefined,
    'jail-broken': false,
    behavior: undefined,
    'wipes-silently': false,
  };
  const app = (more: Partial<DeviceOptions>) => newDeviceOf({ ...options, ...more }).has.companyApp;
  expect(app({})).toEqual({ installed: true, permission: 'allowed', lockScreen: 'shown', reader: null });
  expect(app({ 'company-portal': false, 'notifications-allowed': 'not-asked', 'lock-screen-notifications': 'hidden' })).toMatchObject({
    installed: false,
    permission: 'not-asked',
    lockScreen: 'hidden',
  });
  expect(app({ 'notification-reader': 'Diary' })).toMatchObject({ reader: 'Diary' });
  expect(() => app({ platform: 'windows', 'company-portal': false })).toThrow(/for iOS and Android/);
  expect(() => app({ platform: 'ios', 'notification-reader': 'Diary' })).toThrow(/--notification-reader is for Android/);
});
