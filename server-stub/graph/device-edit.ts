/** What an administrator may write about a managed device (Graph: intune-devices-manageddevice-update; reference §1.1): its device hears nothing of it. */
import { matching, nullable, oneOf, readFields, text } from './body-fields.ts';
import type { Need } from './caller.ts';
import { entityBody } from './collection.ts';
import type { Call, Method } from './endpoint.ts';
import { initiatorOf } from './initiator.ts';
import { managedDeviceOf } from './managed-device.ts';
import { deviceOf, findDevice, managedDevices } from './managed-devices.ts';
import { mustHaveRole } from './permission.ts';
import { readBody } from './request-json.ts';
import { jsonResponse } from './response.ts';
import type { DeviceEdit, GraphResponse } from './tenant.ts';

const needs: Need = {
  permissions: ['DeviceManagementManagedDevices.ReadWrite.All'],
  resourceAction: 'Microsoft.Intune_ManagedDevices_Update',
  of: 'intune',
};

const owner = oneOf(['company', 'personal']);

/** All others are read-only. Nothing of Microsoft's says how long the texts may be. */
const v1Fields = {
  managedDeviceName: text(255),
  notes: nullable(matching(/^[\s\S]{0,4096}$/, 'a text of at most 4096 characters')),
  managedDeviceOwnerType: owner,
};
/** The owner has two names there. */
const betaFields = { ...v1Fields, ownerType: owner };

/** `PATCH …/managedDevices/{id}`: 200 with the whole device. */
export const patchManagedDevice: Method = { needs, answer: patch };

/** @throws GraphFault 400, 404, 415 */
function patch(call: Call): GraphResponse {
  const { request, tenant, version } = call;
  const device = deviceOf(call);
  mustHaveRole(call, needs, device);
  const written = { resource: managedDeviceOf[version], name: 'managedDevice', of: 'intune' } as const;
  const body = readBody(request);
  const values =
    version === 'beta' ? readFields(body, betaFields, written) : { ...readFields(body, v1Fields, written), ownerType: undefined };
  const { managedDeviceOwnerType, ownerType = managedDeviceOwnerType, ...rest } = values;
  const change: DeviceEdit = { ...rest, ...(ownerType !== undefined && { owner: ownerType }) };
  if (Object.keys(change).length > 0) tenant.editDevice(device.id, change, initiatorOf(request));
  return jsonResponse(request, entityBody(call, managedDevices(call), findDevice(tenant, device.id)));
}
