import { describe, expect, it } from 'vitest';
import { dayMs, minuteMs } from '../../runtime/duration.ts';
import { benchStart, CoreBench, commandIn } from './core.fixture.ts';

describe('enrollment', () => {
  it('M-01 wishes for a certificate of exactly 365 days, and counts once it is signed', () => {
    const bench = new CoreBench();
    bench.now += 750;
    const link = bench.open(null);
    expect(bench.say(link, bench.request())).toEqual([]);
    expect(bench.signing).toMatchObject([{ purpose: 'enroll', csr: 'csr', notBefore: benchStart, notAfter: benchStart + 365 * dayMs }]);
    expect([...bench.store.devicesAfter(null)]).toEqual([]);
    const [answer] = bench.sign();
    expect(answer).toMatchObject({ type: 'enrolled', requestId: 'request-1', renewFrom: benchStart + 335 * dayMs });
    expect([...bench.store.devicesAfter(null)]).toMatchObject([
      { managementState: 'managed', complianceState: 'unknown', enrolledAt: bench.now },
    ]);
  });

  it.each([['letmeout'], ['letmei'], ['letmeinn'], ['letmeinletmein']])('refuses the token "%s"', (token) => {
    const bench = new CoreBench();
    const link = bench.open(null);
    bench.say(link, bench.request({ token }));
    expect(bench.refusal(link)).toBe('enrollment-token-invalid');
    expect(bench.signing).toEqual([]);
    expect(JSON.stringify([bench.sent, bench.notes])).not.toContain('letmein"');
  });

  it('refuses a kind of device that there is not', () => {
    const bench = new CoreBench();
    const link = bench.open(null);
    bench.say(link, bench.request({}, { platform: 'ios', enrollment: 'joined' }));
    expect(bench.refusal(link)).toBe('enrollment-invalid');
  });

  it('passes on why the authority refused the request', () => {
    const bench = new CoreBench();
    const link = bench.open(null);
    bench.say(link, bench.request());
    const [request] = bench.signing.splice(0);
    if (request === undefined) throw new Error('nothing to sign');
    bench.core.receive({ type: 'csr-refused', request, message: 'Bad signature.' }, bench.now, bench.out);
    expect(bench.sent.at(-1)?.message).toEqual({ type: 'refused', code: 'csr-invalid', message: 'Bad signature.' });
    expect(bench.refusal(link)).toBe('csr-invalid');
  });

  it('M-11 gives a repeated request the same record and a new certificate; the first one is replaced', () => {
    const bench = new CoreBench();
    const first = bench.enroll();
    bench.pass(minuteMs);
    const second = bench.enroll();
    expect(second.id).toBe(first.id);
    expect(second.peer.serialNumber).not.toBe(first.peer.serialNumber);
    expect(bench.notes.filter(({ kind }) => kind === 'enrolled')).toHaveLength(1);
    expect([...bench.store.devicesAfter(null)]).toHaveLength(1);
    expect(bench.refusal(bench.open(first.peer))).toBe('certificate-replaced');
    expect(bench.refusal(bench.open(second.peer))).toBeUndefined();
  });

  it('M-11 keeps what was asked of the record between a request and its repetition', () => {
    const bench = new CoreBench();
    const first = bench.enroll();
    bench.issue(first, 'wipe');
    bench.pass(minuteMs);
    const device = bench.enroll();
    expect(bench.record(device)?.managementState).toBe('wipePending');
    // Its id must not be that of the command before.
    bench.issue(device, 'remoteLock');
    expect(bench.statuses(device)).toEqual(['wipe queued', 'remoteLock queued']);
    expect(commandIn(bench.checkIn(bench.open(device.peer), device)).command.type).toBe('wipe');
  });

  it('M-05 keeps a record deleted that was deleted between a request and its repetition', () => {
    const bench = new CoreBench();
    bench.delete(bench.enroll());
    bench.pass(minuteMs);
    const device = bench.enroll();
    expect([...bench.store.devicesAfter(null)]).toEqual([]);
    expect(commandIn(bench.checkIn(bench.open(device.peer), device)).command.type).toBe('retire');
  });

  it('refuses a request whose certificate was used already', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    bench.pass(minuteMs);
    bench.checkIn(bench.open(device.peer), device);
    const link = bench.open(null);
    bench.say(link, bench.request());
    expect(bench.refusal(link)).toBe('enrollment-invalid');
  });

  it('refuses a request whose certificate has opened a link, were it in the same instant', () => {
    const bench = new CoreBench();
    bench.open(bench.enroll().peer);
    const link = bench.open(null);
    bench.say(link, bench.request());
    expect(bench.refusal(link)).toBe('enrollment-invalid');
  });

  it('takes a new request of the same device as another record', () => {
    const bench = new CoreBench();
    expect(bench.enroll('request-2').id).not.toBe(bench.enroll('request-1').id);
  });

  it('enrols nothing when the link closed before the certificate was signed', () => {
    const bench = new CoreBench();
    const link = bench.open(null);
    bench.say(link, bench.request());
    bench.close(link);
    expect(bench.sign()).toEqual([]);
    expect([...bench.store.devicesAfter(null)]).toEqual([]);
  });
});

describe('links', () => {
  it.each([
    ['check-in', { type: 'check-in', deviceId: 'd', trigger: 'user', osVersion: '' }],
    ['command-result', { type: 'command-result', deviceId: 'd', commandId: 'c', status: 'failed' }],
    ['renew', { type: 'renew', deviceId: 'd', requestId: 'r', csr: 'csr' }],
    ['unenroll', { type: 'unenroll', deviceId: 'd' }],
  ] as const)('without a certificate are refused a %s', (_type, message) => {
    const bench = new CoreBench();
    const link = bench.open(null);
    bench.say(link, message);
    expect(bench.refusal(link)).toBe('certificate-required');
  });

  it('of one device may not speak for another', () => {
    const bench = new CoreBench();
    const device = bench.enroll('request-1');
    const other = bench.enroll('request-2');
    bench.issue(other, 'remoteLock');
    const link = bench.open(device.peer);
    bench.checkIn(link, other);
    expect(bench.refusal(link)).toBe('identity-mismatch');
    expect(bench.statuses(other)).toEqual(['remoteLock queued']);
    expect(bench.record(other)?.lastSyncAt).toBe(benchStart);
  });

  it('of an enrolled device, or in the middle of an enrollment, may not enrol', () => {
    const bench = new CoreBench();
    const link = bench.open(bench.enroll().peer);
    bench.say(link, bench.request({ requestId: 'request-2' }));
    expect(bench.refusal(link)).toBe('message-unexpected');
    const fresh = bench.open(null);
    bench.say(fresh, bench.request({ requestId: 'request-3' }));
    bench.say(fresh, bench.request({ requestId: 'request-4' }));
    expect(bench.refusal(fresh)).toBe('message-unexpected');
  });

  it('M-02 are judged by the stub’s own clock and memory', () => {
    const bench = new CoreBench();
    const { peer } = bench.enroll();
    const known = (change: object) => bench.refusal(bench.open({ ...peer, ...change }));
    expect(known({})).toBeUndefined();
    expect(known({ trusted: false })).toBe('certificate-untrusted');
    expect(known({ serialNumber: '4BAD' })).toBe('device-unknown');
    expect(known({ subject: 'someone-else' })).toBe('identity-mismatch');
    expect(known({ notBefore: bench.now + 1 })).toBe('certificate-not-yet-valid');
    expect(known({ notAfter: bench.now })).toBeUndefined();
    expect(known({ notAfter: bench.now - 1 })).toBe('certificate-expired');
  });

  it('replace an earlier one of the same device', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    const first = bench.open(device.peer);
    const second = bench.open(device.peer);
    expect(bench.refusal(first)).toBe('session-replaced');
    bench.close(first);
    expect([bench.core.deviceOn(first), bench.core.deviceOn(second)]).toEqual([null, device.id]);
    expect(bench.checkIn(first, device)).toEqual([]);
    expect(bench.checkIn(second, device)).toEqual([{ type: 'check-in-done' }]);
    bench.issue(device, 'syncDevice');
    bench.pass(minuteMs);
    expect(bench.sent.at(-1)).toEqual({ link: second, message: { type: 'nudge' } });
  });

  it('say nothing once the record behind them was removed', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    const link = bench.open(device.peer);
    bench.store.removeDevice(device.id);
    bench.checkIn(link, device);
    expect(bench.refusal(link)).toBe('device-unknown');
  });
});

describe('renewal', () => {
  function renewed() {
    const bench = new CoreBench();
    const device = bench.enroll();
    bench.pass(340 * dayMs);
    const link = bench.open(device.peer);
    bench.say(link, { type: 'renew', deviceId: device.id, requestId: 'renewal-1', csr: 'csr 2' });
    const [answer] = bench.sign();
    if (answer?.type !== 'renewed') throw new Error('not renewed');
    const next = { ...device.peer, serialNumber: answer.serialNumber, notBefore: answer.notBefore, notAfter: answer.notAfter };
    return { bench, device, link, next };
  }

  it('M-02 leaves the old certificate good until the device comes with the new one', () => {
    const { bench, device, next } = renewed();
    expect(next.notAfter).toBe(benchStart + (340 + 365) * dayMs);
    expect(bench.record(device)?.certificate.serialNumber).toBe(device.peer.serialNumber);
    expect(bench.refusal(bench.open(device.peer))).toBeUndefined();
    expect(bench.refusal(bench.open(next))).toBeUndefined();
    expect(bench.notes).toContainEqual({ kind: 'certificate-replaced', deviceId: device.id, serialNumber: device.peer.serialNumber });
    expect(bench.refusal(bench.open(device.peer))).toBe('certificate-replaced');
    expect(bench.record(device)).toMatchObject({ certificate: { serialNumber: next.serialNumber }, nextCertificate: null });
  });

  it('M-02 ends the old link without a refusal when the device is back before its old link is known to be closed', () => {
    const { bench, device, link, next } = renewed();
    const second = bench.open(next);
    expect(bench.refusal(link)).toBeUndefined();
    expect(bench.closed).toContainEqual({ link, reason: 'renewed' });
    expect(bench.core.deviceOn(second)).toBe(device.id);
    bench.close(link);
    expect(bench.core.deviceOn(second)).toBe(device.id);
  });

  it('M-02 replaces a new certificate that was asked for again', () => {
    const { bench, device, link, next } = renewed();
    bench.say(link, { type: 'renew', deviceId: device.id, requestId: 'renewal-2', csr: 'csr 3' });
    bench.sign();
    expect(bench.refusal(bench.open(next))).toBe('certificate-replaced');
    expect(bench.refusal(bench.open(device.peer))).toBeUndefined();
  });

  it('TD-16 counts the end from the newest certificate, the old one’s end is nothing', () => {
    const { bench, device, next } = renewed();
    bench.pass(next.notAfter - bench.now);
    expect(bench.record(device)?.managementState).toBe('managed');
    bench.pass(1);
    expect(bench.record(device)?.managementState).toBe('unhealthy');
    bench.pass(180 * dayMs - 2);
    expect(bench.record(device)).toBeDefined();
    bench.pass(1);
    expect(bench.record(device)).toBeUndefined();
  });

  it('TD-16 a device that is in touch again after the clock was set back keeps its record', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    bench.pass(365 * dayMs + 1);
    expect(bench.record(device)?.managementState).toBe('unhealthy');
    bench.now -= 10 * dayMs;
    const link = bench.open(device.peer);
    bench.checkIn(link, device);
    expect(bench.record(device)?.managementState).toBe('managed');
    bench.close(link);
    // The end comes once more, and the 180 days are counted from it.
    bench.pass(10 * dayMs - 1);
    expect(bench.record(device)?.managementState).toBe('managed');
    bench.pass(1);
    expect(bench.record(device)?.managementState).toBe('unhealthy');
    bench.now -= 10 * dayMs;
    const again = bench.open(device.peer);
    bench.checkIn(again, device);
    bench.say(again, { type: 'renew', deviceId: device.id, requestId: 'renewal-1', csr: 'csr' });
    bench.sign();
    bench.pass(200 * dayMs);
    expect(bench.record(device)?.managementState).toBe('managed');
  });

  it('M-02 a record that was removed while the authority signed gets no certificate', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    const link = bench.open(device.peer);
    bench.say(link, { type: 'renew', deviceId: device.id, requestId: 'renewal-1', csr: 'csr' });
    bench.say(link, { type: 'unenroll', deviceId: device.id });
    expect(bench.sign()).toEqual([]);
  });
});

describe('check-ins', () => {
  it('M-03 are remembered by their time, and make the device compliant', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    bench.pass(minuteMs);
    const link = bench.open(device.peer);
    bench.checkIn(link, device);
    expect(bench.record(device)).toMatchObject({ lastSyncAt: benchStart + minuteMs, complianceState: 'compliant' });
    bench.pass(minuteMs);
    bench.say(link, { type: 'check-in', deviceId: device.id, trigger: 'user', osVersion: '18.0' });
    expect(bench.record(device)).toMatchObject({ lastSyncAt: benchStart + 2 * minuteMs, inventory: { osVersion: '18.0' } });
  });

  it('M-09 lived quietly move the time forward, never back and never ahead of the clock', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    bench.pass(dayMs);
    const quiet = (last: number) => {
      bench.core.receive({ type: 'quiet-check-ins', deviceId: device.id, last }, bench.now, bench.out);
      return bench.record(device)?.lastSyncAt;
    };
    expect(quiet(benchStart + 1_000)).toBe(benchStart + 1_000);
    expect(quiet(benchStart + 500)).toBe(benchStart + 1_000);
    expect(quiet(bench.now + 1)).toBe(benchStart + 1_000);
    expect(quiet(bench.now)).toBe(bench.now);
  });
});
