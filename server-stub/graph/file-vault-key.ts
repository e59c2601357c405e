/** `GET …/managedDevices/{id}/getFileVaultKey()` of beta (Graph: intune-devices-manageddevice-getfilevaultkey). No list and no filter has the key. */
import { whyUnsupported } from '../../protocol/commands.ts';
import type { Need } from './caller.ts';
import { needOf } from './device-actions.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { GraphFault, refusedByIntune } from './errors.ts';
import { deviceOf } from './managed-devices.ts';
import { mustHaveRole } from './permission.ts';
import { queryOptions } from './query-options.ts';
import { jsonResponse } from './response.ts';
import type { GraphResponse } from './tenant.ts';

const needs: Need = { ...needOf('rotateFileVaultKey'), resourceAction: 'Microsoft.Intune_RemoteTasks_GetFileVaultKey' };

export const fileVaultKeyEndpoints: readonly Endpoint[] = [
  {
    path: 'deviceManagement/managedDevices/{id}/getFileVaultKey()',
    only: 'beta',
    methods: { GET: { needs, answer: getFileVaultKey } },
  },
];

/** @throws GraphFault 404, also for a Mac that has no key; 400 for what is no Mac */
function getFileVaultKey(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  queryOptions(request.query, version, []);
  const device = deviceOf(call);
  mustHaveRole(call, needs, device);
  // Who can have a key is who can have another one.
  const reason = whyUnsupported('rotateFileVaultKey', device.inventory);
  if (reason !== undefined) throw refusedByIntune(reason);
  const value = tenant.fileVaultKey(device);
  if (value === null) throw new GraphFault(404, 'ResourceNotFound', 'FileVault is off on this Mac: there is no recovery key.', true);
  return jsonResponse(request, { '@odata.context': `${request.origin}/${version}/$metadata#Edm.String`, value });
}
