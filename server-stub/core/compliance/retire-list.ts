/**
 * *Retire the noncompliant device* only lists it: an administrator confirms or cancels (reference §4.3). It is on the list until then, at
 * most as long as the spell that brought it there.
 */
import { whyUnsupported } from '../../../protocol/commands.ts';
import { hourMs } from '../../../runtime/duration.ts';
import type { Initiator } from '../../graph/tenant.ts';
import { audit } from '../audit.ts';
import type { ServerOut } from '../effects.ts';
import type { CompliancePolicyRecord, DeviceCompliance } from '../policy-records.ts';
import { type DeviceRecord, isVisible } from '../records.ts';
import { issue } from '../requests.ts';
import type { Core } from '../sessions.ts';
import { policyActions } from './policy-actions.ts';

/** Returns why it is not listed; null: it is. One that is there already stays as it is. */
export function listToRetire(core: Core, record: DeviceRecord, policy: CompliancePolicyRecord, dueAt: number): string | null {
  const why = whyUnsupported('retire', record.inventory);
  if (why !== undefined) return why;
  record.compliance = { ...record.compliance, retireListed: record.compliance.retireListed ?? { policyId: policy.id, at: dueAt } };
  core.store.saveDevice(record);
  return null;
}

/** Where it stands now: off the list when the spell is over, unless another policy has listed it meanwhile. */
export function listingNow(core: Core, { results, retireListed }: DeviceCompliance): DeviceCompliance['retireListed'] {
  if (retireListed === null || results.some(({ policyId, since }) => policyId === retireListed.policyId && since !== null))
    return retireListed;
  for (const { policyId, since, fired } of results) {
    if (since === null) continue;
    for (const { id, type, hours } of policyActions(core, policyId).actions) {
      const at = since + hours * hourMs;
      // What was listed before that was cancelled.
      if (type === 'retire' && fired.includes(id) && at >= retireListed.at) return { policyId, at };
    }
  }
  return null;
}

export function decideRetire(
  core: Core,
  deviceIds: readonly string[],
  decision: 'confirm' | 'cancel',
  by: Initiator,
  now: number,
  out: ServerOut,
): void {
  for (const id of new Set(deviceIds)) {
    const record = core.store.device(id);
    if (record === undefined || !isVisible(record) || record.compliance.retireListed === null) continue;
    if (decision === 'confirm' && issue(core, record, { type: 'retire', parameters: {} }, by, now, out).refused !== null) continue;
    record.compliance = { ...record.compliance, retireListed: null };
    if (decision === 'cancel') {
      record.commandCount += 1;
      audit(core, record, 'cancelScheduledRetire ManagedDevice', by, record.commandCount, now);
    }
    core.store.saveDevice(record);
  }
}
