/**
 * auditEvent of v1.0 and of beta, from an audit record (Graph: intune-auditing-auditevent; reference §6.1): who did what to which
 * device, when. Microsoft's type packages check the tables, as those of managedDevice.
 */
import type { AuditEvent as AuditEventV1, AuditResource } from '@microsoft/microsoft-graph-types';
import type { AuditActor as AuditActorBeta, AuditEvent as AuditEventBeta } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import { type AuditRecord, actionNames } from '../core/records.ts';
import { derivedGuid } from './derived-guid.ts';
import { type Column, type PropertyType, type Resource, resource } from './property.ts';

type Table<Entity> = { [Name in keyof Entity]-?: Column<Required<Entity>[Name], AuditRecord> };

/** `getAuditCategories()`: the ones that an entry of ours can have. */
export const auditCategories = ['Device', 'DeviceConfiguration'] as const;
type Category = (typeof auditCategories)[number];

const aboutDevice = (action: string) => `${action} ManagedDevice`;

/** `getAuditActivityTypes(category='…')`. */
export const auditActivityTypes: Readonly<Record<Category, readonly string[]>> = {
  Device: [...actionNames.map(aboutDevice), ...actionNames.map((action) => aboutDevice(`cancel ${action}`))],
  DeviceConfiguration: ['patch TenantConfiguration'],
};

function column<Value>(type: PropertyType, read: (record: AuditRecord) => Value): Column<Value, AuditRecord> {
  return { type, read, visibility: 'always', hidden: null };
}

const text = <Value extends string | null>(read: (record: AuditRecord) => Value) => column('Edm.String', read);

/** What an entry is about: a device, or (without one) the tenant's own configuration. */
const categoryOf = ({ deviceId }: AuditRecord): Category => (deviceId === '' ? 'DeviceConfiguration' : 'Device');

/** The HTTP operation in Intune's words: an action is a POST that is no creation. */
function operationOf({ activity }: AuditRecord): string {
  const verb = activity.split(' ')[0] ?? '';
  return { delete: 'Delete', patch: 'Patch' }[verb] ?? 'Action';
}

/** A person has a name in the directory; the service itself is an application. */
function actorOf({ actor, actorType }: AuditRecord) {
  const isUser = actorType === 'user';
  return {
    auditActorType: isUser ? 'ItPro' : 'Application',
    userPermissions: isUser ? ['*'] : [],
    applicationId: null,
    applicationDisplayName: isUser ? 'Microsoft Intune portal extension' : actor,
    userPrincipalName: isUser ? actor : null,
    servicePrincipalName: null,
    ipAddress: null,
    userId: isUser ? derivedGuid(`user ${actor.toLowerCase()}`) : null,
  };
}

function betaActorOf(record: AuditRecord): AuditActorBeta {
  const actor = actorOf(record);
  return { ...actor, type: actor.auditActorType, userRoleScopeTags: [], remoteTenantId: null, remoteUserId: null };
}

/** Of a remote action the device id is the first new value (reference §6.1). */
function resourcesOf(record: AuditRecord) {
  const { deviceId, deviceName } = record;
  if (categoryOf(record) !== 'Device') return [];
  const modifiedProperties = [{ displayName: 'DeviceId', oldValue: null, newValue: deviceId }];
  return [{ displayName: deviceName, auditResourceType: 'ManagedDevice', resourceId: deviceId, modifiedProperties }];
}

const v1Table: Table<AuditEventV1> = {
  id: text(({ id }) => id),
  displayName: text(({ activity }) => activity),
  componentName: text((record) => (categoryOf(record) === 'Device' ? 'ManagedDevices' : 'DeviceConfiguration')),
  activity: text(({ activity }) => activity),
  activityDateTime: column('Edm.DateTimeOffset', ({ at }) => formatInstant(at)),
  activityType: text(({ activity }) => activity),
  activityOperationType: text(operationOf),
  activityResult: text(() => 'Success'),
  correlationId: text(({ id }) => derivedGuid(`correlation ${id}`)),
  category: text(categoryOf),
  actor: column('complex', actorOf),
  resources: column<AuditResource[]>('complex', resourcesOf),
};

const betaTable: Table<AuditEventBeta> = {
  ...v1Table,
  actor: column('complex', betaActorOf),
  resources: column('complex', (record) => resourcesOf(record).map((one) => ({ ...one, type: one.auditResourceType }))),
};

export const auditEventOf: Readonly<Record<'v1.0' | 'beta', Resource<AuditRecord>>> = {
  'v1.0': resource('microsoft.graph.auditEvent', v1Table),
  beta: resource('microsoft.graph.auditEvent', betaTable),
};
