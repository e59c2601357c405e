/** What is done about a noncompliant device, action by action (NC-05, NC-07; reference §4.3). */
import type { ServerOut } from '../effects.ts';
import type { CompliancePolicyRecord, ScheduledAction } from '../policy-records.ts';
import { type DeviceRecord, isExpired } from '../records.ts';
import { issueByService } from '../requests.ts';
import type { Core } from '../sessions.ts';
import { mailAboutDevice } from './noncompliance-mail.ts';
import { notify } from './notice.ts';
import { listToRetire } from './retire-list.ts';

interface DueAction {
  /** null: that of the service itself. */
  policy: CompliancePolicyRecord | null;
  policyId: string;
  action: ScheduledAction;
  /** Its date, which may be past: the stub was off. */
  dueAt: number;
}

/** Carries it out, as far as anything can come of it. */
export function carryOut(core: Core, record: DeviceRecord, due: DueAction, now: number, out: ServerOut): void {
  const { policy, policyId, action, dueAt } = due;
  const why = policy === null ? null : perform(core, record, policy, action, dueAt, now, out);
  out.note({
    kind: 'noncompliance-action',
    deviceId: record.id,
    policyId,
    actionId: action.id,
    action: action.type,
    dueAt,
    outcome: why === null ? 'done' : 'skipped',
    why,
  });
}

/** Returns why nothing came of it; null: it was done. */
function perform(
  core: Core,
  record: DeviceRecord,
  policy: CompliancePolicyRecord,
  action: ScheduledAction,
  dueAt: number,
  now: number,
  out: ServerOut,
): string | null {
  switch (action.type) {
    case 'block':
    case 'noAction':
      return null;
    case 'notification':
      return mailAboutDevice(core, record, policy, action, dueAt, now, out);
    case 'remoteLock':
      return whyOutOfReach(record, now) ?? issueByService(core, record, { type: 'remoteLock', parameters: {} }, now, out);
    case 'pushNotification':
      return whyOutOfReach(record, now) ?? notify(core, record, policy, action, dueAt, now, out);
    case 'retire':
      return whyOutOfReach(record, now) ?? listToRetire(core, record, policy, dueAt);
  }
}

/** A retire or a wipe that waits for it comes first, and after its certificate's end nothing comes through. */
function whyOutOfReach(record: DeviceRecord, now: number): string | null {
  const { managementState } = record;
  if (managementState === 'retirePending' || managementState === 'wipePending') return 'The device is about to leave the management.';
  return isExpired(record, now) ? 'The management certificate of the device has ended.' : null;
}
