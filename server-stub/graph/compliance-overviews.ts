/** How many devices and users of a compliance policy are in which state (Graph: intune-deviceconfig-devicecompliancedeviceoverview; reference §4.4; NC-13). */
import type {
  DeviceComplianceDeviceOverview as DeviceOverviewV1,
  DeviceComplianceUserOverview as UserOverviewV1,
} from '@microsoft/microsoft-graph-types';
import type {
  DeviceComplianceDeviceOverview as DeviceOverviewBeta,
  SettingStateDeviceSummary,
  DeviceComplianceUserOverview as UserOverviewBeta,
} from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import { policyTypeTable } from '../core/compliance/policy-types.ts';
import type { CompliancePolicyRecord } from '../core/policy-records.ts';
import { emptyTally, reachedBy, type Tally } from './compliance-reach.ts';
import { column, date, type Properties, text } from './directory-columns.ts';
import type { GraphVersion } from './endpoint.ts';
import { type Resource, resource } from './property.ts';
import type { GraphTenant } from './tenant.ts';

export interface OverviewSource {
  policy: CompliancePolicyRecord;
  tally: Tally;
  /** The stub's clock: the figures are of this instant. */
  now: number;
}

const count = <Source>(read: (source: Source) => number) => column('Edm.Int64', read);

const betaTable = {
  id: text(({ policy }) => policy.id),
  // Not evaluated yet, or not since the policy was changed.
  pendingCount: count(({ tally }) => tally.unknown),
  notApplicableCount: count(({ tally }) => tally.notApplicable),
  successCount: count(({ tally }) => tally.compliant),
  errorCount: count(({ tally }) => tally.error),
  // Those in a grace among them: their statuses say until when.
  failedCount: count(({ tally }) => tally.nonCompliant),
  conflictCount: count(({ tally }) => tally.conflict),
  lastUpdateDateTime: date(({ now }) => formatInstant(now)),
  configurationVersion: count(({ policy }) => policy.version),
} satisfies Properties<DeviceOverviewBeta & UserOverviewBeta, OverviewSource>;

const { conflictCount: _, ...common } = betaTable;

/** v1.0 has no figure for conflicts: they are among the errors, so that the figures add up. */
const v1Table = {
  ...common,
  errorCount: count(({ tally }) => tally.error + tally.conflict),
} satisfies Properties<DeviceOverviewV1 & UserOverviewV1, OverviewSource>;

export const deviceOverviewOf: Readonly<Record<GraphVersion, Resource<OverviewSource>>> = {
  'v1.0': resource('microsoft.graph.deviceComplianceDeviceOverview', v1Table),
  beta: resource('microsoft.graph.deviceComplianceDeviceOverview', {
    ...betaTable,
    // Devices of other platforms are not reached at all (NC-02).
    notApplicablePlatformCount: count(() => 0),
  } satisfies Properties<DeviceOverviewBeta, OverviewSource>),
};

export const userOverviewOf: Readonly<Record<GraphVersion, Resource<OverviewSource>>> = {
  'v1.0': resource('microsoft.graph.deviceComplianceUserOverview', v1Table),
  beta: resource('microsoft.graph.deviceComplianceUserOverview', betaTable),
};

/** Figures of one setting. */
export interface SettingTally {
  setting: string;
  tally: Tally;
}

/** The columns that every summary of settings has. */
export const settingCounts = {
  unknownDeviceCount: count(({ tally }: SettingTally) => tally.unknown),
  notApplicableDeviceCount: count(({ tally }: SettingTally) => tally.notApplicable),
  compliantDeviceCount: count(({ tally }: SettingTally) => tally.compliant),
  // What is brought about on a device counts as kept.
  remediatedDeviceCount: count((_: SettingTally) => 0),
  nonCompliantDeviceCount: count(({ tally }: SettingTally) => tally.nonCompliant),
  errorDeviceCount: count(({ tally }: SettingTally) => tally.error),
  conflictDeviceCount: count(({ tally }: SettingTally) => tally.conflict),
};

export interface PolicySetting extends SettingTally {
  policy: CompliancePolicyRecord;
}

export const policySetting: Resource<PolicySetting> = resource('microsoft.graph.settingStateDeviceSummary', {
  id: text(({ policy, setting }) => `${policy.id}_${setting}`),
  settingName: text(({ setting }) => setting),
  instancePath: text(({ policy, setting }) => `${policy.type}.${setting}`),
  ...settingCounts,
} satisfies Properties<SettingStateDeviceSummary, PolicySetting>);

/** Each setting that the policy asks for something by, in the order of their names; every device of the policy counts once in each. */
export function settingsOf(tenant: GraphTenant, policy: CompliancePolicyRecord): PolicySetting[] {
  const rules = policyTypeTable[policy.type].settings;
  const names = Object.entries(policy.settings).flatMap(([name, value]) =>
    value !== null && rules[name]?.asks(value, policy.settings) === true ? [name] : [],
  );
  const rows = new Map(names.sort().map((setting) => [setting, { policy, setting, tally: emptyTally() }]));
  for (const { found } of reachedBy(tenant, policy)) {
    const states = new Map(found.settings.map(({ setting, state }) => [setting, state]));
    for (const { setting, tally } of rows.values()) tally[states.get(setting) ?? 'unknown'] += 1;
  }
  return [...rows.values()];
}
