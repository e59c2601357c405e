/** What happens to a device that breaks its policies, as the core does it; days at random are in test/noncompliance-days.test.ts. */
import { beforeEach, describe, expect, it } from 'vitest';
import { dayMs, hourMs } from '../../../runtime/duration.ts';
import { deviceObjectId } from '../../graph/derived-guid.ts';
import { administrator, CoreBench, type Enrolled } from '../core.fixture.ts';
import { newUser, userIdOf } from '../people.ts';
import { fired, type Scheduled, savePolicy, visit, warning } from './spells.fixture.ts';

const broken = { passcode: false };
const adele = userIdOf('adele@contoso.example');

let bench: CoreBench;
let device: Enrolled;
beforeEach(() => {
  bench = new CoreBench();
  device = bench.enroll();
  bench.tenant.directory.save('notificationTemplate', warning);
});

const state = () => bench.record(device)?.complianceState;
const isTrusted = () => bench.record(device)?.compliance.isTrusted;
const group = (id: string, ...members: { id: string; kind: 'user' | 'group' | 'device' }[]) => {
  const group = { displayName: id, description: null, mailNickname: id, mailEnabled: false, securityEnabled: true, createdAt: 0 };
  bench.tenant.directory.save('group', { ...group, id });
  for (const member of members) bench.tenant.directory.addMember(id, member);
};

describe('a spell of noncompliance', () => {
  it('NC-01 begins at the check-in that finds it, and the device is marked at once', () => {
    savePolicy(bench, 'p');
    expect(state()).toBe('unknown');
    expect(isTrusted()).toBeNull();
    visit(bench, device);
    expect(state()).toBe('compliant');
    expect(isTrusted()).toBe(true);
    bench.pass(dayMs);
    fired(bench, 0);
    const from = bench.now;
    visit(bench, device, broken);
    expect(state()).toBe('noncompliant');
    expect(isTrusted()).toBe(false);
    expect(fired(bench, from)).toEqual(['0h block']);
    expect(bench.record(device)?.compliance.results.find(({ policyId }) => policyId === 'p')).toMatchObject({
      since: from,
      isMarked: true,
    });
  });

  it('NC-03 in its grace the device keeps its access, and is marked when the grace ends, whether or not it checks in', () => {
    savePolicy(bench, 'p', { actions: ['block 72'] });
    visit(bench, device, broken);
    expect([state(), isTrusted()]).toEqual(['inGracePeriod', true]);
    bench.pass(72 * hourMs - 1);
    expect([state(), isTrusted()]).toEqual(['inGracePeriod', true]);
    bench.pass(1);
    expect([state(), isTrusted()]).toEqual(['noncompliant', false]);
  });

  it('NC-06 NC-08 e-mails go on their days, end with the spell, and begin again at day 0', () => {
    savePolicy(bench, 'p', { actions: ['notification 48', 'block 72', 'notification 120'] });
    let from = bench.now;
    visit(bench, device, broken);
    bench.pass(4 * dayMs);
    visit(bench, device, broken);
    expect(fired(bench, from)).toEqual(['48h notification', '72h block']);
    visit(bench, device);
    expect([state(), isTrusted()]).toEqual(['compliant', true]);
    bench.pass(3 * dayMs);
    expect(fired(bench, from)).toEqual([]);
    from = bench.now;
    visit(bench, device, broken);
    expect(state()).toBe('inGracePeriod');
    bench.pass(6 * dayMs);
    expect(fired(bench, from)).toEqual(['48h notification', '72h block', '120h notification']);
    expect([...bench.store.mails()].map(({ at }) => (at - from) / hourMs)).toEqual([120, 48, -120]);
  });

  it('fires what is due at one instant in the order of the policies, and of the actions in them', () => {
    savePolicy(bench, 'b', { actions: ['remoteLock 24', 'block 24', 'noAction 0'] });
    savePolicy(bench, 'a', { actions: ['noAction 24', 'block 0'] });
    const from = bench.now;
    visit(bench, device, broken);
    bench.pass(dayMs);
    expect(fired(bench, from)).toEqual(['0h block', '0h noAction', '24h noAction', '24h remoteLock', '24h block']);
  });

  it('of several policies the worst one counts, and each has its own days', () => {
    savePolicy(bench, 'passcode', { actions: ['block 72', 'noAction 24'] });
    savePolicy(bench, 'jailbreak', { settings: { securityBlockJailbrokenDevices: true } });
    visit(bench, device, broken);
    expect(state()).toBe('inGracePeriod');
    bench.pass(dayMs);
    visit(bench, device, { ...broken, jailBroken: true });
    expect(state()).toBe('noncompliant');
    visit(bench, device, broken);
    expect(state()).toBe('inGracePeriod');
    bench.pass(2 * dayMs);
    expect(state()).toBe('noncompliant');
  });

  it('NC-08 stays what it is when the clock is set back', () => {
    savePolicy(bench, 'p', { actions: ['block 24', 'noAction 48'] });
    const from = bench.now;
    visit(bench, device, broken);
    bench.pass(dayMs);
    expect(fired(bench, from)).toEqual(['24h block']);
    bench.now = from + hourMs;
    visit(bench, device, broken);
    expect(state()).toBe('noncompliant');
    bench.pass(3 * dayMs);
    expect(fired(bench, from)).toEqual(['48h noAction']);
  });
});

describe('what cannot be read', () => {
  beforeEach(() => {
    savePolicy(bench, 'p', { actions: ['block 24', 'noAction 48'] });
    visit(bench, device);
    fired(bench, 0);
  });
  const unreadable = { unreadable: ['passcodeRequired'] };

  it('leaves the device as it was for seven days, then begins a spell', () => {
    const from = bench.now;
    visit(bench, device, unreadable);
    expect([state(), isTrusted()]).toEqual(['error', true]);
    bench.pass(7 * dayMs - 1);
    visit(bench, device, unreadable);
    expect([state(), isTrusted()]).toEqual(['error', true]);
    bench.pass(1);
    expect([state(), isTrusted()]).toEqual(['inGracePeriod', true]);
    bench.pass(2 * dayMs);
    expect([state(), isTrusted()]).toEqual(['noncompliant', false]);
    expect(fired(bench, from)).toEqual(['192h block', '216h noAction']);
    visit(bench, device);
    expect([state(), isTrusted()]).toEqual(['compliant', true]);
  });

  it('neither ends a spell nor stops its days', () => {
    const from = bench.now;
    visit(bench, device, broken);
    visit(bench, device, unreadable);
    bench.pass(2 * dayMs);
    expect(fired(bench, from)).toEqual(['24h block', '48h noAction']);
    expect([state(), isTrusted()]).toEqual(['noncompliant', false]);
  });

  it('counts from anew after it could be read', () => {
    visit(bench, device, unreadable);
    bench.pass(6 * dayMs);
    visit(bench, device);
    visit(bench, device, unreadable);
    bench.pass(6 * dayMs);
    expect(state()).toBe('error');
    bench.pass(dayMs);
    expect(state()).toBe('inGracePeriod');
  });

  it('of a device that was never judged before lets nobody in', () => {
    const fresh = bench.enroll('request-2', { serialNumber: 'MF0000002' });
    visit(bench, fresh, unreadable);
    expect(bench.record(fresh)).toMatchObject({ complianceState: 'error', compliance: { isTrusted: false } });
  });
});

describe('policies that change within a spell', () => {
  const schedule = (...actions: Scheduled[]) => savePolicy(bench, 'p', { actions });
  let from: number;
  beforeEach(() => {
    schedule('block 72', 'noAction 48', 'noAction 240');
    from = bench.now;
    visit(bench, device, broken);
    bench.pass(60 * hourMs);
    expect(fired(bench, from)).toEqual(['48h noAction']);
  });

  it('a shorter grace is over at once, and what was done is not done again', () => {
    schedule('noAction 48', 'block 24', 'noAction 240');
    expect(state()).toBe('noncompliant');
    expect(fired(bench, from)).toEqual(['60h block']);
    bench.pass(200 * hourMs);
    expect(fired(bench, from)).toEqual(['240h noAction']);
  });

  it('a longer grace brings a marked device back into it', () => {
    bench.pass(dayMs);
    expect(state()).toBe('noncompliant');
    schedule('block 240');
    expect([state(), isTrusted()]).toEqual(['inGracePeriod', true]);
    bench.pass(240 * hourMs);
    expect(fired(bench, from)).toEqual(['72h block', '240h block']);
  });

  it('an action that is added after its day is done at once, dated now; one that is taken out is not done', () => {
    schedule('block 72', 'noAction 48', 'notification 24', 'notification 62');
    expect(fired(bench, from)).toEqual(['60h notification']);
    bench.pass(300 * hourMs);
    expect(fired(bench, from)).toEqual(['62h notification', '72h block']);
    expect([...bench.store.mails()].map(({ at }) => (at - from) / hourMs)).toEqual([62, 60]);
  });

  it('two equal actions are two', () => {
    schedule('block 72', 'noAction 48', 'noAction 48');
    expect(fired(bench, from)).toEqual(['60h noAction']);
  });

  it.each(['removed', 'unassigned', 'excluded'] as const)('ends it at once when it is %s', (how) => {
    const policy = bench.store.entry('compliancePolicy', 'p');
    if (how === 'excluded') group('managers', { id: adele, kind: 'user' });
    if (how === 'removed' && policy !== undefined) bench.tenant.removePolicy(policy, administrator);
    else savePolicy(bench, 'p', { to: how === 'unassigned' ? [] : [{ kind: 'allUsers' }, { kind: 'exclusion', groupId: 'managers' }] });
    expect([state(), isTrusted()]).toEqual(['compliant', true]);
    bench.pass(30 * dayMs - 61 * hourMs);
    expect(fired(bench, from)).toEqual([]);
    savePolicy(bench, 'p', { actions: ['block 24'] });
    expect(state(), 'not before its next check-in').toBe('compliant');
    const again = bench.now;
    visit(bench, device, broken);
    expect(state()).toBe('inGracePeriod');
    bench.pass(dayMs);
    expect(fired(bench, again)).toEqual(['24h block']);
  });

  it('what it owed while the stub was off it has done before it is removed', () => {
    const policy = bench.store.entry('compliancePolicy', 'p');
    bench.now += 5 * dayMs;
    if (policy !== undefined) bench.tenant.removePolicy(policy, administrator);
    bench.pass(30 * dayMs);
    expect(fired(bench, from).filter((text) => !text.startsWith('720h'))).toEqual(['72h block']);
  });

  it.each([{ isScheduledActionEnabled: false }, { validityDays: 60 }])(
    'what was due while the stub was off is dated on its day, whatever is set before the stub has looked: %o',
    (change) => {
      bench.now += 10 * dayMs;
      bench.tenant.setComplianceSettings(change, administrator);
      expect(fired(bench, from)).toEqual(['72h block', '240h noAction']);
    },
  );

  it('a policy that asks for something else is kept to from the next check-in on', () => {
    savePolicy(bench, 'p', { settings: { securityBlockJailbrokenDevices: true }, actions: ['block 72'] });
    expect(state()).toBe('inGracePeriod');
    visit(bench, device, broken);
    expect(state()).toBe('compliant');
  });

  it('actions that are switched off wait, all but marking; on again they are done at once', () => {
    bench.tenant.setComplianceSettings({ isScheduledActionEnabled: false }, administrator);
    bench.pass(300 * hourMs);
    expect(fired(bench, from)).toEqual(['72h block']);
    expect(state()).toBe('noncompliant');
    bench.tenant.setComplianceSettings({ isScheduledActionEnabled: true }, administrator);
    expect(fired(bench, from)).toEqual(['360h noAction']);
  });
});

describe('whom a policy reaches', () => {
  const policy = (to: Parameters<typeof savePolicy>[2]) => savePolicy(bench, 'p', { actions: ['block 0', 'noAction 0'], ...to });

  it('somebody who is brought into a group within a group, at the next check-in', () => {
    group('inner');
    group('outer', { id: 'inner', kind: 'group' });
    policy({ to: [{ kind: 'group', groupId: 'outer' }] });
    visit(bench, device, broken);
    expect(state()).toBe('compliant');
    expect(bench.core.workWaits(device.id)).toBe(false);
    bench.tenant.directory.addMember('inner', { id: adele, kind: 'user' });
    expect(state()).toBe('compliant');
    expect(bench.core.workWaits(device.id)).toBe(true);
    visit(bench, device, broken);
    expect(state()).toBe('noncompliant');
    bench.tenant.directory.removeMember('outer', 'inner');
    expect(bench.core.workWaits(device.id)).toBe(true);
    visit(bench, device, broken);
    expect(state()).toBe('compliant');
  });

  it.each(['user', 'device'] as const)('an exclusion of its %s wins over all', (kind) => {
    group('managers', { id: kind === 'user' ? adele : deviceObjectId(device.id), kind });
    policy({ to: [{ kind: 'allUsers' }, { kind: 'allDevices' }, { kind: 'exclusion', groupId: 'managers' }] });
    visit(bench, device, broken);
    expect(state()).toBe('compliant');
    bench.tenant.directory.remove('group', 'managers');
    expect(bench.core.workWaits(device.id)).toBe(true);
    visit(bench, device, broken);
    expect(state()).toBe('noncompliant');
  });

  it('NC-11 through a group of devices it is marked, and nothing else, until it is reached by its user', () => {
    const from = bench.now;
    group('phones', { id: deviceObjectId(device.id), kind: 'device' });
    policy({
      to: [{ kind: 'group', groupId: 'phones' }],
      actions: ['block 24', 'noAction 0', 'notification 24', 'retire 24', 'remoteLock 24'],
    });
    visit(bench, device, broken);
    expect(state()).toBe('inGracePeriod');
    bench.pass(2 * dayMs);
    expect(state()).toBe('noncompliant');
    expect(fired(bench, from)).toEqual(['24h block']);
    expect([...bench.store.mails()]).toEqual([]);
    bench.tenant.directory.addMember('phones', { id: adele, kind: 'user' });
    visit(bench, device, broken);
    expect(fired(bench, from)).toEqual(['48h noAction', '48h notification', '48h retire', '48h remoteLock']);
  });

  it.each([
    ['managers', 'phones'],
    ['phones', 'managers'],
  ])('NC-11 through %s and through %s: by its user, whichever is named first', (...groupIds) => {
    group('phones', { id: deviceObjectId(device.id), kind: 'device' });
    group('managers', { id: adele, kind: 'user' });
    policy({ to: groupIds.map((groupId) => ({ kind: 'group', groupId })), actions: ['block 0', 'notification 0'] });
    visit(bench, device, broken);
    expect([...bench.store.mails()]).toHaveLength(1);
  });

  it('no policy at all counts as compliant, unless the tenant is secure by default', () => {
    visit(bench, device, broken);
    expect(state()).toBe('compliant');
    bench.tenant.setComplianceSettings({ secureByDefault: true }, administrator);
    expect([state(), isTrusted()]).toEqual(['noncompliant', false]);
    policy({});
    visit(bench, device);
    expect(state()).toBe('compliant');
    const kept = bench.store.entry('compliancePolicy', 'p');
    if (kept !== undefined) bench.tenant.removePolicy(kept, administrator);
    expect(state()).toBe('noncompliant');
    bench.tenant.setComplianceSettings({ secureByDefault: false }, administrator);
    expect(state()).toBe('compliant');
  });
});

describe('people who come and go', () => {
  it('a device whose user is gone counts as noncompliant from its next check-in on', () => {
    visit(bench, device);
    bench.tenant.directory.remove('user', adele);
    expect(bench.core.workWaits(device.id)).toBe(true);
    visit(bench, device);
    expect(state()).toBe('noncompliant');
    bench.tenant.directory.save('user', newUser('adele@contoso.example', bench.now));
    expect(bench.core.workWaits(device.id)).toBe(true);
    visit(bench, device);
    expect(state()).toBe('compliant');
  });

  it('all devices of somebody who was removed are looked at again when one of them is enrolled anew', () => {
    visit(bench, device);
    bench.tenant.directory.remove('user', adele);
    visit(bench, device);
    bench.enroll('request-2', { serialNumber: 'MF0000002' });
    const link = bench.open(device.peer);
    bench.checkIn(link, device);
    expect(state()).toBe('compliant');
  });

  it('a device goes on being that of somebody who is called otherwise now', () => {
    group('sales', { id: adele, kind: 'user' });
    savePolicy(bench, 'p', { to: [{ kind: 'group', groupId: 'sales' }], actions: ['block 0', 'notification 24'] });
    visit(bench, device, broken);
    const user = bench.tenant.directory.entry('user', adele);
    if (user === undefined) throw new Error('no user');
    bench.tenant.directory.save('user', { ...user, userPrincipalName: 'adele.vance@contoso.example' });
    expect(bench.record(device)?.inventory.userPrincipalName).toBe('adele.vance@contoso.example');
    visit(bench, device, broken);
    expect(state()).toBe('noncompliant');
    bench.pass(dayMs);
    expect([...bench.store.mails()].map(({ to }) => to)).toEqual([['adele@contoso.example']]);
  });
});

describe('records that leave', () => {
  beforeEach(() => {
    savePolicy(bench, 'p', { actions: ['block 0', 'noAction 48'] });
    visit(bench, device, broken);
    fired(bench, 0);
  });

  it('nothing is done any more about one that is deleted', () => {
    bench.delete(device);
    bench.pass(10 * dayMs);
    visit(bench, device, broken);
    expect(fired(bench, 0)).toEqual([]);
  });

  it('nothing is done about one whose retire is acknowledged, not even while its record is there still', () => {
    bench.pass(2 * dayMs - 1_000);
    bench.issue(device, 'retire');
    const link = bench.open(device.peer);
    const [command] = bench.checkIn(link, device).filter(({ type }) => type === 'command');
    if (command?.type !== 'command') throw new Error('no command');
    bench.answer(link, device, command.commandId, 'acknowledged');
    bench.pass(2_000);
    expect(bench.record(device)?.managementState).toBe('retireIssued');
    savePolicy(bench, 'p', { actions: ['noAction 1'] });
    bench.tenant.setComplianceSettings({ secureByDefault: true, isScheduledActionEnabled: false }, administrator);
    bench.pass(10 * dayMs);
    expect(fired(bench, 0)).toEqual([]);
    expect(bench.record(device)).toBeUndefined();
  });

  it('a device that is enrolled anew begins at day 0', () => {
    bench.pass(dayMs);
    bench.delete(device);
    const again = bench.enroll('request-2');
    const from = bench.now;
    visit(bench, again, broken);
    bench.pass(2 * dayMs);
    expect(fired(bench, from)).toEqual(['0h block', '48h noAction']);
  });

  it('a hidden one is left alone; back again, what was due meanwhile is done then, if it is still noncompliant', () => {
    const other = bench.enroll('request-2', { serialNumber: 'MF0000002' });
    savePolicy(bench, 'p', { actions: ['block 0', 'noAction 960'] });
    bench.tenant.setCleanupDays(30, administrator);
    const from = bench.now;
    visit(bench, device, broken);
    visit(bench, other, broken);
    fired(bench, 0);
    bench.pass(50 * dayMs);
    expect(bench.record(device)?.hidden).toBe(true);
    expect(fired(bench, from).filter((text) => text.endsWith('noAction'))).toEqual([]);
    visit(bench, device, broken);
    visit(bench, other);
    expect(fired(bench, from)).toEqual(['1200h noAction']);
    expect([state(), bench.record(other)?.complianceState]).toEqual(['noncompliant', 'compliant']);
  });

  it('its certificate’s end stops what has to reach the device, and nothing else', () => {
    savePolicy(bench, 'p', { actions: ['block 0', 'notification 8760', 'remoteLock 8760', 'pushNotification 8760', 'retire 8760'] });
    bench.pass(dayMs);
    visit(bench, device);
    visit(bench, device, broken);
    const from = bench.now;
    fired(bench, 0);
    bench.pass(366 * dayMs);
    expect(fired(bench, from)).toEqual([
      '720h block',
      '8760h notification',
      '8760h remoteLock skipped',
      '8760h pushNotification skipped',
      '8760h retire skipped',
    ]);
  });
});

it('policies that no device can keep at once begin a spell each, and the device is in conflict when the grace of one is over', () => {
  savePolicy(bench, 'new', { settings: { osMinimumVersion: '18.0' }, actions: ['block 0', 'noAction 24'] });
  savePolicy(bench, 'old', { settings: { osMaximumVersion: '17.9' }, actions: ['block 48'] });
  const from = bench.now;
  visit(bench, device);
  expect([state(), isTrusted()]).toEqual(['conflict', false]);
  bench.pass(2 * dayMs);
  expect(fired(bench, from)).toEqual(['0h block', '24h noAction', '48h block']);
  savePolicy(bench, 'new', { settings: { osMinimumVersion: '17.0' } });
  visit(bench, device);
  expect([state(), isTrusted()]).toEqual(['compliant', true]);
});

it('what gets too old on a device is found at the check-in after that, and no check-in before evaluates', () => {
  savePolicy(bench, 'p', { settings: { passcodeExpirationDays: 20 }, actions: ['block 0'] });
  const security = { passcode: { length: 6, simple: false, lower: 0, upper: 0, digits: 6, symbols: 0, setAt: bench.now } };
  const link = bench.open(device.peer);
  bench.tell(link, device, { passcode: true, security });
  bench.checkIn(link, device);
  expect(state()).toBe('compliant');
  bench.pass(20 * dayMs - 1);
  const before = bench.record(device)?.compliance.evaluatedAt;
  bench.checkIn(link, device);
  expect(bench.record(device)?.compliance.evaluatedAt).toBe(before);
  expect(bench.core.workWaits(device.id)).toBe(false);
  bench.pass(2);
  expect(bench.core.workWaits(device.id)).toBe(true);
  bench.checkIn(link, device);
  expect(state()).toBe('noncompliant');
});

it('what gets too old is found at that very instant, by a stub that was off and hears the device before its timers', () => {
  savePolicy(bench, 'p', { settings: { passcodeExpirationDays: 20 } });
  const security = { passcode: { length: 6, simple: false, lower: 0, upper: 0, digits: 6, symbols: 0, setAt: bench.now } };
  const link = bench.open(device.peer);
  bench.tell(link, device, { passcode: true, security });
  bench.checkIn(link, device);
  bench.now += 20 * dayMs;
  bench.checkIn(link, device);
  expect(state()).toBe('noncompliant');
});
