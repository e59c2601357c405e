import { describe, expect, it } from 'vitest';
import type { OutsideRequest } from '../../protocol/outside.ts';
import { hourMs } from '../../runtime/duration.ts';
import { benchStart, CoreBench, commandIn } from './core.fixture.ts';

type SignIn = Extract<OutsideRequest, { service: 'sign-in' }>;
const adele = 'adele@contoso.example';
const megan = 'megan@contoso.example';
/** What everybody gets who is let in at that moment, and with which token. */
const letIn = (token: string, now = benchStart) => ({ allowed: true, token, expiresAt: now + hourMs });

function managed(tenant = {}) {
  const bench = new CoreBench({ tenant });
  const device = bench.enroll();
  bench.enroll('of-megan', { serialNumber: 'MF0000002', userPrincipalName: megan });
  const link = bench.open(device.peer);
  bench.tell(link, device);
  bench.checkIn(link, device);
  const signIn = (change: Partial<SignIn> = {}) =>
    bench.ask({ service: 'sign-in', app: 'outlook', userPrincipalName: adele, deviceId: device.id, token: null, ...change });
  const token = () => {
    const answer = signIn();
    if (!answer.allowed || answer.token === undefined) throw new Error('no token');
    return answer.token;
  };
  const retire = () => {
    bench.issue(device, 'retire');
    bench.answer(link, device, commandIn(bench.checkIn(link, device)).commandId, 'acknowledged');
    bench.close(link);
    expect(bench.record(device)).toBeUndefined();
  };
  return { bench, device, link, signIn, token, retire };
}

describe('an app of a user', () => {
  it('signs in on a managed device of theirs, and gets a token of its own', () => {
    const { signIn, token } = managed();
    expect(token()).toMatch(/^[0-9a-f]{48}$/);
    const teams = signIn({ app: 'teams' });
    expect(teams).toMatchObject({ allowed: true });
    expect(teams).not.toEqual(letIn(token()));
    expect(signIn({ userPrincipalName: adele.toUpperCase(), token: token() })).toEqual(letIn(token()));
  });

  it.each([
    ['nothing', { deviceId: null }, 'not-signed-in'],
    ['an unknown device', { deviceId: 'somewhere' }, 'not-signed-in'],
    ['a device of somebody else', { userPrincipalName: megan }, 'not-signed-in'],
    ['a token that nobody made', { deviceId: null, token: 'made up' }, 'token-unknown'],
    ['a name that the directory does not know', { userPrincipalName: 'eve@contoso.example' }, 'account-unknown'],
  ])('is kept out with %s', (_what, change, reason) => {
    expect(managed().signIn(change)).toEqual({ allowed: false, reason });
  });

  it('is kept out with the token of another person or another app', () => {
    const { bench, signIn, token } = managed();
    const stolen = { deviceId: null, token: token() };
    expect(signIn({ ...stolen, userPrincipalName: megan })).toEqual({ allowed: false, reason: 'token-unknown' });
    expect(signIn({ ...stolen, app: 'teams' })).toEqual({ allowed: false, reason: 'token-unknown' });
    expect(signIn({ deviceId: null, token: bench.tenant.portalToken(adele) })).toEqual({ allowed: false, reason: 'token-unknown' });
  });

  it('is told of a disabled account whatever it shows', () => {
    const { bench, signIn, token } = managed();
    const kept = token();
    const user = bench.tenant.directory.user(adele);
    if (user === undefined) throw new Error('no Adele');
    bench.tenant.directory.save('user', { ...user, accountEnabled: false });
    for (const shown of [{ token: kept }, { deviceId: null }, { deviceId: null, token: 'made up' }]) {
      expect(signIn(shown)).toEqual({ allowed: false, reason: 'account-disabled' });
    }
  });

  it('TD-10 still signs in after a retire, with its token, and without one not', () => {
    const { signIn, token, retire } = managed();
    const kept = token();
    retire();
    expect(signIn({ token: kept })).toEqual(letIn(kept));
    expect(signIn({ token: kept, deviceId: null })).toEqual(letIn(kept));
    expect(signIn()).toEqual({ allowed: false, reason: 'not-signed-in' });
  });

  it('TD-10 is blocked by Conditional Access after the retire, also between its report and the end of its record', () => {
    const { bench, device, link, signIn, token } = managed({ requireManagedDevice: true });
    const kept = token();
    expect(signIn({ deviceId: null, token: kept })).toMatchObject({ allowed: true });
    bench.issue(device, 'retire');
    expect(signIn({ token: kept })).toMatchObject({ allowed: true });
    bench.answer(link, device, commandIn(bench.checkIn(link, device)).commandId, 'acknowledged');
    expect(bench.record(device)).toBeDefined();
    expect(signIn({ token: kept })).toEqual({ allowed: false, reason: 'device-not-managed' });
    bench.close(link);
    expect(signIn({ token: kept })).toEqual({ allowed: false, reason: 'device-not-managed' });
    // Enrolled anew: the old token is good again there.
    const next = bench.enroll('request-2');
    expect(signIn({ token: kept, deviceId: next.id })).toEqual({ allowed: false, reason: 'device-not-compliant' });
    const nextLink = bench.open(next.peer);
    bench.tell(nextLink, next);
    bench.checkIn(nextLink, next);
    expect(signIn({ token: kept, deviceId: next.id })).toEqual(letIn(kept));
  });

  it('is blocked by Conditional Access on a noncompliant device, and on a deleted one', () => {
    const { bench, device, signIn, token } = managed({ requireManagedDevice: true });
    const kept = token();
    const record = bench.record(device);
    if (record === undefined) throw new Error('no record');
    const { compliance } = record;
    for (const isTrusted of [false, null]) {
      bench.store.saveDevice({ ...record, compliance: { ...compliance, isTrusted } });
      expect(signIn({ token: kept })).toEqual({ allowed: false, reason: 'device-not-compliant' });
    }
    bench.store.saveDevice({ ...record, compliance });
    expect(signIn({ token: kept })).toMatchObject({ allowed: true });
    bench.delete(device);
    expect(signIn({ token: kept })).toEqual({ allowed: false, reason: 'device-not-managed' });
  });

  it('tells the outcome, and never the token', () => {
    const { bench, device, signIn, token } = managed();
    const kept = token();
    signIn({ app: 'sharepoint', deviceId: null });
    expect(bench.notes.slice(-2)).toEqual([
      { kind: 'outside-answered', deviceId: device.id, serialNumber: null, service: 'sign-in', outcome: 'allowed' },
      { kind: 'outside-answered', deviceId: null, serialNumber: null, service: 'sign-in', outcome: 'not-signed-in' },
    ]);
    expect(JSON.stringify(bench.notes)).not.toContain(kept);
  });
});

describe('the self-service site', () => {
  it('knows a person by a token of its own, after a restart too', () => {
    const { bench, token } = managed();
    const issued = bench.tenant.portalToken(adele);
    const again = new CoreBench({}, bench.store);
    expect(again.tenant.portalUser(issued)).toBe(adele);
    expect(bench.tenant.portalUser('made up')).toBeUndefined();
    expect(bench.tenant.portalUser(token())).toBeUndefined();
    bench.pass(1);
    expect(bench.tenant.portalToken(adele)).not.toBe(issued);
  });
});
