/** Reading managed devices: the collection, its count, one device, its user, and the apps on it (Graph: intune-devices-manageddevice-list, -get). */
import type { UserRecord } from '../core/directory-records.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { DeviceIndex, DeviceQuestion } from '../store/store.ts';
import { type Collection, type CollectionIndex, countItems, listPage, oneItem } from './collection.ts';
import { policyStatesRelation } from './compliance-policy-state.ts';
import { appOfTenant, appsOf, appsOfDevice, appsOfTenant, detectedApp, type FoundApp } from './detected-apps.ts';
import { conditionOf } from './device-condition.ts';
import { isOneStretch, knownOf, orderInIndex } from './device-question.ts';
import { type Call, type Endpoint, intuneRead } from './endpoint.ts';
import { deviceNotFound, noRoute } from './errors.ts';
import { type DeviceSource, managedDeviceOf } from './managed-device.ts';
import { peopleOnce } from './people-once.ts';
import { relationship } from './query.ts';
import type { GraphTenant } from './tenant.ts';
import { userOf } from './user.ts';

export const readDevices = intuneRead('DeviceManagementManagedDevices', 'Microsoft.Intune_ManagedDevices_Read');

export const managedDeviceEndpoints: readonly Endpoint[] = [
  {
    path: 'deviceManagement/managedDevices',
    methods: {
      GET: { needs: readDevices, answer: (call) => listPage(call, managedDevices(call)) },
      // Documented, but not there: devices appear by enrolment only (microsoftgraph/msgraph-sdk-python issue 731).
      POST: {
        unlisted: true,
        needs: { permissions: [], of: 'intune' },
        answer() {
          throw noRoute('~/singleton/navigation', 'POST', '/deviceManagement/managedDevices');
        },
      },
    },
  },
  {
    path: 'deviceManagement/managedDevices/$count',
    methods: { GET: { needs: readDevices, answer: (call) => countItems(call, managedDevices(call)) } },
  },
  {
    // What was found on the device when it last told about itself (Graph: intune-devices-detectedapp-list).
    path: 'deviceManagement/managedDevices/{id}/detectedApps',
    only: 'beta',
    methods: { GET: { needs: readDevices, answer: (call) => listPage(call, appsOfDevice(deviceOf(call))) } },
  },
  {
    path: 'deviceManagement/managedDevices/{id}/users',
    methods: { GET: { needs: readDevices, answer: (call) => listPage(call, usersOf(call, deviceOf(call))) } },
  },
  {
    path: 'deviceManagement/detectedApps',
    methods: { GET: { needs: readDevices, answer: (call) => listPage(call, appsOfTenant(call.tenant)) } },
  },
  {
    path: 'deviceManagement/detectedApps/$count',
    methods: { GET: { needs: readDevices, answer: (call) => countItems(call, appsOfTenant(call.tenant)) } },
  },
  {
    path: 'deviceManagement/detectedApps/{id}',
    methods: {
      GET: {
        needs: readDevices,
        answer: (call) => oneItem(call, appsOfTenant(call.tenant), () => appOfTenant(call.tenant, call.params.id ?? '')),
      },
    },
  },
  {
    path: 'deviceManagement/detectedApps/{id}/managedDevices',
    methods: { GET: { needs: readDevices, answer: (call) => listPage(call, devicesWithApp(call)) } },
  },
  {
    path: 'deviceManagement/detectedApps/{id}/managedDevices/$count',
    methods: { GET: { needs: readDevices, answer: (call) => countItems(call, devicesWithApp(call)) } },
  },
];

/** `GET …/managedDevices/{id}`. @throws GraphFault */
export const getManagedDevice = { needs: readDevices, answer: (call: Call) => oneItem(call, managedDevices(call), () => deviceOf(call)) };

/** The device that the path names. @throws GraphFault 404 ResourceNotFound */
export function deviceOf({ tenant, params }: Call): DeviceRecord {
  return findDevice(tenant, params.id ?? '');
}

/** GUIDs are written in either case. @throws GraphFault 404 ResourceNotFound */
export function findDevice(tenant: GraphTenant, id: string): DeviceRecord {
  const device = tenant.device(id) ?? tenant.device(id.toLowerCase());
  if (device === undefined) throw deviceNotFound(id);
  return device;
}

export type ManagedDevices = Collection<DeviceRecord, DeviceSource>;

/** All of them. */
export function managedDevices(call: Call): ManagedDevices {
  const { tenant } = call;
  return {
    ...described(call, 'deviceManagement/managedDevices'),
    total: () => tenant.deviceCounts().reduce((sum, { count }) => sum + count, 0),
    ...(tenant.deviceIndex !== undefined && { index: indexOf(tenant, tenant.deviceIndex) }),
    // Any id does: the order is that of the ids, and the device that a token names may be gone by now.
    items: (afterId, _ascending, filter) => tenant.devicesAfter(afterId, conditionOf(filter)),
  };
}

/** Ids that are read at first where it is not known how many of them match; each step reads four times as many. */
const idsMin = 256;

function indexOf(tenant: GraphTenant, index: DeviceIndex): CollectionIndex<DeviceRecord, DeviceSource> {
  return {
    found({ filter, order, skip, size }) {
      const inIndex = orderInIndex(order);
      const { where, isAll } = knownOf(filter);
      const isShorter = order !== null || (isAll && skip > 0) || (where !== null && !isOneStretch(filter));
      if (inIndex === undefined || !isShorter) return undefined;
      const question = { where, order: inIndex };
      return isAll
        ? { items: devicesOf(tenant, index.ids({ ...question, skip, limit: size })), skipped: skip }
        : { items: devicesOf(tenant, idsInSteps(index, question)), skipped: 0 };
    },
    count(filter) {
      const { where, isAll } = knownOf(filter);
      return isAll && where !== null ? index.count(where) : undefined;
    },
  };
}

function* idsInSteps(index: DeviceIndex, question: Pick<DeviceQuestion, 'where' | 'order'>): Iterable<string> {
  let skip = 0;
  for (let limit = idsMin; ; limit *= 4) {
    const ids = index.ids({ ...question, skip, limit });
    yield* ids;
    if (ids.length < limit) return;
    skip += limit;
  }
}

function* devicesOf(tenant: GraphTenant, ids: Iterable<string>): Iterable<DeviceRecord> {
  for (const id of ids) {
    const device = tenant.device(id);
    if (device !== undefined) yield device;
  }
}

/** Those of one person, by the name under which they were enrolled. @param path from the version on: `me/managedDevices` */
export function managedDevicesOf(call: Call, { path, userPrincipalName }: { path: string; userPrincipalName: string }): ManagedDevices {
  return {
    ...described(call, path),
    items: (afterId) => call.tenant.devicesAfter(afterId, { property: 'userPrincipalName', oneOf: [userPrincipalName] }),
  };
}

/** @throws GraphFault 404: no device has such an app */
function devicesWithApp(call: Call): ManagedDevices {
  const { id } = appOfTenant(call.tenant, call.params.id ?? '');
  return {
    ...described(call, `deviceManagement/detectedApps('${id.replaceAll("'", "''")}')/managedDevices`),
    *items(afterId) {
      for (const device of call.tenant.devicesAfter(afterId)) {
        if (device.information?.apps.some((app) => app.id === id) === true) yield device;
      }
    },
  };
}

/** The one person who enrolled it, or nobody. */
function usersOf({ version, tenant }: Call, device: DeviceRecord): Collection<UserRecord, UserRecord> {
  return {
    path: `deviceManagement/managedDevices('${device.id}')/users`,
    context: 'users',
    resource: userOf[version],
    items: (afterId) => peopleOf(tenant, device).filter(({ id }) => afterId === null || id > afterId),
    idOf: ({ id }) => id,
    sourceOf: (user) => user,
  };
}

function peopleOf({ directory }: GraphTenant, { inventory: { userPrincipalName } }: DeviceRecord): UserRecord[] {
  const user = userPrincipalName === '' ? undefined : directory.user(userPrincipalName);
  return user === undefined ? [] : [user];
}

/** Most devices break no policy: of them nothing has to be looked up. */
function graceUntil(device: DeviceRecord, policiesOf: ReturnType<GraphTenant['policyReader']>): number | null {
  if (device.compliance.results.every(({ since }) => since === null)) return null;
  const ends = policiesOf(device).flatMap(({ graceUntil: end }) => (end === null ? [] : [end]));
  return ends.length === 0 ? null : Math.min(...ends);
}

/** What is the same for all collections of managed devices. */
function described(call: Call, path: string): Omit<ManagedDevices, 'items'> {
  const { request, version, tenant } = call;
  const preferences = (request.headers.prefer ?? '').toLowerCase().split(/[,;]/);
  const unknownMembers = preferences.some((preference) => preference.trim() === 'include-unknown-enum-members');
  const user = peopleOnce(tenant.directory);
  let reader: ReturnType<GraphTenant['policyReader']> | undefined;
  const policiesOf: typeof reader = (device) => {
    reader ??= tenant.policyReader();
    return reader(device);
  };
  return {
    path,
    resource: managedDeviceOf[version],
    expansions: {
      deviceCompliancePolicyStates: policyStatesRelation(call),
      users: relationship({ resource: userOf[version], of: (device) => peopleOf(tenant, device), sourceOf: (one) => one }),
      ...(version === 'beta' && {
        detectedApps: relationship({ resource: detectedApp, of: appsOf, sourceOf: (app: FoundApp) => app }),
      }),
    },
    idOf: (device) => device.id,
    sourceOf: (device) => ({
      device,
      now: request.now,
      commands: () => tenant.commandsOf(device.id),
      bypassCode: () => tenant.bypassCode(device),
      graceUntil: () => graceUntil(device, policiesOf),
      user,
      unknownMembers,
    }),
  };
}
