/**
 * Which devices compliance policies reach, and what they make of them: computed for each question from the records as they are, so that
 * no figure can be out of date (NC-13).
 */
import { enrollmentTypesOf, operatingSystemOf, platforms } from '../../protocol/platforms.ts';
import type { DevicePolicy } from '../core/compliance/device-policies.ts';
import { policyTypeTable } from '../core/compliance/policy-types.ts';
import type { CompliancePolicyRecord, ComplianceStatus, PolicyType } from '../core/policy-records.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { DeviceCondition } from '../store/store.ts';
import type { GraphTenant } from './tenant.ts';

/** A device that a policy reaches, with what the policy made of it at the device's latest evaluation. */
export interface Reached {
  device: DeviceRecord;
  found: DevicePolicy;
}

/** How many there are in each state. */
export type Tally = Record<ComplianceStatus, number>;

export const emptyTally = (): Tally => ({ unknown: 0, notApplicable: 0, compliant: 0, nonCompliant: 0, error: 0, conflict: 0 });

/** Graph's words have none for a grace: such a device breaks the policy, and the end of the grace stands beside it. */
export function statusOf(state: DevicePolicy['state']): ComplianceStatus {
  return state === 'inGracePeriod' ? 'nonCompliant' : state;
}

/** Of several, the worst one counts (reference §4.5). */
const severity: Readonly<Record<ComplianceStatus, number>> = {
  unknown: 0,
  notApplicable: 1,
  compliant: 2,
  nonCompliant: 3,
  conflict: 4,
  error: 5,
};

export function worse(one: ComplianceStatus, other: ComplianceStatus): ComplianceStatus {
  return severity[one] >= severity[other] ? one : other;
}

/** Every device that the policy reaches, in the order of their ids. */
export function* reachedBy(
  tenant: GraphTenant,
  { id, type }: CompliancePolicyRecord,
  afterId: string | null = null,
): Generator<Reached, void, void> {
  const policiesOf = tenant.policyReader(id);
  for (const device of tenant.devicesAfter(afterId, devicesOf(type))) {
    const found = policiesOf(device).find((one) => one.id === id);
    if (found !== undefined) yield { device, found };
  }
}

/** What a policy makes of its devices, and of their users. */
export interface PolicyTallies {
  devices: Tally;
  users: Tally;
}

/** Of all policies, in one go through the devices. A user counts once, by the worst of their devices. */
export function talliesOf(tenant: GraphTenant, policies: readonly CompliancePolicyRecord[]): Map<string, PolicyTallies> {
  const tallies = new Map<string, PolicyTallies>(policies.map(({ id }) => [id, { devices: emptyTally(), users: emptyTally() }]));
  const users = new Map<string, Map<string, ComplianceStatus>>(policies.map(({ id }) => [id, new Map()]));
  const [first, second] = policies;
  const only = second === undefined ? first : undefined;
  const policiesOf = tenant.policyReader(only?.id);
  const where = only && devicesOf(only.type);
  for (const device of tenant.devicesAfter(null, where)) {
    const user = device.inventory.userPrincipalName;
    for (const { id, state } of policiesOf(device)) {
      const tally = tallies.get(id);
      if (tally === undefined) continue;
      const status = statusOf(state);
      tally.devices[status] += 1;
      if (user === '') continue;
      const states = users.get(id);
      states?.set(user, worse(states.get(user) ?? status, status));
    }
  }
  for (const [id, states] of users) for (const status of states.values()) (tallies.get(id) as PolicyTallies).users[status] += 1;
  return tallies;
}

/** As far as an index can tell: devices of the systems that policies of this type are for. */
function devicesOf(type: PolicyType): DeviceCondition {
  const { isFor } = policyTypeTable[type];
  const systems = platforms.filter((platform) => enrollmentTypesOf[platform].some((enrollment) => isFor({ platform, enrollment })));
  const oneOf = new Set(systems.flatMap((platform) => ['', 'iPad'].map((model) => operatingSystemOf({ platform, model }))));
  return { property: 'operatingSystem', oneOf: [...oneOf] };
}
