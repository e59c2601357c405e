/** Whether a device's apps would be told something else now than when they last signed in: then their next attempt counts. */
import type { OfficeApp, OutsideReason } from '../../protocol/outside.ts';
import { decideAccess } from './access-decision.ts';
import type { ServerOut } from './effects.ts';
import { type DeviceRecord, isGone } from './records.ts';
import type { Core } from './sessions.ts';

/** Called whenever what decides about its sign-ins may be another. A device that never signed in costs nothing. */
export function accessMayHaveChanged(core: Core, record: DeviceRecord, out: ServerOut): void {
  if (Object.keys(record.access).length === 0) return;
  out.note({ kind: 'access-waits', deviceId: record.id, waits: accessWaits(core, record) });
}

export function accessWaits(core: Core, record: DeviceRecord): boolean {
  const told = Object.entries(record.access) as [OfficeApp, 'allowed' | OutsideReason][];
  if (told.length === 0) return false;
  const { userPrincipalName, platform } = record.inventory;
  const user = core.store.entryNamed('user', userPrincipalName.toLowerCase());
  const device = managedDevice(record);
  return told.some(([app, last]) => {
    const { outcome } = decideAccess(core, { user, app, device, platform });
    return device === undefined ? mayDiffer(outcome, last) : outcome !== last;
  });
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
