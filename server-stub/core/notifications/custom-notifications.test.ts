/** Sending: what is written down of it, and when. */
import { expect, it } from 'vitest';
import { minuteMs } from '../../../runtime/duration.ts';
import { createMemoryStore } from '../../store/memory-store.ts';
import { admin, CoreBench } from '../core.fixture.ts';
import { pushAtOnce } from '../settings.ts';
import { addGroup, arrivedOn, notify, notifyPhone, outcomes, phoneOf } from './notifications.fixture.ts';

it('CN-18 leaves an audit entry about the device, or the tenant, and neither a command nor anything that waits for a check-in', () => {
  const bench = new CoreBench({ push: pushAtOnce });
  const phone = phoneOf(bench, 'adele');
  addGroup(bench, 'field', ['adele']);
  const link = bench.open(phone.peer);
  bench.checkIn(link, phone);
  bench.checkIn(link, phone, bench.record(phone)?.configuration ?? undefined);
  expect(bench.core.workWaits(phone.id)).toBe(false);
  const before = bench.audits().length;
  notifyPhone(bench, phone);
  notify(bench, 'field');
  expect(bench.audits().slice(before)).toEqual([
    `sendCustomNotificationToCompanyPortal ManagedDevice by ${admin}`,
    `sendCustomNotificationToCompanyPortal DeviceManagement by ${admin}`,
  ]);
  expect(bench.statuses(phone)).toEqual([]);
  expect(bench.core.workWaits(phone.id)).toBe(false);
});

it('CN-12 is sent whatever the device is at: no session, and nobody signed in, is needed', () => {
  const bench = new CoreBench({ push: pushAtOnce });
  const phone = phoneOf(bench, 'adele');
  expect(notifyPhone(bench, phone)).toBeNull();
  expect(outcomes(bench).map(({ outcome }) => outcome)).toEqual(['pushed', 'kept']);
});

it('what could not be written down is sent to nobody', () => {
  const store = createMemoryStore();
  let isDiskFull = false;
  const failing = {
    ...store,
    transaction<T>(work: () => T): T {
      const result = store.transaction(work);
      if (isDiskFull) throw new Error('disk full');
      return result;
    },
  };
  const bench = new CoreBench({ push: pushAtOnce }, failing);
  const phone = phoneOf(bench, 'adele');
  addGroup(bench, 'field', ['adele']);
  const link = bench.open(phone.peer);
  isDiskFull = true;
  expect(() => notifyPhone(bench, phone, 'One')).toThrow('disk full');
  expect(() => notify(bench, 'field')).toThrow('disk full');
  isDiskFull = false;
  bench.pass(minuteMs);
  notifyPhone(bench, phone, 'Two');
  bench.pass(minuteMs);
  expect(arrivedOn(bench, link)).toEqual(['Two']);
});

it('each has an id of its own, also after a restart', () => {
  const store = createMemoryStore();
  const ids = [0, 1].flatMap(() => {
    const bench = new CoreBench({ push: pushAtOnce }, store);
    const phone = phoneOf(bench, 'adele');
    addGroup(bench, 'field', ['adele']);
    for (let sent = 0; sent < 3; sent++) {
      notify(bench, 'field');
      notifyPhone(bench, phone);
    }
    return bench.notes.flatMap((note) => (note.kind === 'notification-sent' ? [note.notificationId] : []));
  });
  expect(ids).toHaveLength(12);
  expect(new Set(ids).size).toBe(12);
});
