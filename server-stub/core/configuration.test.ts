import { describe, expect, it } from 'vitest';
import type { Configuration } from '../../protocol/device-information.ts';
import type { ServerMessage } from '../../protocol/messages.ts';
import { dayMs, minuteMs, secondMs } from '../../runtime/duration.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import { admin, CoreBench, commandIn } from './core.fixture.ts';
import type { TenantApp } from './settings.ts';
import { pushAtOnce, tenantConfigurationDefault } from './settings.ts';

const notes: TenantApp = { id: 'notes', name: 'Notes', intent: 'available' };
const mail: TenantApp = { id: 'mail', name: 'Mail', intent: 'required', platforms: ['android'] };

function inTouch(tenant = {}, inventory = {}) {
  const bench = new CoreBench({ tenant });
  const device = bench.enroll('request-1', inventory);
  const link = bench.open(device.peer);
  return { bench, device, link };
}

function configurationIn(messages: readonly ServerMessage[]): Configuration | undefined {
  return messages.flatMap((one) => (one.type === 'configuration' ? [one.configuration] : []))[0];
}

function needed(messages: readonly ServerMessage[]): Configuration {
  const found = configurationIn(messages);
  if (found === undefined) throw new Error(`no configuration in ${JSON.stringify(messages)}`);
  return found;
}

const waits = (bench: CoreBench) => bench.notes.flatMap((note) => (note.kind === 'configuration-waits' ? [note.waits] : []));

describe('configuration', () => {
  it('M-09 costs nothing where nothing is asked: no frame, no note, no write', () => {
    const { bench, device, link } = inTouch();
    expect(bench.checkIn(link, device)).toEqual([{ type: 'check-in-done' }]);
    expect(bench.core.workWaits(device.id)).toBe(false);
    const record = { ...bench.record(device) };
    bench.pass(minuteMs);
    bench.checkIn(link, device);
    expect(bench.record(device)).toEqual({ ...record, lastSyncAt: bench.now });
    expect(bench.notes.filter(({ kind }) => kind.startsWith('configuration'))).toEqual([]);
  });

  it('comes in the first check-in, before any command, and counts as applied at once', () => {
    const { bench, device, link } = inTouch({ passcodeRequired: true, apps: [notes, mail] });
    expect(waits(bench)).toEqual([true]);
    expect(bench.core.workWaits(device.id)).toBe(true);
    bench.issue(device, 'syncDevice');
    const messages = bench.checkIn(link, device);
    expect(messages.map(({ type }) => type)).toEqual(['configuration', 'command']);
    const sent = needed(messages);
    expect(sent).toEqual({
      version: expect.stringMatching(/^[0-9a-f]{16}$/) as string,
      passcodeRequired: true,
      workProfilePasscodeRequired: false,
      passcodeLengthMin: 4,
      allowActivationLock: false,
      apps: [{ id: 'notes', name: 'Notes', intent: 'available' }],
    });
    expect(bench.notes).toContainEqual({ kind: 'configuration-sent', deviceId: device.id, version: sent.version });
    bench.answer(link, device, commandIn(messages).commandId, 'acknowledged');
    expect(bench.core.workWaits(device.id)).toBe(false);
    expect(bench.checkIn(link, device, sent.version)).toEqual([{ type: 'check-in-done' }]);
  });

  it('comes again when the link broke before it arrived', () => {
    const { bench, device, link } = inTouch({ passcodeRequired: true });
    const first = needed(bench.checkIn(link, device));
    bench.close(link);
    expect(bench.core.workWaits(device.id)).toBe(false);
    expect(configurationIn(bench.checkIn(bench.open(device.peer), device))).toEqual(first);
  });

  it('has the same version wherever it says the same, and another when anything in it changes', () => {
    const version = (tenant: object, inventory = {}) => {
      const { bench, device, link } = inTouch(tenant, inventory);
      return configurationIn(bench.checkIn(link, device))?.version ?? 'none';
    };
    const android = { platform: 'android', enrollment: 'fully-managed' };
    const all = [
      {},
      { passcodeRequired: true },
      { workProfilePasscodeRequired: true },
      { passcodeLengthMin: 6 },
      { allowActivationLock: true },
      { apps: [notes] },
      { apps: [{ ...notes, intent: 'required' }] },
      { apps: [{ ...notes, name: 'Notes 2' }] },
      { apps: [notes, { ...mail, platforms: ['ios'] }] },
    ].map((tenant) => version(tenant));
    expect(new Set(all).size).toBe(all.length);
    expect(version({ passcodeRequired: true }, android)).toBe(version({ passcodeRequired: true }));
    expect(version({ apps: [mail] })).toBe('none');
    expect(version({ apps: [mail] }, android)).not.toBe('none');
    // Who may sign in is no matter of the device's.
    expect(version({ requireManagedDevice: true })).toBe('none');
  });

  it('that an administrator changes reaches those who have another by a push, and leaves an audit entry', () => {
    const { bench, device, link } = inTouch();
    const android = bench.enroll('request-2', { platform: 'android', enrollment: 'fully-managed', serialNumber: 'MF0000002' });
    const away = bench.open(android.peer);
    bench.checkIn(away, android);
    bench.close(away);
    bench.checkIn(link, device);
    bench.configure({ apps: [mail] });
    expect(bench.tenant.configuration()).toEqual({ ...tenantConfigurationDefault, apps: [mail] });
    expect(bench.core.workWaits(device.id)).toBe(false);
    expect(bench.core.workWaits(android.id)).toBe(true);
    expect(bench.notes.filter(({ kind }) => kind === 'configuration-waits')).toEqual([
      { kind: 'configuration-waits', deviceId: android.id, waits: true },
    ]);
    bench.pass(5 * secondMs);
    expect(bench.notes.filter(({ kind }) => kind === 'push-sent')).toMatchObject([{ deviceId: android.id, outcome: 'kept' }]);
    expect([...bench.store.audits()]).toMatchObject([
      { activity: 'patch TenantConfiguration', actor: admin, actorType: 'user', deviceId: '', deviceName: '' },
    ]);
    bench.configure({ apps: [] });
    expect(waits(bench)).toEqual([true, false]);
    expect(bench.core.workWaits(android.id)).toBe(false);
  });

  it('M-03 that follows a check-in does not take back when that was', () => {
    const store = createMemoryStore();
    // As a store on a disk does: what was handed out is not what is kept.
    const bench = new CoreBench(
      { push: { ...pushAtOnce, lost: 1, keptForMs: 0 } },
      { ...store, device: (id) => structuredClone(store.device(id)) },
    );
    const device = bench.enroll();
    const link = bench.open(device.peer);
    bench.checkIn(link, device);
    bench.configure({ passcodeRequired: true });
    bench.pass(dayMs);
    needed(bench.checkIn(link, device));
    expect(bench.record(device)?.lastSyncAt).toBe(bench.now);
  });

  it('TD-07 has an audit entry of its own for each change, also for two of the same words at the same instant', () => {
    const bench = new CoreBench();
    for (const passcodeRequired of [true, true, false, true]) bench.configure({ passcodeRequired });
    expect(new Set([...bench.store.audits()].map(({ id }) => id)).size).toBe(4);
  });

  it('changes only in what is named', () => {
    const bench = new CoreBench({ tenant: { passcodeRequired: true, passcodeLengthMin: 6 } });
    bench.configure({ requireManagedDevice: true, passcodeLengthMin: undefined } as object);
    expect(bench.tenant.configuration()).toEqual({
      ...tenantConfigurationDefault,
      passcodeRequired: true,
      passcodeLengthMin: 6,
      requireManagedDevice: true,
    });
  });

  it('lasts over a restart, whatever the settings begin with', () => {
    const { bench } = inTouch();
    bench.configure({ passcodeRequired: true });
    const again = new CoreBench({ tenant: { passcodeLengthMin: 8 } }, bench.store);
    expect(again.tenant.configuration()).toEqual({ ...tenantConfigurationDefault, passcodeRequired: true });
  });

  it('that is taken away again leaves an empty one, not the old one', () => {
    const { bench, device, link } = inTouch({ passcodeRequired: true });
    const { version } = needed(bench.checkIn(link, device));
    bench.configure({ passcodeRequired: false });
    expect(bench.core.workWaits(device.id)).toBe(true);
    expect(needed(bench.checkIn(link, device, version))).toMatchObject({ version: 'none', passcodeRequired: false, apps: [] });
    expect(bench.checkIn(link, device, 'none')).toEqual([{ type: 'check-in-done' }]);
    expect(bench.checkIn(link, device)).toEqual([{ type: 'check-in-done' }]);
  });

  it('waits no more when the device turns out to have it', () => {
    const { bench, device, link } = inTouch({ passcodeRequired: true });
    const { version } = needed(bench.checkIn(link, device));
    bench.configure({ passcodeRequired: false });
    bench.checkIn(link, device, version);
    bench.configure({ passcodeRequired: true });
    expect(bench.checkIn(link, device, version)).toEqual([{ type: 'check-in-done' }]);
    expect(waits(bench).at(-1)).toBe(false);
    expect(bench.core.workWaits(device.id)).toBe(false);
  });

  it('M-05 comes again after a wipe that kept the enrollment', () => {
    const { bench, device, link } = inTouch({ passcodeRequired: true }, { platform: 'windows', enrollment: 'joined' });
    const { version } = needed(bench.checkIn(link, device));
    bench.issue(device, 'wipe', { keepEnrollmentData: true });
    const { commandId } = commandIn(bench.checkIn(link, device, version));
    expect(bench.answer(link, device, commandId, 'acknowledged').at(-1)).toEqual({ type: 'check-in-done' });
    expect(bench.record(device)).toMatchObject({ managementState: 'managed', configuration: null });
    expect(waits(bench)).toEqual([true, true]);
    expect(bench.core.workWaits(device.id)).toBe(true);
    expect(needed(bench.checkIn(link, device)).version).toBe(version);
  });

  it('is nothing for those who can get none: deleted, gone, or expired', () => {
    const { bench, device, link } = inTouch();
    const other = bench.enroll('request-2', { serialNumber: 'MF0000002' });
    bench.delete(device);
    bench.configure({ passcodeRequired: true });
    expect(bench.checkIn(link, device).map(({ type }) => type)).toEqual(['command']);
    bench.configure({ passcodeRequired: false });
    bench.pass(366 * dayMs);
    const before = bench.notes.length;
    bench.configure({ passcodeRequired: true });
    expect(bench.notes.slice(before)).toEqual([]);
    expect(bench.record(other)?.managementState).toBe('unhealthy');
    expect(bench.core.workWaits('nobody')).toBe(false);
  });
});

describe('an app that a user asks for', () => {
  it('M-05 comes to their device alone, and leaves no audit entry', () => {
    const { bench, device, link } = inTouch({ apps: [notes] });
    const other = bench.enroll('request-2', { serialNumber: 'MF0000002' });
    const otherLink = bench.open(other.peer);
    const { version } = needed(bench.checkIn(link, device));
    bench.checkIn(otherLink, other);
    const before = waits(bench).length;
    expect(bench.tenant.requestApp(device.id, 'notes')).toBe(true);
    expect(waits(bench).slice(before)).toEqual([true]);
    expect([bench.core.workWaits(device.id), bench.core.workWaits(other.id)]).toEqual([true, false]);
    bench.pass(5 * secondMs);
    expect(bench.sent.at(-1)).toEqual({ link, message: { type: 'nudge' } });
    const sent = needed(bench.checkIn(link, device, version));
    expect(sent.apps).toEqual([{ id: 'notes', name: 'Notes', intent: 'requested' }]);
    expect(sent.version).not.toBe(version);
    expect(bench.tenant.requestApp(device.id, 'notes')).toBe(true);
    expect(bench.checkIn(link, device, sent.version)).toEqual([{ type: 'check-in-done' }]);
    expect(bench.audits()).toEqual([]);
  });

  it.each([
    ['unknown', 'maps'],
    ['required', 'mail'],
    ['for another platform', 'office'],
  ])('is refused where it is %s', (_why, appId) => {
    const apps: TenantApp[] = [
      { ...mail, platforms: ['ios'] },
      { id: 'office', name: 'Office', intent: 'available', platforms: ['windows'] },
    ];
    const { bench, device } = inTouch({ apps });
    expect(bench.tenant.requestApp(device.id, appId)).toBe(false);
    expect(bench.tenant.requestApp('nobody', 'mail')).toBe(false);
    expect(bench.record(device)?.requestedApps).toEqual([]);
  });
});
