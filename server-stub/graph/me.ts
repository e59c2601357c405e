/** The caller as a person (Graph: user-get, `/me`). A program that signed in as itself is nobody. */
import type { UserRecord } from '../core/directory-records.ts';
import type { Need } from './caller.ts';
import { countItems, listPage, oneItem } from './collection.ts';
import { objectNotFound } from './directory-faults.ts';
import { directoryNeeds } from './directory-needs.ts';
import { objectListEndpoints } from './directory-object.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { managedDevicesOf } from './managed-devices.ts';
import { mustBePerson } from './permission.ts';
import { groupsOfPerson, personOf, users } from './users.ts';

/** People see their own devices without a role of Intune. */
const readOwnDevices: Need = {
  permissions: ['DeviceManagementManagedDevices.Read.All', 'DeviceManagementManagedDevices.ReadWrite.All'],
  of: 'intune',
};
const readDevices: Need = { ...readOwnDevices, resourceAction: 'Microsoft.Intune_ManagedDevices_Read' };

const ownDevices = (call: Call) => managedDevicesOf(call, { path: 'me/managedDevices', ...me(call) });

function devicesOfPerson(call: Call) {
  const key = encodeURIComponent((call.params.id ?? '').replaceAll("'", "''"));
  const path = `users('${key}')/managedDevices`;
  return managedDevicesOf(call, { path, ...personOf(call) });
}

export const meEndpoints: readonly Endpoint[] = [
  {
    path: 'me',
    methods: {
      GET: {
        needs: directoryNeeds.readMe,
        answer(call) {
          const own = me(call);
          return oneItem(call, users(call), () => own);
        },
      },
    },
  },
  ...(['memberOf', 'transitiveMemberOf'] as const).flatMap((relation) =>
    objectListEndpoints(`me/${relation}`, directoryNeeds.readOwnGroups, (call) => groupsOfPerson(call, me(call), relation)),
  ),
  { path: 'me/managedDevices', methods: { GET: { needs: readOwnDevices, answer: (call) => listPage(call, ownDevices(call)) } } },
  { path: 'me/managedDevices/$count', methods: { GET: { needs: readOwnDevices, answer: (call) => countItems(call, ownDevices(call)) } } },
  { path: 'users/{id}/managedDevices', methods: { GET: { needs: readDevices, answer: (call) => listPage(call, devicesOfPerson(call)) } } },
  {
    path: 'users/{id}/managedDevices/$count',
    methods: { GET: { needs: readDevices, answer: (call) => countItems(call, devicesOfPerson(call)) } },
  },
];

/** @throws GraphFault 400 for a program, 404 for someone who was deleted */
export function me(call: Call): UserRecord {
  mustBePerson(call);
  const { id } = call.request.caller;
  const user = call.tenant.directory.entry('user', id);
  if (user === undefined) throw objectNotFound(id);
  return user;
}
