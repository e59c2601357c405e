/** `mockfleet devices` and `mockfleet agent` as processes: actions, screens, hands; and the tables that their options are made from. */
import { describe, expect, it } from 'vitest';
import { type DeviceOptions, newDeviceOf } from '../cli/agent-device.ts';
import { bodyOf, parametersOf } from '../cli/devices/action-options.ts';
import { actionResultLines } from '../cli/devices/action-results.ts';
import { actsOf, type ChangeOptions } from '../cli/devices/change.ts';
import { parseApp } from '../cli/devices/configuration.ts';
import { actionTable, commandTypes } from '../protocol/commands.ts';
import { type Ended, mockfleet, type Program, runMockfleet } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { enrolled, type StubProgram, startStub, untilBypassCode, untilState } from './support/stub-program.ts';
import { until } from './support/until.ts';

/** `mockfleet devices …` of this stub. */
function devices(stub: StubProgram, ...words: string[]): Promise<Ended> {
  return runMockfleet(['devices', ...words, ...stub.named]);
}

/** The same, which has to succeed; resolves to what it printed. */
async function said(stub: StubProgram, ...words: string[]): Promise<string> {
  const { code, stdout, stderr } = await devices(stub, ...words);
  expect(code, stderr).toBe(0);
  return stdout;
}

/** An agent that can be typed into. */
function typingAgent(stub: StubProgram, name: string, more: readonly string[]): Program {
  return mockfleet(['agent', ...stub.named, '--state', scratch(), '--name', name, '--json', ...more], { typesInto: true });
}

describe('the table of actions', () => {
  it('gives each action a command, listed in the help', async () => {
    const { stdout } = await runMockfleet(['devices', '--help']);
    for (const type of commandTypes) expect(stdout).toContain(`mockfleet devices ${actionTable[type].cli} [device]`);
  });

  it('gives each parameter an option, and asks for what is required', () => {
    const options = Object.fromEntries(
      commandTypes.map((type) => [type, parametersOf(type).map(({ option, settings }) => `${settings.demandOption ? '!' : ''}${option}`)]),
    );
    expect(options).toMatchObject({
      syncDevice: [],
      wipe: [
        'keep-enrollment-data',
        'keep-user-data',
        'mac-os-unlock-code',
        'persist-esim-data-plan',
        'obliteration-behavior',
        'use-protected-wipe',
      ],
      enableLostMode: ['!message', 'phone-number', 'footer'],
      cleanWindowsDevice: ['!keep-user-data'],
      setDeviceName: ['!device-name'],
      deleteUserFromSharedAppleDevice: ['!user-principal-name'],
      windowsDefenderScan: ['!quick-scan'],
      updateWindowsDeviceAccount: [],
    });
  });

  it('sends what was given under Graph\u2019s names, and nothing else', () => {
    expect(bodyOf('syncDevice', {})).toBeUndefined();
    expect(bodyOf('wipe', {})).toEqual({});
    expect(bodyOf('wipe', { 'keep-user-data': false, 'mac-os-unlock-code': '012345' })).toEqual({
      keepUserData: false,
      macOsUnlockCode: '012345',
    });
    expect(() => bodyOf('enableLostMode', { message: '' })).toThrow(/^--message does not fit/);
    expect(() => bodyOf('playLostModeSound', { 'duration-in-minutes': 'x' })).toThrow(/^--duration-in-minutes .*whole minutes/);
  });
});

describe('what became of actions, in lines', () => {
  const at = { startDateTime: '2026-03-02T08:00:00Z', lastUpdatedDateTime: '2026-03-02T09:00:00Z' };
  it('has columns, and what is special behind them', () => {
    const results = [
      { '@odata.type': '#x', actionName: 'remoteLock', actionState: 'done', ...at, unlockPin: '123456' },
      { actionName: 'syncDevice', actionState: 'pending', ...at },
      { actionName: 'locateDevice', actionState: 'done', ...at, deviceLocation: { latitude: 1.5, longitude: 2, horizontalAccuracy: 10 } },
    ];
    expect(actionResultLines(results)).toEqual([
      'remoteLock    done     2026-03-02T09:00:00Z  unlockPin=123456',
      'syncDevice    pending  since 2026-03-02T08:00:00Z',
      'locateDevice  done     2026-03-02T09:00:00Z  deviceLocation=1.5,2 (within 10 m)',
    ]);
  });
});

describe('changes', () => {
  const cases: [ChangeOptions, unknown[]][] = [
    [{ network: 'off' }, [{ network: false }]],
    [{ network: 'on', 'find-my': true, enroll: true }, [{ network: true }, { change: { findMy: true } }, { enroll: true }]],
    [{ power: 'off', 'os-version': '18.0' }, [{ change: { osVersion: '18.0' } }, { power: false }]],
    [{ passcode: false, 'work-profile-passcode': '1234' }, [{ change: { passcode: null, workProfilePasscode: '1234' } }]],
    [{ install: ['Chess', 'Photos'] }, [{ change: { installs: 'Chess' } }, { change: { installs: 'Photos' } }]],
    [{}, []],
  ];
  it.each(cases)('%j', (options, acts) => {
    expect(actsOf(options)).toEqual(acts);
  });

  it('lets the habit that was named first decide first', () => {
    const acts = actsOf({ behavior: ['wipe:silent', 'any:not-now'], 'forget-behaviors': true });
    expect(acts).toMatchObject([
      { change: { behaviors: [] } },
      { change: { behavior: { on: 'any' } } },
      { change: { behavior: { on: 'wipe' } } },
    ]);
  });

  it('never repeats a secret that does not fit', () => {
    const secret = '9'.repeat(65);
    expect(() => actsOf({ passcode: secret })).toThrow(/^passcode does not fit/);
    expect(() => actsOf({ passcode: secret })).not.toThrow(secret);
  });

  it('NC-13 says what policies ask about, and what cannot be read', () => {
    expect(actsOf({ security: ['threatLevel=high', 'usbDebugging=true', 'lockAfterMinutes=5', 'firewall='], unreadable: [''] })).toEqual([
      { change: { security: { threatLevel: 'high', usbDebugging: true, lockAfterMinutes: 5, firewall: null } } },
      { change: { unreadable: [] } },
    ]);
    expect(() => actsOf({ security: ['threatLevl=high'] })).toThrow(/Did you mean threatLevel\?/);
    expect(() => actsOf({ security: ['threatLevel=severe'] })).toThrow(/^security\.threatLevel does not fit/);
  });
});

describe('an assigned app', () => {
  it('is read', () => {
    expect(parseApp('mail=Contoso Mail:required:android,ios')).toEqual({
      id: 'mail',
      name: 'Contoso Mail',
      intent: 'required',
      platforms: ['ios', 'android'],
    });
    expect(parseApp('x=Y:available')).toEqual({ id: 'x', name: 'Y', intent: 'available' });
  });

  it.each(['mail', 'mail=Mail', 'mail=Mail:wanted', '=Mail:required', 'mail=Mail:required:symbian'])('%s is refused', (text) => {
    expect(() => parseApp(text)).toThrow(/is not an app.*Write ID=NAME:INTENT/);
  });
});

describe('a new device from options', () => {
  const plain: DeviceOptions = {
    platform: 'ios',
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

  it('is the most common one of its platform, named after its kind', () => {
    expect(newDeviceOf(plain)).toMatchObject({
      phase: 'set-up',
      inventory: { deviceName: 'ios-device', model: 'iPhone 15', platform: 'ios', enrollment: 'device' },
      has: { passcode: null, apps: [], encrypted: true },
    });
  });

  it.each([
    [{ platform: 'iPadOS' }, { inventory: { platform: 'ios', model: expect.stringMatching(/^iPad/) } }],
    [
      { shared: true, enrollment: 'automated' },
      { inventory: { shared: true, model: expect.stringMatching(/^iPad/) }, has: { activeUser: plain.user } },
    ],
    [{ platform: 'android', enrollment: 'device-administrator' }, { inventory: { model: expect.not.stringMatching(/^Pixel/) } }],
    [
      { model: 'iphone se (3rd generation)', 'os-version': '18.1' },
      { inventory: { model: 'iPhone SE (3rd generation)', osVersion: '18.1' } },
    ],
    [{ platform: 'windows', encrypted: true }, { has: { encrypted: true } }],
    [{ encrypted: false, 'jail-broken': true }, { has: { encrypted: false, jailBroken: true } }],
    [{ 'find-my': true }, { has: { findMy: true, accountPassword: 'apple-secret' } }],
    [{ app: ['Chess', 'Chess'] }, { has: { apps: [{ name: 'Chess', source: 'user' }] } }],
    [
      { platform: 'android', enrollment: 'personal-work-profile', passcode: '1234', 'work-profile-passcode': '5678' },
      { has: { passcode: '1234', workProfile: { passcode: '5678', resetConsent: false } } },
    ],
    [{ behavior: ['any:fail:12'] }, { behaviors: [{ on: 'any', errorCode: 12 }] }],
    [{ 'wipes-silently': true }, { traits: { wipesSilently: true } }],
  ])('%j', (options, device) => {
    expect(newDeviceOf({ ...plain, ...options })).toMatchObject(device);
  });

  it.each([
    [{ platform: 'symbian' }, /--platform symbian is not known\. Allowed: ios/],
    [{ enrollment: 'joined' }, /--enrollment joined does not fit ios/],
    [{ model: 'iPhone 51' }, /Did you mean "iPhone 15"\? Allowed: /],
    [{ shared: true, model: 'iPhone 15' }, /--shared is for iPads/],
    [{ 'work-profile-passcode': '1234' }, /--work-profile-passcode is for Android/],
    [{ platform: 'windows', 'find-my': true }, /--find-my is for iOS and macOS/],
    [{ passcode: '' }, /--passcode takes 1 to 64 characters; that is 0/],
    [{ behavior: ['wipe'] }, /is not a behavior/],
    [{ app: [''] }, /--app takes 1 to 64/],
  ])('%j is refused', (options, message) => {
    expect(() => newDeviceOf({ ...plain, ...options })).toThrow(message);
  });
});

describe('an administrator and a device', () => {
  it('locks it, looks at its screen, and types the passcode into it', async () => {
    const stub = await startStub();
    const agent = typingAgent(stub, 'phone', ['--passcode', '246810']);
    await enrolled(agent);
    const lock = await devices(stub, 'lock', 'phone');
    expect(lock).toMatchObject({ code: 0, stdout: expect.stringMatching(/^Accepted: lock phone \([0-9a-f-]{36}\)\.\n$/) });
    expect(lock.stderr).toContain('mockfleet devices screen phone');
    const { view } = await agent.line({ event: 'screen', screen: 'locked' });
    expect(view).toMatchObject({ kind: 'locked', fields: [{ name: 'passcode', secret: true }], buttons: [{ name: 'unlock' }] });

    const [text, json, wrong] = await Promise.all([
      said(stub, 'screen', 'phone'),
      said(stub, 'screen', 'phone', '--json'),
      devices(stub, 'type', 'phone', '1111'),
    ]);
    expect(text).toMatch(/\(unlock\)/);
    expect(JSON.parse(json)).toMatchObject({ kind: 'locked' });
    expect(wrong).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/^The device refused it: .*\[input-refused\]\n$/) });
    const late = await devices(stub, 'type', 'phone', '246810', '--screen', '0');
    expect(late).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[input-screen-changed\]/) });
    const right = JSON.parse(await said(stub, 'press', 'phone', 'unlock', '--value', 'passcode=246810', '--json')) as object;
    expect(right).toMatchObject({ outcome: 'done', screen: { kind: 'home' } });
    expect(await said(stub, 'show', 'phone')).toMatch(/\nremoteLock +done +20/);
    expect(agent.stdout + stub.program.stderr).not.toMatch(/246810|1111/);
  });

  it('TD-02 TD-04 opens a wiped iPhone with the code that Graph shows, without its dashes', async () => {
    const stub = await startStub();
    await said(stub, 'configuration', 'set', '--allow-activation-lock');
    const agent = typingAgent(stub, 'iphone', ['--enrollment', 'automated', '--find-my', '--stay']);
    await untilBypassCode(stub, await enrolled(agent));
    await said(stub, 'bypass-activation-lock', 'iphone');
    const { activationLockBypassCode: code } = JSON.parse(await said(stub, 'show', 'iphone', '--json')) as Record<string, string>;
    expect(code).toMatch(/^\w{5}-\w{5}(-\w{4}){4}$/);
    await said(stub, 'wipe', 'iphone');
    await agent.line({ event: 'wiped' });
    // The record goes when the service has seen the link close.
    await untilState(stub, 'iphone', undefined);
    expect(await devices(stub, 'show', 'iphone')).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[device-not-found\]/) });

    expect(JSON.parse(await said(stub, 'screen', 'iphone', '--json'))).toMatchObject({ kind: 'activation-lock' });
    agent.type({ type: 'ABCDE' });
    expect(await agent.line({ event: 'input' })).toMatchObject({ outcome: 'waiting', screen: 'activation-lock' });
    await agent.line({ event: 'activation', outcome: 'code-wrong' });
    const wrong = await devices(stub, 'type', 'iphone', 'FGHJK');
    expect(wrong).toMatchObject({ code: 1, stderr: expect.stringMatching(/^The device refused it: This code .*\[input-refused\]\n$/) });
    agent.type({ type: String(code).replaceAll('-', '').toLowerCase() });
    await agent.line({ event: 'activation', outcome: 'allowed' });
    await agent.line({ event: 'screen', screen: 'set-up-assistant' });
    expect(await said(stub, 'screen', 'iphone')).toContain('(enroll)');
    expect(agent.stdout).not.toContain(String(code).replaceAll('-', '').toLowerCase());
  });

  it('TD-07 takes a wipe back while the device is away, and the audit log has both', async () => {
    const stub = await startStub();
    const agent = typingAgent(stub, 'away', []);
    await enrolled(agent);
    await said(stub, 'change', 'away', '--network', 'off');
    await said(stub, 'wipe', 'away');
    expect(await said(stub, 'cancel', 'away', 'wipe')).toBe('Canceled: wipe away.\n');
    const again = await devices(stub, 'cancel', 'away', 'wipe');
    expect(again).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[action-not-open\]/) });
    await said(stub, 'change', 'away', '--network', 'on');
    await said(stub, 'sync', 'away');
    await agent.line({ event: 'executed', command: 'syncDevice' });
    expect(agent.lines.some(({ event }) => event === 'wiped')).toBe(false);
    const audit = (await said(stub, 'audit', '--device', 'away')).split('\n');
    expect(audit.slice(0, 3)).toEqual([
      expect.stringMatching(/ syncDevice ManagedDevice +away/),
      expect.stringMatching(/ cancel wipe ManagedDevice +away/),
      expect.stringMatching(/ wipe ManagedDevice +away/),
    ]);
  });

  it('TD-10 hears that Conditional Access refuses a sign-in of a retired device, which without it goes on', async () => {
    const stub = await startStub();
    const agent = typingAgent(stub, 'phone', ['--stay']);
    const id = await enrolled(agent);
    const isSignedIn = /^Done\.\n\n[\s\S]*Outlook is signed in/;
    expect(await said(stub, 'press', 'phone', 'open-outlook')).toMatch(isSignedIn);
    expect(await stub.act(id, 'retire')).toBe(204);
    await agent.line({ event: 'unenrolled' });
    await stub.call('PATCH', '/mockfleet/configuration', { requireManagedDevice: true });
    expect(await devices(stub, 'press', 'phone', 'open-outlook')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(
        /^The device refused it: Outlook: your organization lets only managed devices in\. \[input-refused\]\n$/,
      ),
    });
    await stub.call('PATCH', '/mockfleet/configuration', { requireManagedDevice: false });
    expect(await said(stub, 'press', 'phone', 'open-outlook')).toMatch(isSignedIn);
  });

  it('hears why an action is greyed out, and what an option needs', async () => {
    const stub = await startStub();
    const agent = typingAgent(stub, 'phone', []);
    const id = await enrolled(agent);
    const [greyed, table, missing, wrong, nobody] = await Promise.all([
      devices(stub, 'fresh-start', 'phone', '--no-keep-user-data'),
      said(stub, 'actions', 'phone'),
      devices(stub, 'fresh-start', 'phone'),
      devices(stub, 'cancel', 'phone', 'wip'),
      devices(stub, 'screen', 'nobody'),
    ]);
    expect(greyed.code).toBe(1);
    expect(greyed.stderr).toMatch(/^Fresh start exists on Windows only\. .*devices actions.*\[action-unavailable\]/);
    expect(stub.commands(id)).toEqual([]);
    expect(table).toMatch(/^fresh-start +no +Fresh start exists on Windows only\.$/m);
    expect(table).toMatch(/^wipe +yes +Wipe$/m);
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringMatching(/keep-user-data\.\n`mockfleet devices fresh-start --help`/) });
    expect(wrong).toMatchObject({ code: 2, stderr: expect.stringMatching(/Did you mean wipe\?/) });
    expect(nobody).toMatchObject({ code: 1, stderr: expect.stringMatching(/\[device-unknown\]/) });
  });
});

describe('a program that types', () => {
  it('is answered line by line, and may leave', async () => {
    const stub = await startStub();
    const agent = typingAgent(stub, 'typed', ['--passcode', '246810']);
    await enrolled(agent);
    const answers = () => agent.lines.filter(({ event }) => event === 'input');
    const typed: [object | string, object][] = [
      [{ press: 'lock' }, { outcome: 'done', screen: 'locked', view: { kind: 'locked' } }],
      [{ type: '1111' }, { outcome: 'refused', view: { notice: expect.any(String) } }],
      ['246810', { outcome: 'invalid', message: expect.stringMatching(/^Send \{"type"/) }],
      ['{', { outcome: 'invalid' }],
      [
        { press: 'unlock', values: { passcode: '246810' } },
        { outcome: 'done', screen: 'home' },
      ],
      [{ press: 'nothing' }, { outcome: 'no-such-button' }],
      [{ type: 'x' }, { outcome: 'nothing-to-type' }],
      [{ input: { press: 'lock' } }, { outcome: 'done', screen: 'locked' }],
      [
        { type: '246810', screen: 1 },
        { outcome: 'screen-changed', screen: 'locked' },
      ],
    ];
    for (const [index, [line, answer]] of typed.entries()) {
      agent.type(line);
      await until('an answer', () => answers().length > index);
      expect(answers()[index]).toMatchObject(answer);
    }
    agent.type(null);
    await said(stub, 'sync', 'typed');
    await agent.line({ event: 'executed', command: 'syncDevice' });
    expect(agent.stdout).not.toMatch(/246810|1111/);
  });
});
