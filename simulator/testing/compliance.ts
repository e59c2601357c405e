/** What policies make of a device of a tenant in a test, as its record has it. */
import type { DeviceView } from '../../protocol/hands.ts';
import type { ComplianceStatus } from '../../server-stub/core/policy-records.ts';
import type { ComplianceState } from '../../server-stub/core/records.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';

export type DeviceNotice = DeviceView['notices'][number];

export interface TenantDeviceCompliance {
  /** Of all policies the worst: Graph's `complianceState`. */
  state: ComplianceState;
  /** What Conditional Access goes by: a grace keeps it true; null: not known yet. */
  isCompliant: boolean | null;
  /** Milliseconds since 1970; null: never. */
  evaluatedAt: number | null;
  /** Those that reach the device; that of the service itself first. */
  policies: readonly {
    displayName: string;
    /** `unknown`: not evaluated since it was changed. */
    state: ComplianceStatus | 'inGracePeriod';
    settings: Readonly<Record<string, ComplianceStatus>>;
    /** When the grace of this spell ends, or has ended; null: the device keeps the policy. */
    graceUntil: number | null;
  }[];
  /** On the list of devices that wait for a retire to be confirmed. */
  isRetireListed: boolean;
}

export function complianceOf(tenant: GraphTenant, id: string | null): TenantDeviceCompliance | null {
  const record = id === null ? undefined : tenant.device(id);
  if (record === undefined) return null;
  const { isTrusted, evaluatedAt, retireListed } = record.compliance;
  return {
    state: record.complianceState,
    isCompliant: isTrusted,
    evaluatedAt,
    policies: tenant.policiesOf(record).map(({ displayName, state, settings, graceUntil }) => ({
      displayName,
      state,
      settings: Object.fromEntries(settings.map((one) => [one.setting, one.state])),
      graceUntil,
    })),
    isRetireListed: retireListed !== null,
  };
}
