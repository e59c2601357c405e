/** The directory's side of managed devices, read-only: they come by enrolment and go with their record (Graph: device-list, -get). */
import type { Member } from '../core/directory-records.ts';
import type { DeviceRecord } from '../core/records.ts';
import { type Collection, countItems, listPage, oneItem } from './collection.ts';
import { deviceObjectId, recordOfAzureDevice, recordOfDeviceObject } from './derived-guid.ts';
import { directoryDeviceOf } from './directory-device.ts';
import { objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import { directoryObjectOf, membersOf, type ObjectList, objectListEndpoints, objectsOf } from './directory-object.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { equalTexts, foundAfter } from './equal-texts.ts';
import { relationship } from './query.ts';
import type { GraphTenant } from './tenant.ts';
import { personOf } from './users.ts';

const { readDevices, readMemberships, readUsers } = directoryNeeds;

/** Whose it is: the one who enrolled it, as long as the directory knows them. */
const people = ({ directory }: GraphTenant, { inventory: { userPrincipalName } }: DeviceRecord): Member[] => {
  const user = userPrincipalName === '' ? undefined : directory.user(userPrincipalName);
  return user === undefined ? [] : [{ id: user.id, kind: 'user' }];
};

/** Graph's names of what belongs to a device, each with how it is found. */
const relations = {
  registeredOwners: people,
  registeredUsers: people,
  memberOf: ({ directory }: GraphTenant, { id }: DeviceRecord) => membersOf(directory.memberOf(deviceObjectId(id))),
  transitiveMemberOf: ({ directory }: GraphTenant, { id }: DeviceRecord) => membersOf(directory.transitiveMemberOf(deviceObjectId(id))),
};
type Relation = keyof typeof relations;

export const directoryDeviceEndpoints: readonly Endpoint[] = [
  { path: 'devices', methods: { GET: { needs: readDevices, answer: (call) => listPage(call, devices(call)) } } },
  { path: 'devices/$count', methods: { GET: { needs: readDevices, answer: (call) => countItems(call, devices(call)) } } },
  {
    path: 'devices/{id}',
    methods: { GET: { needs: readDevices, answer: (call) => oneItem(call, devices(call), () => byObjectId(call)) } },
  },
  {
    path: 'devices(deviceId)',
    methods: { GET: { needs: readDevices, answer: (call) => oneItem(call, devices(call), () => byDeviceId(call)) } },
  },
  ...Object.keys(relations).flatMap((relation) =>
    objectListEndpoints(`devices/{id}/${relation}`, relation.includes('emberOf') ? readMemberships : readDevices, (call): ObjectList => {
      const device = byObjectId(call);
      return {
        path: `devices/${deviceObjectId(device.id)}/${relation}`,
        all: () => relations[relation as Relation](call.tenant, device),
      };
    }),
  ),
  ...['ownedDevices', 'registeredDevices'].flatMap((relation) =>
    objectListEndpoints(`users/{id}/${relation}`, readUsers, (call): ObjectList => {
      const { userPrincipalName } = personOf(call);
      const condition = { property: 'userPrincipalName', oneOf: [userPrincipalName.toLowerCase()] } as const;
      const devicesOf = () =>
        [...call.tenant.devicesAfter(null, condition)].map(({ id }): Member => ({ id: deviceObjectId(id), kind: 'device' }));
      const all = () => devicesOf().sort((a, b) => (a.id < b.id ? -1 : 1));
      return { path: `users/${encodeURIComponent(call.params.id ?? '')}/${relation}`, all };
    }),
  ),
];

function devices({ version, tenant }: Call): Collection<DeviceRecord, DeviceRecord> {
  const expansion = (relation: Relation) =>
    relationship({
      resource: directoryObjectOf[version],
      of: (device: DeviceRecord) => objectsOf(tenant, relations[relation](tenant, device)),
      sourceOf: (object) => object,
      limit: 20,
    });
  return {
    path: 'devices',
    resource: directoryDeviceOf[version],
    style: 'directory',
    // In the order of their records' ids, which is any order to whoever sees the objects' ids.
    items(afterId, _, filter) {
      const named = equalTexts(filter, 'id')?.map(recordOfDeviceObject) ?? equalTexts(filter, 'deviceId')?.map(recordOfAzureDevice);
      if (named === undefined) return tenant.devicesAfter(afterId);
      return foundAfter(
        named.map((id) => (id === undefined ? undefined : tenant.device(id))),
        afterId,
      );
    },
    idOf: ({ id }) => id,
    sourceOf: (device) => device,
    expansions: {
      registeredOwners: expansion('registeredOwners'),
      registeredUsers: expansion('registeredUsers'),
      memberOf: expansion('memberOf'),
      transitiveMemberOf: expansion('transitiveMemberOf'),
    },
  };
}

const byObjectId = ({ tenant, params }: Call) => found(tenant, params.id ?? '', recordOfDeviceObject);
const byDeviceId = ({ tenant, params }: Call) => found(tenant, params.deviceid ?? '', recordOfAzureDevice);

/** @throws GraphFault 404 */
function found(tenant: GraphTenant, id: string, recordOf: (id: string) => string | undefined): DeviceRecord {
  const recordId = recordOf(id);
  const device = recordId === undefined ? undefined : tenant.device(recordId);
  if (device === undefined) throw objectNotFound(id);
  return device;
}
