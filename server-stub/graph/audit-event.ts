/**
 * auditEvent of v1.0 and of beta, from an audit record (Graph: intune-auditing-auditevent; reference §6.1): who did what to which
 * device, when. Microsoft's type packages check the tables, as those of managedDevice.
 */
import type { AuditActor, AuditEvent as AuditEventV1, AuditProperty, AuditResource } from '@microsoft/microsoft-graph-types';
import type {
  AuditActor as AuditActorBeta,
  AuditEvent as AuditEventBeta,
  AuditResource as AuditResourceBeta,
} from '@microsoft/microsoft-graph-types-beta';
import { actionTable, commandTypes, isPossible } from '../../protocol/commands.ts';
import { formatInstant } from '../../runtime/duration.ts';
import { userIdOf } from '../core/people.ts';
import type { AuditRecord } from '../core/records.ts';
import { derivedGuid } from './derived-guid.ts';
import { type Column, collectionOf, type Members, type PropertyType, type Resource, resource, structureOf } from './property.ts';

type Table<Entity> = { [Name in keyof Entity]-?: Column<Required<Entity>[Name], AuditRecord> };

/** `getAuditCategories()`: the ones that an entry of ours can have. */
export const auditCategories = ['Compliance', 'Device', 'DeviceConfiguration', 'Role'] as const;
type Category = (typeof auditCategories)[number];

const aboutDevice = (action: string) => `${action} ManagedDevice`;
/** To groups: it is about no device, and about none of their settings. */
const notification = 'sendCustomNotificationToCompanyPortal DeviceManagement';
/** What is always refused leaves no entry. */
const possible = commandTypes.filter(isPossible);
/** What the service does by itself cannot be taken back, nor can a deletion. */
const cancelable = possible.filter((type) => actionTable[type].serviceOnly !== true);
const changes = ['create', 'patch', 'delete'] as const;
/** Kinds of resources, by what they are about. */
const typesOf = {
  Compliance: ['DeviceCompliancePolicy', 'NotificationMessageTemplate'],
  DeviceConfiguration: ['ConditionalAccessPolicy'],
  Role: ['RoleDefinition', 'RoleAssignment'],
} as const satisfies Partial<Record<Category, readonly string[]>>;

const changesOf = (types: readonly string[]) => types.flatMap((type) => changes.map((change) => `${change} ${type}`));

/** `getAuditActivityTypes(category='…')`. */
export const auditActivityTypes: Readonly<Record<Category, readonly string[]>> = {
  Compliance: [
    ...changesOf(typesOf.Compliance),
    'assign DeviceCompliancePolicy',
    'scheduleActionsForRules DeviceCompliancePolicy',
    'cancelScheduledRetire ManagedDevice',
  ],
  Device: [
    ...[...possible, 'delete', 'patch', 'cleanup'].map(aboutDevice),
    ...cancelable.map((action) => aboutDevice(`cancel ${action}`)),
    notification,
  ],
  DeviceConfiguration: [
    'patch TenantConfiguration',
    'patch DeviceManagement',
    'patch IntuneBrand',
    ...changesOf(typesOf.DeviceConfiguration),
  ],
  Role: changesOf(typesOf.Role),
};

function column<Value>(type: PropertyType, read: (record: AuditRecord) => Value): Column<Value, AuditRecord> {
  return { type, read, visibility: 'always', hidden: null };
}

const text = <Value extends string | null>(read: (record: AuditRecord) => Value) => column('Edm.String', read);

/** What an entry is about: a device, the rules for devices, roles, or the tenant's own configuration. */
function categoryOf({ deviceId, activity, resource: about }: AuditRecord): Category {
  if (activity === 'cancelScheduledRetire ManagedDevice') return 'Compliance';
  if (deviceId !== '' || activity === notification) return 'Device';
  const isAbout = (types: readonly string[]) => about !== null && types.includes(about.type);
  if (isAbout(typesOf.Compliance)) return 'Compliance';
  return isAbout(typesOf.Role) ? 'Role' : 'DeviceConfiguration';
}

const componentNames: Record<Category, string> = {
  Compliance: 'DeviceCompliance',
  Device: 'ManagedDevices',
  DeviceConfiguration: 'DeviceConfiguration',
  Role: 'RBAC',
};

/** The HTTP operation in Intune's words: an action is a POST that is no creation. */
function operationOf({ activity }: AuditRecord): string {
  const verb = activity.split(' ')[0] ?? '';
  return { create: 'Create', delete: 'Delete', patch: 'Patch' }[verb] ?? 'Action';
}

/** A person has a name in the directory; a program that signed in, and the service itself, are applications. */
function actorOf({ actor, actorType, actorId }: AuditRecord) {
  const isUser = actorType === 'user';
  return {
    auditActorType: isUser ? 'ItPro' : 'Application',
    userPermissions: isUser ? ['*'] : [],
    applicationId: isUser ? null : actorId,
    applicationDisplayName: isUser ? 'Microsoft Intune portal extension' : actor,
    userPrincipalName: isUser ? actor : null,
    servicePrincipalName: actorType === 'application' ? actor : null,
    ipAddress: null,
    // Entries of before there were people name them alone.
    userId: isUser ? (actorId ?? userIdOf(actor)) : null,
  };
}

function betaActorOf(record: AuditRecord): AuditActorBeta {
  const actor = actorOf(record);
  return { ...actor, type: actor.auditActorType, userRoleScopeTags: [], remoteTenantId: null, remoteUserId: null };
}

/** Of a remote action the device id is the first new value (reference §6.1). */
function resourcesOf(record: AuditRecord) {
  const { deviceId, deviceName, resource: about } = record;
  if (about !== null) return [{ displayName: about.name, auditResourceType: about.type, resourceId: about.id, modifiedProperties: [] }];
  if (deviceId === '') return [];
  const modifiedProperties = [{ displayName: 'DeviceId', oldValue: null, newValue: deviceId }];
  return [{ displayName: deviceName, auditResourceType: 'ManagedDevice', resourceId: deviceId, modifiedProperties }];
}

/** What a filter may look at of an actor, and of a resource. */
const actorMembers = {
  auditActorType: 'Edm.String',
  userPermissions: collectionOf('Edm.String'),
  applicationId: 'Edm.String',
  applicationDisplayName: 'Edm.String',
  userPrincipalName: 'Edm.String',
  servicePrincipalName: 'Edm.String',
  ipAddress: 'Edm.String',
  userId: 'Edm.String',
} satisfies Members<AuditActor>;
const resourceMembers = {
  displayName: 'Edm.String',
  auditResourceType: 'Edm.String',
  resourceId: 'Edm.String',
  modifiedProperties: collectionOf(
    structureOf<AuditProperty>({ displayName: 'Edm.String', oldValue: 'Edm.String', newValue: 'Edm.String' }),
  ),
} satisfies Members<AuditResource>;

const v1Table: Table<AuditEventV1> = {
  id: text(({ id }) => id),
  displayName: text(({ activity }) => activity),
  componentName: text((record) => componentNames[categoryOf(record)]),
  activity: text(({ activity }) => activity),
  activityDateTime: column('Edm.DateTimeOffset', ({ at }) => formatInstant(at)),
  activityType: text(({ activity }) => activity),
  activityOperationType: text(operationOf),
  activityResult: text(() => 'Success'),
  correlationId: text(({ id }) => derivedGuid(`correlation ${id}`)),
  category: text(categoryOf),
  actor: { ...column('complex', actorOf), shape: structureOf(actorMembers) },
  resources: { ...column<AuditResource[]>('complex', resourcesOf), shape: collectionOf(structureOf(resourceMembers)) },
};

const betaTable: Table<AuditEventBeta> = {
  ...v1Table,
  actor: {
    ...column('complex', betaActorOf),
    shape: structureOf<AuditActorBeta>({ ...actorMembers, type: 'Edm.String', remoteTenantId: 'Edm.String', remoteUserId: 'Edm.String' }),
  },
  resources: {
    ...column('complex', (record) => resourcesOf(record).map((one) => ({ ...one, type: one.auditResourceType }))),
    shape: collectionOf(structureOf<AuditResourceBeta>({ ...resourceMembers, type: 'Edm.String' })),
  },
};

export const auditEventOf: Readonly<Record<'v1.0' | 'beta', Resource<AuditRecord>>> = {
  'v1.0': resource('microsoft.graph.auditEvent', v1Table),
  beta: resource('microsoft.graph.auditEvent', betaTable),
};
