/** How many devices of the tenant are in which state, in all and setting by setting (Graph: intune-deviceconfig-devicecompliancepolicydevicestatesummary, -settingstatesummary; NC-13). */
import type {
  DeviceComplianceSettingState as SettingStateV1,
  DeviceCompliancePolicySettingStateSummary as SummaryV1,
} from '@microsoft/microsoft-graph-types';
import type {
  DeviceCompliancePolicyDeviceStateSummary,
  DeviceComplianceSettingState as SettingStateBeta,
  DeviceCompliancePolicySettingStateSummary as SummaryBeta,
} from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import type { DevicePolicy } from '../core/compliance/device-policies.ts';
import type { UserRecord } from '../core/directory-records.ts';
import type { ComplianceStatus } from '../core/policy-records.ts';
import { type ComplianceState, type DeviceRecord, deviceNameOf } from '../core/records.ts';
import { type Collection, countItems, itemsAfter, listPage, oneItem } from './collection.ts';
import { noGraceDate } from './compliance-dates.ts';
import { complianceNeeds } from './compliance-needs.ts';
import { settingCounts } from './compliance-overviews.ts';
import { emptyTally, type Tally, worse } from './compliance-reach.ts';
import { platformOf, settingName, settingPath } from './compliance-setting-states.ts';
import { derivedGuid } from './derived-guid.ts';
import { kindOf } from './device-kind.ts';
import { column, date, type Properties, text } from './directory-columns.ts';
import type { Call, Endpoint, GraphVersion } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { peopleOnce } from './people-once.ts';
import { type Resource, resource } from './property.ts';
import { relationship } from './query.ts';
import { answerSingleton } from './singleton.ts';
import type { GraphTenant } from './tenant.ts';

interface TenantSource {
  tenantId: string;
  counts: ReadonlyMap<ComplianceState, number>;
}

const count = (state: ComplianceState) => column('Edm.Int64', ({ counts }: TenantSource) => counts.get(state) ?? 0);
const none = column('Edm.Int64', (_: TenantSource) => 0);

const deviceStateSummary: Resource<TenantSource> = resource('microsoft.graph.deviceCompliancePolicyDeviceStateSummary', {
  id: text(({ tenantId }) => derivedGuid(`compliance summary ${tenantId}`)),
  inGracePeriodCount: count('inGracePeriod'),
  configManagerCount: none,
  unknownDeviceCount: count('unknown'),
  notApplicableDeviceCount: none,
  compliantDeviceCount: count('compliant'),
  // What is brought about on a device counts as kept.
  remediatedDeviceCount: none,
  nonCompliantDeviceCount: count('noncompliant'),
  errorDeviceCount: count('error'),
  conflictDeviceCount: count('conflict'),
} satisfies Properties<DeviceCompliancePolicyDeviceStateSummary, TenantSource>);

/** A setting of all policies of one type. */
interface SettingSummary {
  /** `IosCompliancePolicy.PasscodeRequired`, also its id. */
  setting: string;
  name: string;
  policy: Pick<DevicePolicy, 'policy'>;
  tally: Tally;
}

const summaryTable = (version: GraphVersion) =>
  ({
    id: text(({ setting }) => setting),
    setting: text(({ setting }) => setting),
    settingName: text(({ name }) => name),
    platformType: column('enum', ({ policy }) => platformOf(version, policy)),
    ...settingCounts,
  }) satisfies Properties<SummaryBeta, SettingSummary>;

const v1Summary: Properties<Omit<SummaryV1, 'platformType'>, SettingSummary> = summaryTable('v1.0');

const summaryOf: Readonly<Record<GraphVersion, Resource<SettingSummary>>> = {
  'v1.0': resource('microsoft.graph.deviceCompliancePolicySettingStateSummary', v1Summary as ReturnType<typeof summaryTable>),
  beta: resource('microsoft.graph.deviceCompliancePolicySettingStateSummary', summaryTable('beta')),
};

/** One setting on one device. */
interface SettingOnDevice {
  setting: string;
  name: string;
  device: DeviceRecord;
  user: UserRecord | undefined;
  state: ComplianceStatus;
  graceUntil: number | null;
}

const stateId = ({ device, setting }: SettingOnDevice) => `${device.id}_${setting}`;

const stateTable = {
  id: text(stateId),
  setting: text(({ setting }) => setting),
  settingName: text(({ name }) => name),
  deviceId: text(({ device }) => device.id),
  deviceName: text(({ device }) => deviceNameOf(device)),
  userId: text(({ user }) => user?.id ?? ''),
  userEmail: text(({ user }) => user?.mail ?? ''),
  userName: text(({ user }) => user?.displayName ?? ''),
  userPrincipalName: text(({ device }) => device.inventory.userPrincipalName),
  deviceModel: text(({ device }) => device.inventory.model),
  state: column('enum', ({ state }) => state),
  complianceGracePeriodExpirationDateTime: date(({ graceUntil }) => (graceUntil === null ? noGraceDate : formatInstant(graceUntil))),
} satisfies Properties<SettingStateV1, SettingOnDevice>;

const stateTableBeta = {
  platformType: column('enum', ({ device }) => kindOf(device.inventory).deviceType),
  ...stateTable,
} satisfies Properties<SettingStateBeta, SettingOnDevice>;

const settingStateOf: Readonly<Record<GraphVersion, Resource<SettingOnDevice>>> = {
  'v1.0': resource('microsoft.graph.deviceComplianceSettingState', stateTable),
  beta: resource('microsoft.graph.deviceComplianceSettingState', stateTableBeta),
};

interface SettingFound {
  name: string;
  state: ComplianceStatus;
  found: DevicePolicy;
}

/** Each setting that a device was judged by, with the worst of what its policies made of it. */
function settingsOn(policies: readonly DevicePolicy[]): Map<string, SettingFound> {
  const settings = new Map<string, SettingFound>();
  for (const found of policies) {
    for (const { setting, state } of found.settings) {
      const path = settingPath(found, setting);
      const known = settings.get(path);
      if (known === undefined || worse(known.state, state) !== known.state)
        settings.set(path, { name: settingName(setting), state, found });
    }
  }
  return settings;
}

/** In the order of their names. */
function summariesOf(tenant: GraphTenant): SettingSummary[] {
  const summaries = new Map<string, SettingSummary>();
  const policiesOf = tenant.policyReader();
  for (const device of tenant.devicesAfter(null)) {
    for (const [setting, { name, state, found }] of settingsOn(policiesOf(device))) {
      const known = summaries.get(setting) ?? { setting, name, policy: found, tally: emptyTally() };
      known.tally[state] += 1;
      summaries.set(setting, known);
    }
  }
  return [...summaries.values()].sort((a, b) => (a.setting < b.setting ? -1 : 1));
}

function* devicesWith(tenant: GraphTenant, setting: string, afterId: string | null): Generator<SettingOnDevice, void, void> {
  const policiesOf = tenant.policyReader();
  const userOf = peopleOnce(tenant.directory);
  for (const device of tenant.devicesAfter(afterId?.slice(0, 36) ?? null)) {
    const one = settingsOn(policiesOf(device)).get(setting);
    if (one === undefined) continue;
    const { userPrincipalName } = device.inventory;
    const user = userPrincipalName === '' ? undefined : userOf(userPrincipalName);
    yield { setting, name: one.name, device, user, state: one.state, graceUntil: one.found.graceUntil };
  }
}

const summaryPath = 'deviceManagement/deviceCompliancePolicyDeviceStateSummary';
const settingsPath = 'deviceManagement/deviceCompliancePolicySettingStateSummaries';
const { read: needs } = complianceNeeds;

export const complianceSummaryEndpoints: readonly Endpoint[] = [
  { path: summaryPath, methods: { GET: { needs, answer: answerSummary } } },
  { path: settingsPath, methods: { GET: { needs, answer: (call) => listPage(call, summaries(call)) } } },
  { path: `${settingsPath}/$count`, methods: { GET: { needs, answer: (call) => countItems(call, summaries(call)) } } },
  {
    path: `${settingsPath}/{id}`,
    methods: { GET: { needs, answer: (call) => oneItem(call, summaries(call), () => summaryOfPath(call)) } },
  },
  {
    path: `${settingsPath}/{id}/deviceComplianceSettingStates`,
    methods: { GET: { needs, answer: (call) => listPage(call, devicesOf(call, summaryOfPath(call).setting)) } },
  },
  {
    path: `${settingsPath}/{id}/deviceComplianceSettingStates/$count`,
    methods: { GET: { needs, answer: (call) => countItems(call, devicesOf(call, summaryOfPath(call).setting)) } },
  },
];

function answerSummary(call: Call) {
  const { tenant } = call;
  const counts = new Map(tenant.complianceCounts().map(({ state, count: devices }) => [state, devices]));
  return answerSingleton(call, summaryPath, deviceStateSummary, { tenantId: tenant.directory.organization().id, counts });
}

function summaries({ tenant, version }: Call): Collection<SettingSummary, SettingSummary> {
  return {
    path: settingsPath,
    resource: summaryOf[version],
    items(afterId) {
      const all = summariesOf(tenant);
      return afterId === null ? all : itemsAfter(all, ({ setting }) => setting === afterId);
    },
    idOf: ({ setting }) => setting,
    sourceOf: (one) => one,
    expansions: {
      deviceComplianceSettingStates: relationship({
        resource: settingStateOf[version],
        of: ({ setting }: SettingSummary) => devicesWith(tenant, setting, null),
        sourceOf: (one) => one,
      }),
    },
  };
}

/** @throws GraphFault 404 */
function summaryOfPath({ tenant, params: { id = '' } }: Call): SettingSummary {
  const summary = summariesOf(tenant).find(({ setting }) => setting.toLowerCase() === id.toLowerCase());
  if (summary !== undefined) return summary;
  throw new GraphFault(404, 'ResourceNotFound', `No device is judged by a setting with the id '${id.slice(0, 128)}'`, true);
}

function devicesOf({ tenant, version }: Call, setting: string): Collection<SettingOnDevice, SettingOnDevice> {
  return {
    path: `${settingsPath}('${setting}')/deviceComplianceSettingStates`,
    resource: settingStateOf[version],
    items: (afterId) => devicesWith(tenant, setting, afterId),
    idOf: stateId,
    sourceOf: (one) => one,
  };
}
