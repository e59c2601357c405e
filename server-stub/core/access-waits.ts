/** Whether a device's apps would be told something else now than when they last signed in: then their next attempt counts. */
import type { OfficeApp, OutsideReason } from '../../protocol/outside.ts';
import { accessOutcome } from './access-decision.ts';
import type { ServerOut } from './effects.ts';
import { type DeviceRecord, isGone } from './records.ts';
import type { Core } from './sessions.ts';

/** Called whenever what decides about its sign-ins may be another. A device that never signed in costs nothing. */
export function accessMayHaveChanged(core: Core, record: DeviceRecord, out: ServerOut): void {
  if (!hasSignedIn(record)) return;
  out.note({ kind: 'access-waits', deviceId: record.id, waits: accessWaits(core, record) });
}

export function accessWaits(core: Core, record: DeviceRecord): boolean {
  if (!hasSignedIn(record)) return false;
  const { userPrincipalName, platform } = record.inventory;
  const user = core.store.entryNamed('user', userPrincipalName.toLowerCase());
  const device = managedDevice(record);
  for (const app in record.access) {
    const outcome = accessOutcome(core, { user, app: app as OfficeApp, device, platform });
    const last = record.access[app as OfficeApp] as 'allowed' | OutsideReason;
    if (device === undefined ? mayDiffer(outcome, last) : outcome !== last) return true;
  }
  return false;
}

function hasSignedIn({ access }: DeviceRecord): boolean {
  for (const _ in access) return true;
  return false;
}

/**
 * Of a device that is managed no more only its token proves who asks, and whether it has one the service cannot know, unless it was let
 * in with it. So the next attempt counts wherever it may be told something else: that is more than necessary, and does no harm.
 */
function mayDiffer(outcome: 'allowed' | OutsideReason, last: 'allowed' | OutsideReason): boolean {
  if (last === 'allowed' || outcome === 'account-disabled' || outcome === 'account-unknown') return outcome !== last;
  return last !== 'not-signed-in' && last !== 'token-unknown';
}

/** A record counts as that of a managed device until it is deleted, or its retire or wipe is done. */
export function managedDevice(record: DeviceRecord | undefined): DeviceRecord | undefined {
  return record === undefined || record.deleted || isGone(record) ? undefined : record;
}
