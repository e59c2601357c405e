/**
 * What must hold in every run, watched from outside: each checker knows one property, hears what both sides say about themselves,
 * and shares no code with either. A violation names the device and the time.
 */
import type { DeviceState } from '../../agent/device/state.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { complianceCheckers } from './compliance-checkers.ts';
import { type Checker, findings } from './findings.ts';
import { notificationCheckers } from './notification-checkers.ts';

const removalMs = 180 * 86_400_000;

/** A command reaches exactly one final state. */
function oneFinalState(): Checker {
  const found = findings('one-final-state', 'commands, each ended once or still open');
  const open = new Map<string, number>();
  const ended = new Set<string>();
  return {
    ...found,
    server(index, note, now) {
      if (note.kind === 'command-queued') {
        found.saw();
        if (open.has(note.commandId) || ended.has(note.commandId))
          found.violation(index, now, `command ${note.commandId} was queued twice`);
        open.set(note.commandId, index);
      } else if (note.kind === 'command-finished') {
        if (!open.delete(note.commandId)) found.violation(index, now, `command ${note.commandId} ended ${note.status} without being open`);
        ended.add(note.commandId);
      }
    },
    end(store, _deviceIds, now) {
      for (const [id, index] of open) {
        const command = store.command(id);
        const status = command?.status;
        if (command !== undefined && store.device(command.deviceId) === undefined) {
          found.violation(index, now, `command ${id} is ${status}, and the record that it is for is gone`);
        }
        if (status !== 'queued' && status !== 'delivered') found.violation(index, now, `command ${id} is ${status} without having ended`);
      }
    },
  };
}

/** No command runs twice. */
function executedOnce(): Checker {
  const found = findings('executed-at-most-once', 'commands carried out, none twice');
  const executed = new Set<string>();
  return {
    ...found,
    device(index, note, now) {
      if (note.kind !== 'executed') return;
      found.saw();
      if (executed.has(note.commandId)) found.violation(index, now, `command ${note.commandId} ran twice`);
      executed.add(note.commandId);
    },
  };
}

/** Nothing runs on a device after its wipe or retire, until it is enrolled anew. */
function nothingAfterWipe(devices: number): Checker {
  const found = findings('nothing-after-the-end', 'devices wiped or retired, silent afterwards');
  const gone = new Uint8Array(devices);
  return {
    ...found,
    hearsCheckIns: true,
    device(index, note, now) {
      if (note.kind === 'wiped' || note.kind === 'unenrolled' || note.kind === 'replaced') {
        found.saw();
        gone[index] = 1;
      } else if (note.kind === 'enrolled') gone[index] = 0;
      else if (gone[index] === 1 && (note.kind === 'executed' || note.kind === 'check-in' || note.kind === 'quiet-check-ins')) {
        found.violation(index, now, `${note.kind} after the device had left`);
      }
    },
  };
}

/** What is known of each device's newest record, and of its earlier ones, which are few. */
class PerRecord {
  readonly #newest: (string | null)[];
  readonly #ofNewest: Float64Array;
  readonly #ofEarlier = new Map<string, number>();

  constructor(devices: number) {
    this.#newest = Array(devices).fill(null);
    this.#ofNewest = new Float64Array(devices);
  }

  get(index: number, id: string): number {
    return this.#newest[index] === id ? (this.#ofNewest[index] as number) : (this.#ofEarlier.get(id) ?? 0);
  }

  set(index: number, id: string, value: number): void {
    const newest = this.#newest[index];
    if (newest !== id && this.#ofEarlier.has(id)) {
      this.#ofEarlier.set(id, value);
      return;
    }
    if (newest !== id && newest !== null && newest !== undefined) this.#ofEarlier.set(newest, this.#ofNewest[index] as number);
    this.#newest[index] = id;
    this.#ofNewest[index] = value;
  }
}

/** Nothing is delivered on a certificate that has ended. */
function noDeliveryWhenExpired(devices: number): Checker {
  const found = findings('no-delivery-when-expired', 'deliveries, all on a living certificate');
  const notAfter = new PerRecord(devices);
  return {
    ...found,
    server(index, note, now) {
      if (note.kind === 'certificate-issued') notAfter.set(index, note.deviceId, note.notAfter);
      else if (note.kind === 'command-delivered') {
        found.saw();
        if (now > notAfter.get(index, note.deviceId) || now > note.certificateNotAfter) {
          found.violation(index, now, `command ${note.commandId} was delivered after the certificate's end`);
        }
      }
    },
  };
}

/** A record is removed exactly 180 days after its certificate's end, and never while its device is in touch. */
function removedAfter180Days(devices: number): Checker {
  const found = findings('removed-at-180-days', 'records removed, each 180 days after its end');
  const notAfter = new PerRecord(devices);
  const heard = new PerRecord(devices);
  return {
    ...found,
    hearsCheckIns: true,
    server(index, note, now) {
      if (note.kind === 'certificate-issued') notAfter.set(index, note.deviceId, note.notAfter);
      else if (note.kind === 'checked-in') heard.set(index, note.deviceId, now);
      else if (note.kind === 'record-removed' && note.why === 'expired') {
        found.saw();
        const ended = notAfter.get(index, note.deviceId);
        if (now !== ended + removalMs) found.violation(index, now, `removed, but due at ${formatInstant(ended + removalMs)}`);
        if (heard.get(index, note.deviceId) > ended) found.violation(index, now, 'removed although it was in touch after its end');
      }
    },
    end(store, deviceIds, now) {
      deviceIds.forEach((id, index) => {
        if (id === null) return;
        const due = notAfter.get(index, id) + removalMs;
        if (due < now && store.device(id) !== undefined) found.violation(index, now, `still there, but due at ${formatInstant(due)}`);
      });
    },
  };
}

/** Queued minus ended is what waits, at every step and in the store. */
function queueAddsUp(devices: number): Checker {
  const found = findings('queue-adds-up', 'queue changes, all accounted for');
  const open = new PerRecord(devices);
  return {
    ...found,
    server(index, note, now) {
      if (note.kind === 'command-queued') open.set(index, note.deviceId, open.get(index, note.deviceId) + 1);
      else if (note.kind === 'command-finished') open.set(index, note.deviceId, open.get(index, note.deviceId) - 1);
      else if (note.kind === 'queue-changed') {
        found.saw();
        const counted = open.get(index, note.deviceId);
        if (note.open !== counted) found.violation(index, now, `${note.open} commands wait, but ${counted} were queued and not ended`);
      }
    },
    end(store, deviceIds, now) {
      deviceIds.forEach((id, index) => {
        if (id === null) return;
        const waiting = store.openCommands(id).length;
        const counted = open.get(index, id);
        if (waiting !== counted) found.violation(index, now, `the store holds ${waiting} open commands, ${counted} expected`);
      });
    },
  };
}

/** What was taken back, or has ended in any other way, is never delivered after that. */
function nothingAfterItsEnd(): Checker {
  const found = findings('nothing-delivered-after-its-end', 'commands ended, none delivered afterwards');
  const ended = new Set<string>();
  return {
    ...found,
    server(index, note, now) {
      if (note.kind === 'command-finished') {
        found.saw();
        ended.add(note.commandId);
      } else if (note.kind === 'command-delivered' && ended.has(note.commandId)) {
        found.violation(index, now, `command ${note.commandId} was delivered after it had ended`);
      }
    },
  };
}

const bypassCodeLifeMs = 15 * 86_400_000;

/** A bypass code lives 15 days: it is given so many, none counts as expired before, and none opens anything later. */
function bypassCodesEnd(): Checker {
  const found = findings('bypass-codes-end', 'bypass codes, each alive for 15 days');
  const issued = new Map<number, number>();
  return {
    ...found,
    server(index, note, now) {
      if (note.kind === 'bypass-code-issued') {
        found.saw();
        issued.set(index, note.expiresAt);
        if (note.expiresAt !== now + bypassCodeLifeMs) found.violation(index, now, `a code ends at ${formatInstant(note.expiresAt)}`);
      } else if (note.kind === 'outside-answered' && note.service === 'activation' && note.outcome === 'code-expired') {
        const end = issued.get(index);
        if (end === undefined || now <= end) found.violation(index, now, 'a code counted as expired that was still alive');
      } else if (note.kind === 'outside-answered' && note.by === 'code' && note.outcome === 'allowed') {
        const end = issued.get(index);
        if (end === undefined || now > end) found.violation(index, now, 'a code opened the device after its end');
      }
    },
  };
}

/** A retire takes away what came with the management, never an app that the user installed: none of those is ever in a removal. */
function usersAppsStay(devices: number): Checker {
  const found = findings('users-apps-stay', 'removals of apps, none of the user’s own by a retire');
  const retiring = new Uint8Array(devices);
  const own = new Map<number, Set<string>>();
  return {
    ...found,
    start(index, { apps }) {
      if (apps.length > 0) own.set(index, new Set(apps));
    },
    device(index, note, now) {
      // A wipe took them all: what is there afterwards came from elsewhere.
      if (note.kind === 'wiped' || note.kind === 'replaced') own.delete(index);
      else if (note.kind === 'command') retiring[index] = note.command === 'retire' ? 1 : 0;
      else if (note.kind === 'apps') {
        found.saw();
        if (retiring[index] !== 1) return;
        for (const name of note.removed) {
          if (own.get(index)?.has(name) === true) found.violation(index, now, `a retire removed the user's own app ${name}`);
        }
      }
    },
  };
}

/** What of a scenario the checkers know. */
export type Watched = Pick<Scenario, 'devices' | 'tenant' | 'timeline'>;

/** @param stateOf a device as it is now */
export function allCheckers(scenario: Watched, stateOf: (index: number) => DeviceState): Checker[] {
  const { devices } = scenario;
  return [
    oneFinalState(),
    executedOnce(),
    nothingAfterWipe(devices),
    noDeliveryWhenExpired(devices),
    removedAfter180Days(devices),
    queueAddsUp(devices),
    nothingAfterItsEnd(),
    bypassCodesEnd(),
    usersAppsStay(devices),
    ...complianceCheckers(scenario),
    ...notificationCheckers(scenario, stateOf),
  ];
}
