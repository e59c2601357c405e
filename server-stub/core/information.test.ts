import { describe, expect, it } from 'vitest';
import { minuteMs } from '../../runtime/duration.ts';
import { CoreBench, newPhone } from './core.fixture.ts';

describe('what a device tells about itself', () => {
  it('M-06 is taken silently, replaces what it told before, and is no check-in', () => {
    const bench = new CoreBench();
    const device = bench.enroll();
    const link = bench.open(device.peer);
    const { lastSyncAt } = bench.record(device) ?? {};
    bench.pass(minuteMs);
    expect(bench.record(device)?.information).toBeNull();
    const notes = bench.notes.length;
    expect(bench.tell(link, device, { jailBroken: true, apps: [{ id: 'notes', name: 'Notes', source: 'user' }] })).toEqual([]);
    expect(bench.record(device)?.information).toMatchObject({ jailBroken: true, apps: [{ id: 'notes' }] });
    bench.tell(link, device, { osVersion: '18.0' });
    expect(bench.record(device)).toMatchObject({
      information: { ...newPhone, osVersion: '18.0' },
      inventory: { osVersion: '18.0', deviceName: 'Phone', model: 'iPhone 15' },
      lastSyncAt,
    });
    // Nothing but what its policies make of it.
    expect(bench.notes.slice(notes).map(({ kind }) => kind)).toEqual(['compliance-changed', 'compliance-waits']);
  });

  it('counts only from a device with a certificate, for itself', () => {
    const bench = new CoreBench();
    const device = bench.enroll('request-1');
    const other = bench.enroll('request-2', { serialNumber: 'MF0000002' });
    const stranger = bench.open(null);
    bench.tell(stranger, device);
    expect(bench.refusal(stranger)).toBe('certificate-required');
    const link = bench.open(other.peer);
    bench.tell(link, device);
    expect(bench.refusal(link)).toBe('identity-mismatch');
    expect(bench.record(device)?.information).toBeNull();
  });
});
