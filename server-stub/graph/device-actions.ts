/** Changing managed devices: an action, or the deletion of the record (Graph: intune-devices-manageddevice-{wipe,retire,…,delete}). */
import { actionTable, type Command, type CommandType, commandTypes } from '../../protocol/commands.ts';
import { sendsToDeviceMax } from '../core/notifications/send-limits.ts';
import type { Need } from './caller.ts';
import { notificationPermissions } from './custom-notifications.ts';
import { patchManagedDevice } from './device-edit.ts';
import { brokenNameRule } from './device-name.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { badRequest, refusedByIntune, sentTooOften } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { deviceOf, getManagedDevice } from './managed-devices.ts';
import { mustHaveRole } from './permission.ts';
import { readBody } from './request-json.ts';
import { noContent } from './response.ts';
import type { GraphRequest, GraphResponse } from './tenant.ts';

const privileged = 'DeviceManagementManagedDevices.PrivilegedOperations.All';
const readWrite = 'DeviceManagementManagedDevices.ReadWrite.All';
/** Beside the privileged permission, which every action takes: the pages of two name lesser ones (reference §2.1). */
const lessPrivileged: Partial<Record<CommandType, readonly string[]>> = {
  rotateBitLockerKeys: [readWrite],
  sendCustomNotificationToCompanyPortal: notificationPermissions,
};

/** Graph's verb as Intune's roles call it, where that is another word (reference §6.2). Roles have no word for recoverPasscode: whoever may reset a passcode may ask. */
const resourceActions: Partial<Record<CommandType, string>> = {
  cleanWindowsDevice: 'CleanPC',
  logoutSharedAppleDeviceActiveUser: 'ManageSharedDeviceUsers',
  deleteUserFromSharedAppleDevice: 'ManageSharedDeviceUsers',
  windowsDefenderScan: 'WindowsDefender',
  windowsDefenderUpdateSignatures: 'WindowsDefender',
  recoverPasscode: 'ResetPasscode',
  sendCustomNotificationToCompanyPortal: 'CustomNotification',
  updateWindowsDeviceAccount: 'UpdateDeviceAccount',
};

/** `wipe` → `Microsoft.Intune_RemoteTasks_Wipe`. */
export function resourceActionOf(type: CommandType): string {
  return `Microsoft.Intune_RemoteTasks_${resourceActions[type] ?? `${type.charAt(0).toUpperCase()}${type.slice(1)}`}`;
}

export function needOf(type: CommandType): Need {
  return { permissions: [...(lessPrivileged[type] ?? []), privileged], resourceAction: resourceActionOf(type), of: 'intune' };
}

export const deletion: Need = { permissions: [readWrite], resourceAction: 'Microsoft.Intune_ManagedDevices_Delete', of: 'intune' };

export const deviceActionEndpoints: readonly Endpoint[] = [
  {
    path: 'deviceManagement/managedDevices/{id}',
    methods: { GET: getManagedDevice, PATCH: patchManagedDevice, DELETE: { needs: deletion, answer: deleteManagedDevice } },
  },
  ...commandTypes.map(
    (type): Endpoint => ({
      path: `deviceManagement/managedDevices/{id}/${type}`,
      ...(actionTable[type].beta === true && { only: 'beta' as const }),
      methods: { POST: { needs: needOf(type), answer: (call) => issueAction(call, type) } },
    }),
  ),
];

/**
 * Queues an action: 204 says that it waits for its device, not that it was done. A custom notification is sent instead, and nothing
 * more is ever said of it (CN-18).
 * @throws GraphFault 404; 400 for wrong parameters and for what is greyed out, with the reason; 415; 429
 */
function issueAction(call: Call, type: CommandType): GraphResponse {
  const { request, tenant } = call;
  const device = deviceOf(call);
  mustHaveRole(call, needOf(type), device);
  const command = readCommand(request, type);
  const { platform } = device.inventory;
  // Whether the device can be renamed at all is said before what is wrong with the name.
  const reason = tenant.whyUnavailable(device, type);
  if (reason !== undefined) throw refusedByIntune(reason);
  if (command.type === 'setDeviceName') {
    const broken = brokenNameRule(platform, command.parameters.deviceName);
    if (broken !== undefined) throw refusedByIntune(broken);
  }
  const { refused, tryAgainAt } = tenant.issue(device.id, command, initiatorOf(request));
  if (refused !== null) throw refusedByIntune(refused);
  if (tryAgainAt === undefined) return noContent(request);
  throw sentTooOften(`${sendsToDeviceMax} custom notifications were sent to this device within the last hour`, tryAgainAt, request.now);
}

/** @throws GraphFault 404 */
function deleteManagedDevice(call: Call): GraphResponse {
  const device = deviceOf(call);
  mustHaveRole(call, deletion, device);
  call.tenant.deleteDevice(device.id, initiatorOf(call.request));
  return noContent(call.request);
}

/** The action with the parameters that an administrator may send; what only the service adds is refused as any unknown name is. */
function readCommand(request: GraphRequest, type: CommandType): Command {
  const { asked } = actionTable[type];
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(readBody(request))) {
    // `@odata.type` and the like describe the others.
    if (name.includes('@')) continue;
    if (!Object.hasOwn(asked.shape, name)) {
      throw badRequest(`The parameter '${name.slice(0, 64)}' in the request payload is not a valid parameter for the operation '${type}'.`);
    }
    // Graph's parameters are nullable: null is the same as absent.
    if (value !== null) parameters[name] = value;
  }
  return commandOf(type, parameters);
}

/** @throws GraphFault 400 naming the parameter */
export function commandOf(type: CommandType, parameters: Readonly<Record<string, unknown>>): Command {
  const parsed = actionTable[type].asked.safeParse(parameters);
  if (parsed.success) return { type, parameters: parsed.data } as Command;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0]);
  if (!Object.hasOwn(parameters, name)) throw refusedByIntune(`The parameter '${name}' of ${type} is missing.`);
  throw refusedByIntune(`The parameter '${name}' of ${type} is not valid: ${issue?.message}`);
}
