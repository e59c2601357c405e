/**
 * What happens next by itself, the soonest of each kind: what a clock can be moved to. As things stand: a device that has its link renews
 * its certificate and is never out of touch, so that its own end is not told but its renewal is. Read from the timers, by an index.
 */
import { dayMs } from '../runtime/duration.ts';
import { type DeviceRecord, deviceNameOf, type Timer, type TimerKind } from './core/records.ts';
import type { Store } from './store/store.ts';

type HappeningKind = 'certificate-end' | 'certificate-renewal' | 'removal' | 'cleanup' | 'noncompliance-action' | 'mail-retry';

/** A device, and an instant on the stub's clock. */
interface Happening {
  kind: HappeningKind;
  at: number;
  /** null: it is about none. */
  deviceId: string | null;
  deviceName: string | null;
  /** How many of the kind there are at that instant. */
  count: number;
}

interface Surroundings {
  store: Store;
  now: number;
  isLinked: (deviceId: string) => boolean;
  renewalWindowMs: number;
  /** null: there is no such rule. */
  cleanupDays: number | null;
}

/** Timers of a kind that are looked at: where very many are none (all devices have their links), the question is given up. */
const lookedAtMax = 10_000;
/** Of those, records that are read. */
const readMax = 500;

/** Soonest first. */
export function nextHappenings({ store, now, isLinked, renewalWindowMs, cleanupDays }: Surroundings): Happening[] {
  const device = (timer: Timer) => store.device(timer.deviceId);
  const isSeen = (record: DeviceRecord | undefined) => record !== undefined && !record.deleted;

  function first(kind: HappeningKind, timers: TimerKind, from: number, is: (timer: Timer) => boolean, shiftMs = 0): Happening | undefined {
    let found: Happening | undefined;
    let lookedAt = 0;
    for (const timer of store.timersOf(timers, from)) {
      const at = timer.at + shiftMs;
      if ((found !== undefined && at > found.at) || ++lookedAt > lookedAtMax) break;
      if (found === undefined && is(timer)) {
        const record = timers === 'mail' ? undefined : device(timer);
        found = { kind, at, deviceId: record?.id ?? null, deviceName: record === undefined ? null : deviceNameOf(record), count: 0 };
      }
      // Those of the same instant, records unread.
      if (found !== undefined) found.count += 1;
    }
    return found;
  }

  let read = 0;
  const recordOf = (timer: Timer) => (++read > readMax ? undefined : device(timer));
  const happenings = [
    first('certificate-end', 'expiry', now, ({ deviceId }) => !isLinked(deviceId)),
    // The certificate is good up to a millisecond before its timer.
    first('certificate-renewal', 'expiry', now + renewalWindowMs + 1, ({ deviceId }) => isLinked(deviceId), -renewalWindowMs - 1),
    first('removal', 'removal', now, () => true),
    cleanupDays === null
      ? undefined
      : first('cleanup', 'inactivity', now, (timer) => {
          if (isLinked(timer.deviceId)) return false;
          // Check-ins move no timer: it looks again then.
          const record = recordOf(timer);
          return record !== undefined && record.lastSyncAt + cleanupDays * dayMs <= timer.at;
        }),
    first('noncompliance-action', 'compliance', now, (timer) => {
      const record = recordOf(timer);
      return record !== undefined && isSeen(record) && record.compliance.recheckAt !== timer.at;
    }),
    first('mail-retry', 'mail', now, () => true),
  ];
  return happenings.filter((one) => one !== undefined).sort((one, other) => one.at - other.at);
}
