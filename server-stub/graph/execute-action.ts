/**
 * `POST …/managedDevices/executeAction` of beta: one action on up to 100 devices (Graph: intune-devices-manageddevice-executeaction;
 * reference §2.4). Each device is judged by itself: the answer says of which the action was accepted, and of which not.
 */
import type { ManagedDeviceRemoteAction } from '@microsoft/microsoft-graph-types-beta';
import { actionTable, type Command, type CommandType } from '../../protocol/commands.ts';
import { Random } from '../../runtime/random.ts';
import type { DeviceRecord } from '../core/records.ts';
import type { Need } from './caller.ts';
import { commandOf, deletion, needOf } from './device-actions.ts';
import { brokenNameRule } from './device-name.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { GraphFault, refusedByIntune } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { hasRole, mustHaveRole } from './permission.ts';
import { readBody } from './request-json.ts';
import { jsonResponse } from './response.ts';
import type { GraphResponse, Initiator } from './tenant.ts';

/** The portal takes as many at once (reference §2.4). */
const devicesMax = 100;

/** Every name of the enum; null: no device of ours can do it. */
const actions: Readonly<Record<ManagedDeviceRemoteAction, CommandType | 'delete' | null>> = {
  retire: 'retire',
  delete: 'delete',
  wipe: 'wipe',
  rebootNow: 'rebootNow',
  setDeviceName: 'setDeviceName',
  syncDevice: 'syncDevice',
  fullScan: 'windowsDefenderScan',
  quickScan: 'windowsDefenderScan',
  signatureUpdate: 'windowsDefenderUpdateSignatures',
  customTextNotification: 'sendCustomNotificationToCompanyPortal',
  deprovision: null,
  disable: null,
  reenable: null,
  moveDeviceToOrganizationalUnit: null,
  activateDeviceEsim: null,
  collectDiagnostics: null,
  initiateMobileDeviceManagementKeyRecovery: null,
  initiateOnDemandProactiveRemediation: null,
  initiateDeviceAttestation: null,
  unknownFutureValue: null,
};

/** What the name alone says of its action. */
const parametersOf: Partial<Record<ManagedDeviceRemoteAction, object>> = {
  fullScan: { quickScan: false },
  quickScan: { quickScan: true },
};

/** Beside `actionName` and `deviceIds`. A client may send all of them, whatever the action; one that is none of its is not looked at. */
const parameterTypes: Readonly<Record<string, 'boolean' | 'string'>> = {
  keepEnrollmentData: 'boolean',
  keepUserData: 'boolean',
  persistEsimDataPlan: 'boolean',
  notificationTitle: 'string',
  notificationBody: 'string',
  deviceName: 'string',
  carrierUrl: 'string',
  deprovisionReason: 'string',
  organizationalUnitPath: 'string',
};

/** Which permission of Intune's roles is needed, the body says; whoever acts on devices at all may read them. */
const needs: Need = { ...needOf('wipe'), resourceAction: 'Microsoft.Intune_ManagedDevices_Read' };

export const executeActionEndpoints: readonly Endpoint[] = [
  { path: 'deviceManagement/managedDevices/executeAction', only: 'beta', methods: { POST: { needs, answer: executeAction } } },
];

interface Asked {
  action: CommandType | 'delete' | null;
  deviceIds: readonly string[];
  parameters: Readonly<Record<string, unknown>>;
}

type Outcome = 'successful' | 'failed' | 'notFound' | 'notSupported';

/** @throws GraphFault 400 for what is wrong with all of it, 403 for who may do this with no device, 415 */
function executeAction(call: Call): GraphResponse {
  const { request, version } = call;
  const { action, deviceIds, parameters } = readAsked(call);
  const need = action === null ? needs : action === 'delete' ? deletion : needOf(action);
  mustHaveRole(call, need);
  const commandFor = action === null || action === 'delete' ? null : commands(call, action, parameters, deviceIds.length);
  const by: Initiator = { ...initiatorOf(request), bulkId: request.requestId };
  const outcomes: Record<Outcome, string[]> = { successful: [], failed: [], notFound: [], notSupported: [] };
  for (const id of deviceIds) {
    const device = call.tenant.device(id.toLowerCase());
    outcomes[device === undefined ? 'notFound' : judge(call, device, action, need, commandFor, by)].push(id);
  }
  return jsonResponse(request, {
    '@odata.context': `${request.origin}/${version}/$metadata#microsoft.graph.bulkManagedDeviceActionResult`,
    value: {
      '@odata.type': 'microsoft.graph.bulkManagedDeviceActionResult',
      successfulDeviceIds: outcomes.successful,
      failedDeviceIds: outcomes.failed,
      notFoundDeviceIds: outcomes.notFound,
      notSupportedDeviceIds: outcomes.notSupported,
    },
  });
}

function judge(
  call: Call,
  device: DeviceRecord,
  action: Asked['action'],
  need: Need,
  commandFor: ((device: DeviceRecord) => Command) | null,
  by: Initiator,
): Outcome {
  const { tenant } = call;
  if (!hasRole(call, need, device)) return 'failed';
  if (action === 'delete') {
    tenant.deleteDevice(device.id, by);
    return 'successful';
  }
  if (action === null || commandFor === null || tenant.whyUnavailable(device, action) !== undefined) return 'notSupported';
  const command = commandFor(device);
  if (command.type === 'setDeviceName' && brokenNameRule(device.inventory.platform, command.parameters.deviceName) !== undefined) {
    return 'failed';
  }
  const { refused, tryAgainAt } = tenant.issue(device.id, command, by);
  if (tryAgainAt !== undefined) return 'failed';
  return refused === null ? 'successful' : 'notSupported';
}

/** @throws GraphFault 400 naming the parameter */
function readAsked({ request }: Call): Asked {
  const { actionName, deviceIds, ...rest } = readBody(request);
  if (actionName === undefined || actionName === null) throw refusedByIntune("The parameter 'actionName' of executeAction is missing.");
  if (typeof actionName !== 'string' || !Object.hasOwn(actions, actionName)) {
    throw refusedByIntune(
      `The parameter 'actionName' of executeAction is not valid: ${shown(actionName)} is none of ${Object.keys(actions).join(', ')}.`,
    );
  }
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(rest)) {
    if (name.includes('@')) continue;
    const type = Object.hasOwn(parameterTypes, name) ? parameterTypes[name] : undefined;
    if (type === undefined) {
      throw new GraphFault(
        400,
        'BadRequest',
        `The parameter '${name.slice(0, 64)}' in the request payload is not a valid parameter for the operation 'executeAction'.`,
      );
    }
    if (value !== null && typeof value !== type) {
      // A text may stand within it (in a list, say), and those of notifications are repeated nowhere.
      const instead = type === 'string' ? '' : `, not ${shown(value)}`;
      throw refusedByIntune(`The parameter '${name}' of executeAction is not valid: a ${type} is expected${instead}.`);
    }
    if (value !== null) parameters[name] = value;
  }
  const name = actionName as ManagedDeviceRemoteAction;
  return { action: actions[name], deviceIds: readIds(deviceIds), parameters: { ...parameters, ...parametersOf[name] } };
}

function readIds(deviceIds: unknown): string[] {
  const wrong = (what: string) => refusedByIntune(`The parameter 'deviceIds' of executeAction is not valid: ${what}.`);
  if (deviceIds === undefined || deviceIds === null) throw refusedByIntune("The parameter 'deviceIds' of executeAction is missing.");
  if (!Array.isArray(deviceIds) || !deviceIds.every((id) => typeof id === 'string')) throw wrong('a list of ids is expected');
  if (deviceIds.length === 0) throw wrong('it names no device');
  if (deviceIds.length > devicesMax) throw wrong(`it names ${deviceIds.length} devices, and ${devicesMax} are allowed`);
  const seen = new Set<string>();
  for (const id of deviceIds) {
    if (seen.has(id.toLowerCase())) throw wrong(`it names ${shown(id)} twice`);
    seen.add(id.toLowerCase());
  }
  return deviceIds;
}

/** The command for each device; their names are told apart by what the variables stand for. @throws GraphFault 400 */
function commands(call: Call, type: CommandType, sent: Asked['parameters'], count: number): (device: DeviceRecord) => Command {
  const parameters = Object.fromEntries(Object.entries(sent).filter(([name]) => Object.hasOwn(actionTable[type].asked.shape, name)));
  const command = commandOf(type, parameters);
  if (command.type !== 'setDeviceName') return () => command;
  const { deviceName } = command.parameters;
  const unknown = /\{\{(?!serialnumber\}\}|rand:[1-9]\}\})/i.exec(deviceName);
  if (unknown !== null || (count > 1 && !deviceName.includes('{{'))) {
    throw refusedByIntune(
      "The parameter 'deviceName' of executeAction is not valid: names of several devices are told apart by {{serialnumber}} or {{rand:x}}, x being the number of digits, 1 to 9.",
    );
  }
  return (device) => ({ type: 'setDeviceName', parameters: { deviceName: filledIn(call, deviceName, device) } });
}

function filledIn({ request }: Call, template: string, { id, inventory }: DeviceRecord): string {
  const random = new Random(`${request.requestId}/${id}`);
  const digits = (count: number) => Array.from({ length: count }, () => String(Math.floor(random.unit() * 10))).join('');
  return template
    .replaceAll(/\{\{serialnumber\}\}/gi, () => inventory.serialNumber)
    .replaceAll(/\{\{rand:(\d)\}\}/gi, (_all, count: string) => digits(Number(count)));
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'nothing').slice(0, 64);
}
