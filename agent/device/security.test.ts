import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { deviceInformationSchema } from '../../protocol/device-information.ts';
import { goodSecurity, securityChangeSchema, securityTraitsOf } from '../../protocol/device-security.ts';
import { platforms } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { deviceInformation, isUntold } from './information.ts';
import { Bench, benchStart } from './machine.fixture.ts';
import { passcodeFacts } from './passcode-facts.ts';
import { newPossessions } from './state.ts';
import { revived } from './stored-state.ts';

const told = (bench: Bench) => deviceInformation(bench.state).security;
const pc = { platform: 'windows', enrollment: 'joined', osVersion: '10.0.22631.3737' } as const;

describe('what a device tells its policies', () => {
  it.each(platforms)('of a good device of %s is nothing', (platform) => {
    const bench = new Bench({
      platform,
      enrollment: ({ ios: 'device', macos: 'device', android: 'dedicated', windows: 'joined' } as const)[platform],
    });
    expect(told(bench)).toBeUndefined();
    // Saying so does not make it longer, and nobody hears of it.
    const { version } = bench.state.information;
    bench.change({ security: Object.fromEntries(Object.entries(goodSecurity).filter(([name]) => name !== 'playIntegrity')) });
    expect([told(bench), bench.state.information.version]).toEqual([undefined, version]);
    expect(bench.state.has.security).toEqual(newPossessions(bench.state.inventory).security);
  });

  it('of what its platform does not have, is nothing', () => {
    const bench = new Bench(pc);
    bench.change({ security: { usbDebugging: true, gatekeeper: 'anywhere', build: '21F90', tpm: false } });
    expect(told(bench)).toEqual({ tpm: false });
  });

  it('changes one by one, and null makes it good again; each time the service hears of it once', () => {
    const bench = new Bench(pc).enrolled();
    bench.checkIn().done();
    expect(isUntold(bench.state)).toBe(false);
    bench.change({ security: { tpm: false, threatLevel: 'high' } });
    expect(isUntold(bench.state)).toBe(true);
    bench.checkIn();
    expect(bench.sent.map(({ type }) => type)).toEqual(['device-information', 'check-in']);
    expect(bench.sent[0]).toMatchObject({ information: { security: { tpm: false, threatLevel: 'high' } } });
    bench.done();
    bench.change({ security: { tpm: false } });
    expect(isUntold(bench.state)).toBe(false);
    bench.change({ security: { tpm: null } });
    expect(told(bench)).toEqual({ threatLevel: 'high' });
    bench.checkIn().done();
    bench.change({ unreadable: ['tpmRequired'] });
    expect([isUntold(bench.state), deviceInformation(bench.state).unreadable]).toEqual([true, ['tpmRequired']]);
  });

  it('is always a frame that the service reads', () => {
    fc.assert(
      fc.property(fc.constantFrom(...platforms), fc.string({ minLength: 1, maxLength: 256 }), fc.nat(), (platform, passcode, pick) => {
        const names = securityTraitsOf[platform];
        const name = names[pick % names.length] as keyof typeof goodSecurity;
        const bench = new Bench({ platform }, undefined, { passcode });
        bench.change({ security: securityChangeSchema.parse({ [name]: null, rememberedPasscodes: 3 }), unreadable: ['osMinimumVersion'] });
        const information = deviceInformation(bench.state);
        expect(deviceInformationSchema.parse(JSON.parse(JSON.stringify(information)))).toEqual(information);
        // Counts and facts: no passcode can be in them.
        for (const fact of Object.values(information.security?.passcode ?? {})) expect(['number', 'boolean']).toContain(typeof fact);
      }),
    );
  });
});

describe('the passcode', () => {
  it('is told by what it is made of, and since when', () => {
    const bench = new Bench({}, undefined, { passcode: 'aB3-' }).enrolled();
    const facts = { length: 4, simple: false, lower: 1, upper: 1, digits: 1, symbols: 1 };
    expect(told(bench)?.passcode).toEqual({ ...facts, setAt: benchStart });
    bench.now += 5 * dayMs;
    bench.change({ passcode: 'aB3-' });
    expect(told(bench)?.passcode).toEqual({ ...facts, setAt: benchStart + 5 * dayMs });
    expect(isUntold(bench.state)).toBe(true);
    bench.change({ passcode: null });
    expect(told(bench)).toBeUndefined();
  });

  it('is as old as the screen, the command or the change that set it', () => {
    const bench = new Bench({ platform: 'android', enrollment: 'fully-managed', osVersion: '14' }).enrolled();
    bench.now += dayMs;
    bench.configured({ passcodeRequired: true });
    bench.press('set', { passcode: '246810' });
    expect(told(bench)?.passcode?.setAt).toBe(benchStart + dayMs);
    bench.now += dayMs;
    bench.obeys({ type: 'resetPasscode', parameters: { passcode: '135790' } });
    expect(told(bench)?.passcode?.setAt).toBe(benchStart + 2 * dayMs);
  });

  it('counts every character once, and knows a row', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 40, unit: fc.constantFrom(...'aZ9-é字') }), (passcode) => {
        const { length, lower, upper, digits, symbols } = passcodeFacts(passcode, 0);
        expect([length, lower + upper + digits + symbols]).toEqual([passcode.length, passcode.length]);
      }),
    );
    const simple = (passcode: string) => passcodeFacts(passcode, 0).simple;
    expect(['1', '11', '0000', '1234', '9876', 'abcd', 'dcba'].every(simple)).toBe(true);
    expect(['13', '1357', '1233', '12321', '2468', 'aabb', '1224'].some(simple)).toBe(false);
  });

  it('that policies have rules for is asked for anew when it is not good enough, and its limits follow', () => {
    const bench = new Bench({}, undefined, { passcode: '1234', security: { lockAfterMinutes: 30, rememberedPasscodes: 2 } }).enrolled();
    bench.configured({ passcodeRules: { lockAfterMinutesMax: 5, rememberedPasscodesMin: 10 } });
    expect(bench.state.screen).toBe('home');
    expect(told(bench)).toMatchObject({ lockAfterMinutes: 5, rememberedPasscodes: 10 });
    bench.configured({ version: 'stricter', passcodeRules: { blocksSimple: true } });
    expect(bench.state.screen).toBe('new-passcode');
    bench.press('set', { passcode: '1111' });
    expect(bench.state.notice).toMatch(/^The passcode needs something else/);
    expect(bench.press('set', { passcode: '1357' })).toBe('done');
    // Nobody asks for its limits any more: they are its user's own again.
    expect(told(bench)).toMatchObject({ lockAfterMinutes: 30, rememberedPasscodes: 2 });
  });
});

describe('what Windows measures when it starts', () => {
  const measured = { encrypted: false, secureBoot: true, codeIntegrity: true, earlyLaunchAntiMalware: true };

  it('is told as it was, until the next start', () => {
    const bench = new Bench(pc).enrolled();
    bench.change({ encrypted: true, security: { secureBoot: false } });
    expect(told(bench)).toEqual({ secureBoot: false, atBoot: measured });
    bench.change({ security: { codeIntegrity: false } });
    expect(told(bench)?.atBoot).toEqual(measured);
    bench.tell({ type: 'power', on: false }).tell({ type: 'power', on: true });
    expect(told(bench)).toEqual({ secureBoot: false, codeIntegrity: false });
  });

  it('is measured anew by a restart that an administrator asks for', () => {
    const bench = new Bench(pc).enrolled();
    bench.change({ encrypted: true });
    bench.obeys({ type: 'rebootNow', parameters: {} });
    expect([bench.state.power, told(bench)]).toEqual(['restarting', { atBoot: measured }]);
    bench.wait();
    expect([bench.state.power, told(bench)]).toEqual(['on', undefined]);
  });

  it('is nothing of other platforms, and of other changes', () => {
    const mac = new Bench({ platform: 'macos', model: 'Mac', osVersion: '14.5' });
    mac.change({ encrypted: true });
    const other = new Bench(pc);
    other.change({ jailBroken: true, security: { tpm: false } });
    expect([told(mac), told(other)]).toEqual([undefined, { tpm: false }]);
  });
});

it('new signatures of malware are what a policy asked for', () => {
  const bench = new Bench(pc).enrolled();
  bench.change({ security: { signaturesUpToDate: false } });
  bench.obeys({ type: 'windowsDefenderUpdateSignatures', parameters: {} });
  expect(told(bench)).toBeUndefined();
});

it('a state of an earlier version is read, and tells at its next check-in what its service never heard', () => {
  const bench = new Bench({}, undefined, { passcode: '246810' }).enrolled();
  bench.checkIn().done();
  const { security: _security, passcodeSetAt: _setAt, unreadable: _unreadable, atBoot: _atBoot, ...has } = bench.state.has;
  const stored = JSON.parse(JSON.stringify({ ...bench.state, has }));
  const state = revived(new Bench().state, stored);
  expect(isUntold(state)).toBe(true);
  expect(deviceInformation(state).security?.passcode).toMatchObject({ length: 6, setAt: benchStart });
});
