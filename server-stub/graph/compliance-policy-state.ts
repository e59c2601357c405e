/**
 * What each policy makes of one device, setting by setting (Graph: intune-deviceconfig-devicecompliancepolicystate; reference §1.7; NC-13).
 * That of the service itself is among them.
 */
import type {
  DeviceCompliancePolicySettingState as SettingStateV1,
  DeviceCompliancePolicyState as StateV1,
} from '@microsoft/microsoft-graph-types';
import type {
  DeviceCompliancePolicySettingState as SettingStateBeta,
  DeviceCompliancePolicyState as StateBeta,
} from '@microsoft/microsoft-graph-types-beta';
import type { DevicePolicy } from '../core/compliance/device-policies.ts';
import type { UserRecord } from '../core/directory-records.ts';
import type { SettingResult } from '../core/policy-records.ts';
import type { DeviceRecord } from '../core/records.ts';
import { statusOf } from './compliance-reach.ts';
import { platformOf, settingName, settingPath } from './compliance-setting-states.ts';
import { column, type Properties, structure, text } from './directory-columns.ts';
import type { Call, GraphVersion } from './endpoint.ts';
import { collectionOf, type Members, type Resource, resource, structureOf } from './property.ts';
import { relationship } from './query.ts';
import type { GraphTenant } from './tenant.ts';

export interface StateSource {
  device: DeviceRecord;
  user: UserRecord | undefined;
  found: DevicePolicy;
}

export interface SettingSource extends StateSource {
  result: SettingResult;
}

/** Intune's code for a setting that could not be read. */
const unreadableCode = -2016281112;

const settingTable = {
  setting: text(({ found, result }) => settingPath(found, result.setting)),
  settingName: text(({ result }) => settingName(result.setting)),
  instanceDisplayName: text((_) => null),
  state: column('enum', ({ result }) => result.state),
  errorCode: column('Edm.Int64', ({ result }) => (result.state === 'error' ? unreadableCode : 0)),
  errorDescription: text(({ result }) => (result.state === 'error' ? 'The setting could not be read on the device.' : null)),
  userId: text(({ user }) => user?.id ?? null),
  userName: text(({ user }) => user?.displayName ?? null),
  userEmail: text(({ user }) => user?.mail ?? null),
  userPrincipalName: text(({ device }) => device.inventory.userPrincipalName),
  sources: structure(
    ({ found }) => [{ id: found.id, displayName: found.displayName, sourceType: 'deviceConfiguration' as const }],
    collectionOf(structureOf({ id: 'Edm.String', displayName: 'Edm.String', sourceType: 'enum' })),
  ),
  // What a device has is told by the device itself, not by its policies.
  currentValue: text((_) => null),
} satisfies Properties<SettingStateV1, SettingSource>;

const settingTableBeta = { ...settingTable, settingInstanceId: text((_) => null) } satisfies Properties<SettingStateBeta, SettingSource>;

export const settingStateOf: Readonly<Record<GraphVersion, Resource<SettingSource>>> = {
  'v1.0': resource('microsoft.graph.deviceCompliancePolicySettingState', settingTable),
  beta: resource('microsoft.graph.deviceCompliancePolicySettingState', settingTableBeta),
};

export const settingsOf = (source: StateSource): SettingSource[] => source.found.settings.map((result) => ({ ...source, result }));

/** By how they are read, the structure and the resource are one. */
function wholeSettings(version: GraphVersion, source: StateSource): SettingStateBeta[] {
  const { properties } = settingStateOf[version];
  return settingsOf(source).map((one) => Object.fromEntries(properties.map(({ name, read }) => [name, read(one)])));
}

const settingMembers: Members<SettingStateBeta> = {
  setting: 'Edm.String',
  settingName: 'Edm.String',
  state: 'enum',
  errorCode: 'Edm.Int64',
  userPrincipalName: 'Edm.String',
};

const tableOf = (version: GraphVersion) =>
  ({
    id: text(({ found }) => found.id),
    displayName: text(({ found }) => found.displayName),
    version: column('Edm.Int64', ({ found }) => found.version),
    platformType: column('enum', ({ found }) => platformOf(version, found)),
    state: column('enum', ({ found }) => statusOf(found.state)),
    settingCount: column('Edm.Int64', ({ found }) => found.settings.length),
    settingStates: structure((source) => wholeSettings(version, source), collectionOf(structureOf(settingMembers))),
  }) satisfies Properties<StateBeta, StateSource>;

/** v1.0 types lack a word that its platforms do not use (platformOf). */
const v1Table: Properties<Omit<StateV1, 'platformType'>, StateSource> = tableOf('v1.0');

const betaTable = {
  ...tableOf('beta'),
  userId: text(({ user }) => user?.id ?? null),
  userPrincipalName: text(({ device }) => device.inventory.userPrincipalName),
} satisfies Properties<StateBeta, StateSource>;

export const policyStateOf: Readonly<Record<GraphVersion, Resource<StateSource>>> = {
  'v1.0': resource('microsoft.graph.deviceCompliancePolicyState', v1Table as ReturnType<typeof tableOf>),
  beta: resource('microsoft.graph.deviceCompliancePolicyState', betaTable),
};

/** That of the service itself first. */
export function statesOf(tenant: GraphTenant, device: DeviceRecord): StateSource[] {
  const { userPrincipalName } = device.inventory;
  const user = userPrincipalName === '' ? undefined : tenant.directory.user(userPrincipalName);
  return tenant.policiesOf(device).map((found) => ({ device, user, found }));
}

/** What `$expand` shows of a device. */
export const policyStatesRelation = ({ tenant, version }: Call) =>
  relationship({ resource: policyStateOf[version], of: (device: DeviceRecord) => statesOf(tenant, device), sourceOf: (one) => one });
