import { describe, expect, it } from 'vitest';
import { dayMs, minuteMs } from '../../runtime/duration.ts';
import { activationLockNotAllowed, bypassCodeAbsent, bypassCodeExpired, bypassCodeLifeMs, plainCode } from './activation-lock.ts';
import { CoreBench, commandIn, type Enrolled } from './core.fixture.ts';

const serialNumber = 'MF0000001';
const owner = 'adele@icloud.example';
const findMyOn = { service: 'find-my', serialNumber, owner, password: 'secret of Adele', on: true } as const;

/** A supervised iPhone whose user turned Find My on, and which has told so. */
function locked(tenant = { allowActivationLock: true }, inventory = {}) {
  const bench = new CoreBench({ tenant });
  const device = bench.enroll('request-1', { enrollment: 'automated', ...inventory });
  const link = bench.open(device.peer);
  bench.ask(findMyOn);
  bench.tell(link, device, { activationLock: true });
  return { bench, device, link };
}

function shown(bench: CoreBench, device: Enrolled): string | null {
  const record = bench.record(device);
  if (record === undefined) throw new Error('no record');
  return bench.tenant.bypassCode(record);
}

function code(bench: CoreBench, device: Enrolled): string {
  const found = shown(bench, device);
  if (found === null) throw new Error('no code');
  return found;
}

const greyedOut = (bench: CoreBench, device: Enrolled) => bench.issue(device, 'bypassActivationLock');

const activate = (bench: CoreBench, password: string, appleId = '') =>
  bench.ask({ service: 'activation', serialNumber, appleId, password });

describe('the bypass code', () => {
  it('TD-06 is there as soon as the device told of its lock: 26 signs in six groups, none that is taken for another', () => {
    const { bench, device } = locked();
    expect(shown(bench, device)).toMatch(/^[0-9AC-HJ-NP-RT-Z]{5}-[0-9AC-HJ-NP-RT-Z]{5}(-[0-9AC-HJ-NP-RT-Z]{4}){4}$/);
    expect(plainCode(code(bench, device))).toHaveLength(26);
  });

  it('depends on the seed and the device, and is in no note', () => {
    const [one, other] = [locked(), locked()];
    expect(code(one.bench, one.device)).toBe(code(other.bench, other.device));
    const { bench, device } = locked({ allowActivationLock: true }, { serialNumber: 'MF0000002' });
    expect(code(bench, device)).not.toBe(code(one.bench, one.device));
    expect(bench.notes.some(({ kind }) => kind === 'bypass-code-issued')).toBe(true);
    expect(JSON.stringify(bench.notes)).not.toContain(code(bench, device));
  });

  it('is made once: telling of the same lock again changes nothing', () => {
    const { bench, device, link } = locked();
    const first = code(bench, device);
    bench.pass(minuteMs);
    bench.tell(link, device, { activationLock: true, osVersion: '17.6' });
    expect(code(bench, device)).toBe(first);
    bench.tell(link, device, { activationLock: false });
    bench.tell(link, device, { activationLock: true });
    expect(code(bench, device)).not.toBe(first);
  });

  it('TD-01 is asked for anew: nothing reaches the device, the fresh one shows, the old one opens nothing', () => {
    const { bench, device, link } = locked();
    const old = code(bench, device);
    bench.checkIn(link, device, bench.record(device)?.configuration ?? undefined);
    const before = bench.sent.length;
    expect(bench.issue(device, 'bypassActivationLock')).toBeNull();
    bench.pass(dayMs);
    expect(bench.sent.slice(before)).toEqual([]);
    expect(bench.core.workWaits(device.id)).toBe(false);
    expect(bench.store.commandsOf(device.id)).toMatchObject([
      { action: 'bypassActivationLock', status: 'acknowledged', deliveries: 0, deliveredAt: null },
    ]);
    expect(bench.audits()).toEqual(['bypassActivationLock ManagedDevice by admin@contoso.example']);
    expect(code(bench, device)).not.toBe(old);
    expect(activate(bench, old)).toEqual({ allowed: false, reason: 'code-wrong' });
    expect(activate(bench, code(bench, device))).toEqual({ allowed: true });
  });

  it('TD-01 two of the same instant are two codes, and only the latest one opens', () => {
    const { bench, device } = locked();
    bench.issue(device, 'bypassActivationLock');
    const first = code(bench, device);
    bench.issue(device, 'bypassActivationLock');
    expect(code(bench, device)).not.toBe(first);
    expect(activate(bench, first)).toMatchObject({ allowed: false });
  });

  it.each([
    [0, { allowed: true }, true],
    [1, { allowed: false, reason: 'code-expired' }, false],
  ])('TD-02 15 days and %i ms after it was made', (late, answer, isShown) => {
    const { bench, device } = locked();
    const copied = code(bench, device);
    bench.pass(15 * dayMs + late);
    expect(bypassCodeLifeMs).toBe(15 * dayMs);
    expect(shown(bench, device)).toBe(isShown ? copied : null);
    expect(greyedOut(bench, device)).toBe(isShown ? null : bypassCodeExpired);
    if (!isShown) expect(activate(bench, copied)).toEqual(answer);
  });

  it('TD-02 opens in the last millisecond of its 15 days', () => {
    const { bench, device } = locked();
    const copied = code(bench, device);
    bench.pass(15 * dayMs);
    expect(activate(bench, copied)).toEqual({ allowed: true });
  });

  it('TD-02 lasts 15 days more when it was asked for in time', () => {
    const { bench, device } = locked();
    bench.pass(15 * dayMs);
    bench.issue(device, 'bypassActivationLock');
    bench.pass(15 * dayMs);
    expect(activate(bench, code(bench, device))).toEqual({ allowed: true });
  });

  it('TD-02 shows no more once the wipe was done, and opens all the same', () => {
    const { bench, device, link } = locked();
    const copied = code(bench, device);
    bench.issue(device, 'wipe');
    const { commandId } = commandIn(bench.checkIn(link, device));
    expect(shown(bench, device)).toBe(copied);
    bench.answer(link, device, commandId, 'acknowledged');
    expect(bench.record(device)?.managementState).toBe('wipeIssued');
    expect(shown(bench, device)).toBeNull();
    expect(greyedOut(bench, device)).toBe(bypassCodeAbsent);
    bench.close(link);
    expect(bench.record(device)).toBeUndefined();
    expect(activate(bench, copied)).toEqual({ allowed: true });
  });

  it('TD-02 of an earlier record is none of the next one’s, which gets its own when it tells of the lock', () => {
    const { bench, device } = locked();
    const old = code(bench, device);
    const next = bench.enroll('request-2', { enrollment: 'automated' });
    expect(shown(bench, next)).toBeNull();
    bench.pass(minuteMs);
    bench.tell(bench.open(next.peer), next, { activationLock: true });
    expect(code(bench, next)).not.toBe(old);
  });
});

describe('the bypass action is greyed out', () => {
  it('TD-05 without a policy that allows the lock, and no code is made or shown', () => {
    const { bench, device } = locked({ allowActivationLock: false });
    expect(greyedOut(bench, device)).toBe(activationLockNotAllowed);
    expect(shown(bench, device)).toBeNull();
    expect(bench.store.bypassCode(serialNumber)).toBeUndefined();
    expect(bench.statuses(device)).toEqual([]);
    expect(bench.audits()).toEqual([]);
  });

  it('TD-05 when the policy is taken away: the code shows no more, and comes back with it', () => {
    const { bench, device } = locked();
    const first = code(bench, device);
    bench.configure({ allowActivationLock: false });
    expect(shown(bench, device)).toBeNull();
    expect(greyedOut(bench, device)).toBe(activationLockNotAllowed);
    bench.configure({ allowActivationLock: true });
    expect(shown(bench, device)).toBe(first);
  });

  it('TD-05 until a device whose lock was on already has got the policy', () => {
    const { bench, device, link } = locked({ allowActivationLock: false });
    bench.configure({ allowActivationLock: true });
    expect(greyedOut(bench, device)).toBe(bypassCodeAbsent);
    bench.checkIn(link, device);
    expect(greyedOut(bench, device)).toBeNull();
    // One that has expired does not come back by itself, whatever else is configured.
    bench.pass(16 * dayMs);
    bench.configure({ passcodeRequired: true });
    bench.checkIn(link, device);
    expect(greyedOut(bench, device)).toBe(bypassCodeExpired);
  });

  it('TD-05 while the device has no lock', () => {
    const bench = new CoreBench({ tenant: { allowActivationLock: true } });
    const device = bench.enroll('request-1', { enrollment: 'automated' });
    bench.tell(bench.open(device.peer), device, { activationLock: false });
    expect(greyedOut(bench, device)).toBe(bypassCodeAbsent);
  });

  it.each([
    ['ios', 'device', 'iPhone 15', /supervised/],
    ['macos', 'device', 'MacBook Air', /automated/],
    ['android', 'fully-managed', 'Pixel 8', /Apple/],
    ['windows', 'joined', 'Latitude', /Apple/],
  ] as const)('TD-05 on %s %s, which has no code even if it tells of a lock', (platform, enrollment, model, reason) => {
    const { bench, device } = locked({ allowActivationLock: true }, { platform, enrollment, model });
    expect(greyedOut(bench, device)).toMatch(reason);
    expect(shown(bench, device)).toBeNull();
    expect(bench.store.bypassCode(serialNumber)).toBeUndefined();
  });
});

describe('the activation server', () => {
  const spellings: [string, (code: string) => string][] = [
    ['as it is shown', (text) => text],
    ['in lower case', (text) => text.toLowerCase()],
    ['without its dashes', (text) => text.replaceAll('-', '')],
    ['in lower case without its dashes', (text) => text.replaceAll('-', '').toLowerCase()],
    ['with dashes elsewhere', (text) => text.replaceAll('-', '').replace(/(..)/g, '$1-')],
    ['with blanks around it', (text) => ` ${text} `],
  ];
  it.each(spellings)('TD-04 takes the code %s', (_how, spell) => {
    const { bench, device } = locked();
    expect(activate(bench, spell(code(bench, device)))).toEqual({ allowed: true });
  });

  it.each([
    ['another sign', (text: string) => `${text.slice(0, -1)}${text.endsWith('A') ? 'C' : 'A'}`],
    ['one sign less', (text: string) => text.slice(0, -1)],
    ['one sign more', (text: string) => `${text}A`],
    ['nothing', () => ''],
  ])('TD-03 refuses it with %s', (_what, spoil) => {
    const { bench, device } = locked();
    expect(activate(bench, spoil(code(bench, device)))).toEqual({ allowed: false, reason: 'code-wrong' });
    expect(activate(bench, code(bench, device))).toEqual({ allowed: true });
  });

  it('TD-03 takes the owner’s own account, and no other; the code goes with a blank Apple ID only', () => {
    const { bench, device } = locked();
    expect(activate(bench, 'secret of Adele', 'mallory@icloud.example')).toEqual({ allowed: false, reason: 'account-wrong' });
    expect(activate(bench, 'guess', owner)).toEqual({ allowed: false, reason: 'account-wrong' });
    expect(activate(bench, code(bench, device), owner)).toEqual({ allowed: false, reason: 'account-wrong' });
    expect(activate(bench, 'secret of Adele')).toEqual({ allowed: false, reason: 'code-wrong' });
    expect(activate(bench, 'secret of Adele', owner.toUpperCase())).toEqual({ allowed: true });
  });

  it('TD-03 lets in whoever comes afterwards: Find My is off', () => {
    const { bench, device } = locked();
    activate(bench, code(bench, device));
    expect(activate(bench, 'anything', 'anybody')).toEqual({ allowed: true });
  });

  it('a device without Find My is let in', () => {
    expect(activate(new CoreBench(), '')).toEqual({ allowed: true });
  });

  it('Find My is turned off by its owner alone, and then on again by anybody', () => {
    const { bench } = locked();
    expect(bench.ask({ ...findMyOn, on: false, password: 'guess' })).toEqual({ allowed: false, reason: 'account-wrong' });
    expect(activate(bench, '')).toMatchObject({ allowed: false });
    expect(bench.ask({ ...findMyOn, on: false })).toEqual({ allowed: true });
    expect(activate(bench, '')).toEqual({ allowed: true });
    expect(bench.ask({ ...findMyOn, on: false })).toEqual({ allowed: true });
    bench.ask({ ...findMyOn, owner: 'megan@icloud.example' });
    expect(activate(bench, 'secret of Adele', owner)).toMatchObject({ allowed: false });
    expect(activate(bench, 'secret of Adele', 'megan@icloud.example')).toEqual({ allowed: true });
  });

  it('keeps no password, and tells of none', () => {
    const { bench } = locked();
    activate(bench, 'secret of Adele', 'mallory@icloud.example');
    expect(JSON.stringify([bench.store.findMy(serialNumber), bench.notes])).not.toContain('secret');
    expect(bench.notes.at(-1)).toEqual({
      kind: 'outside-answered',
      deviceId: null,
      serialNumber,
      service: 'activation',
      outcome: 'account-wrong',
      by: 'account',
    });
  });
});
