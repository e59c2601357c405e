import { describe, expect, it } from 'vitest';
import { type EnrollmentType, enrollmentTypesOf, hasWorkProfile, platforms } from '../../protocol/platforms.ts';
import { Bench } from './machine.fixture.ts';
import { resetTokenOf } from './passcode.ts';
import { nextDeadline, nextNoteworthy } from './step.ts';

const workProfile = { platform: 'android', enrollment: 'personal-work-profile', osVersion: '14' } as const;
const reset = { type: 'resetPasscode', parameters: { passcode: '135791' } } as const;

describe('the reset token', () => {
  const passcodes = [null, '123', '123456'];
  const rows = [false, true].flatMap((required) =>
    passcodes.flatMap((passcode) => [false, true].map((consent) => [required, passcode, consent] as const)),
  );

  it.each(rows)('M-08 required %s, passcode %s, consent %s: active only when all three are met', (required, passcode, resetConsent) => {
    const bench = new Bench(workProfile, undefined, { workProfile: { passcode, resetConsent } }).enrolled();
    expect(resetTokenOf(bench.state)).toBe('inactive');
    bench.configured({ workProfilePasscodeRequired: required, passcodeLengthMin: 6 });
    expect(resetTokenOf(bench.state)).toBe(required && passcode === '123456' && resetConsent ? 'active' : 'inactive');
  });

  it.each(platforms.flatMap((platform) => enrollmentTypesOf[platform].map((enrollment: EnrollmentType) => ({ platform, enrollment }))))(
    'M-08 exists only with a work profile: %j',
    (kind) => {
      expect(resetTokenOf(new Bench(kind).enrolled().state)).toBe(hasWorkProfile(kind) ? 'inactive' : 'none');
    },
  );

  it('TD-18 a reset is not supported until policy, passcode and consent are all there; then it works, again and again', () => {
    const bench = new Bench(workProfile, undefined, { passcode: '0000' }).enrolled();
    const status = (id: string) => bench.obeys(reset, id).sent[0];
    expect(status('c1')).toMatchObject({ status: 'not-supported' });
    bench.configured({ workProfilePasscodeRequired: true, passcodeLengthMin: 6 });
    expect(bench.state.screen).toBe('new-passcode');
    expect(status('c2')).toMatchObject({ status: 'not-supported' });
    expect(bench.input({ type: '12345' })).toBe('refused');
    expect(bench.input({ type: '123456' })).toBe('done');
    expect(bench.state.screen).toBe('reset-consent');
    expect(status('c3')).toMatchObject({ status: 'not-supported' });
    expect(bench.press('allow')).toBe('done');
    expect(bench.state.screen).toBe('home');
    expect(status('c4')).toMatchObject({ status: 'acknowledged' });
    expect(status('c5')).toMatchObject({ status: 'acknowledged' });
    // The work profile's alone: the device's own stays.
    expect(bench.state.has).toMatchObject({ passcode: '0000', workProfile: { passcode: '135791', resetConsent: true } });
  });

  it('M-08 is lost on unenrollment', () => {
    const bench = new Bench(workProfile).enrolled().configured({ workProfilePasscodeRequired: true });
    bench.input({ type: '123456' });
    bench.press('allow');
    bench.obeys({ type: 'retire', parameters: {} });
    expect(bench.state).toMatchObject({ phase: 'retired', has: { workProfile: null } });
    bench.enrolled().configured({ workProfilePasscodeRequired: true });
    expect(bench.state.has.workProfile).toEqual({ passcode: null, resetConsent: false });
    expect(resetTokenOf(bench.state)).toBe('inactive');
  });

  it('M-08 is lost by a device that was refused for good, too: who enrolls it anew asks its user anew', () => {
    const bench = new Bench(workProfile).enrolled().configured({ workProfilePasscodeRequired: true });
    bench.input({ type: '123456' });
    bench.press('allow');
    bench.hear({ type: 'refused', code: 'certificate-expired', message: 'It ended.' });
    bench.enrolled().configured({ workProfilePasscodeRequired: true });
    expect(bench.state).toMatchObject({ screen: 'reset-consent', has: { workProfile: { passcode: '123456' } } });
    expect(resetTokenOf(bench.state)).toBe('inactive');
  });

  it('M-08 not now: asked again after the next check-in, which is noteworthy for that', () => {
    const bench = new Bench(workProfile).enrolled().configured({ workProfilePasscodeRequired: true });
    bench.input({ type: '123456' });
    bench.checkIn().done();
    expect(bench.press('not-now')).toBe('done');
    expect(bench.state.screen).toBe('home');
    // Told is everything; the question alone makes it count.
    bench.checkIn().done();
    bench.press('not-now');
    expect(nextNoteworthy(bench.state, false, false)).toBe(nextDeadline(bench.state));
    const quiet = new Bench(workProfile).enrolled();
    quiet.state.consentDeclined = true;
    quiet.tell({ type: 'quiet-until', before: nextDeadline(quiet.state) + 1 });
    expect(quiet.state.consentDeclined).toBe(false);
    bench.wait();
    expect(bench.state.screen).toBe('home');
    bench.done();
    expect(bench.state.screen).toBe('reset-consent');
    expect(bench.press('allow')).toBe('done');
    bench.checkIn();
    expect(bench.sent[0]).toMatchObject({ type: 'device-information', information: { resetToken: 'active', workProfilePasscode: true } });
  });
});

describe('a passcode that a policy requires', () => {
  it('TD-19 removed from an iPhone that has to have one, is asked for at once', () => {
    const bench = new Bench({ enrollment: 'automated' }, undefined, { passcode: '246810' }).enrolled();
    bench.configured({ passcodeRequired: true, passcodeLengthMin: 6 });
    bench.press('lock');
    bench.obeys({ type: 'resetPasscode', parameters: {} });
    expect(bench.state).toMatchObject({ screen: 'new-passcode', locked: false, has: { passcode: null } });
    expect(bench.input({ type: '111222' })).toBe('done');
    expect(bench.state).toMatchObject({ screen: 'home', has: { passcode: '111222' } });
  });

  it('TD-19 is not asked for where none is required', () => {
    const bench = new Bench({}, undefined, { passcode: '246810' }).enrolled().configured();
    bench.obeys({ type: 'resetPasscode', parameters: {} });
    expect(bench.state).toMatchObject({ screen: 'home', has: { passcode: null } });
  });

  it('of the device is asked for before the work profile’s', () => {
    const bench = new Bench(workProfile).enrolled();
    bench.configured({ passcodeRequired: true, workProfilePasscodeRequired: true });
    bench.input({ type: '1111' });
    expect(bench.state).toMatchObject({ screen: 'new-passcode', has: { passcode: '1111', workProfile: { passcode: null } } });
    bench.input({ type: '2222' });
    expect(bench.state).toMatchObject({ screen: 'reset-consent', has: { passcode: '1111', workProfile: { passcode: '2222' } } });
  });

  it.each([
    ['fully-managed', '14'],
    ['dedicated', '11'],
    ['device-administrator', '6.0.1'],
  ] as const)('TD-17 of a %s device on Android %s is replaced and has to be typed', (enrollment, osVersion) => {
    const bench = new Bench({ platform: 'android', enrollment, osVersion }, undefined, { passcode: '0000' }).enrolled();
    expect(bench.obeys(reset).sent).toMatchObject([{ status: 'acknowledged' }]);
    expect(bench.state.screen).toBe('locked');
    expect(bench.input({ type: '0000' })).toBe('refused');
    expect(bench.input({ type: '135791' })).toBe('done');
  });

  it('TD-17 of a device administrator’s device on Android 7 stays', () => {
    const bench = new Bench({ platform: 'android', enrollment: 'device-administrator', osVersion: '7.0' }, undefined, { passcode: '0000' });
    expect(bench.enrolled().obeys(reset).sent).toMatchObject([{ status: 'not-supported' }]);
    expect(bench.state).toMatchObject({ screen: 'home', has: { passcode: '0000' } });
  });
});
