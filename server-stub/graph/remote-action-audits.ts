/**
 * remoteActionAudits of beta: every action that was asked for, by whom, and what became of it. Its names are older than those of the
 * actions (reference §1.5). What a device's own user starts leaves no audit event (TD-07), but it is seen here.
 */
import type { RemoteAction, RemoteActionAudit } from '@microsoft/microsoft-graph-types-beta';
import { auditedName } from '../../protocol/commands.ts';
import { formatInstant } from '../../runtime/duration.ts';
import { type CommandRecord, type DeviceRecord, deviceNameOf } from '../core/records.ts';
import { actionStateOf } from './action-results.ts';
import { type Collection, countItems, itemsAfter, listPage, oneItem } from './collection.ts';
import { type Call, type Endpoint, intuneRead } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { type Column, type PropertyType, resource } from './property.ts';

interface ActionSource {
  command: CommandRecord;
  /** undefined: the record is gone; the command knows what the device was called then. */
  device: () => DeviceRecord | undefined;
}

function remoteAction({ action, command }: CommandRecord): RemoteAction {
  const keeps = action === 'wipe' && command.type === 'wipe' && command.parameters.keepEnrollmentData === true;
  if (keeps) return 'factoryResetKeepEnrollmentData';
  if (command.type === 'windowsDefenderScan' && !command.parameters.quickScan) return 'fullScan';
  return action === 'delete' ? action : auditedName(action);
}

function column<Value>(type: PropertyType, read: (source: ActionSource) => Value): Column<Value, ActionSource> {
  return { type, read, visibility: 'always', hidden: null };
}

const text = <Value extends string | null>(read: (source: ActionSource) => Value) => column('Edm.String', read);

const owner = ({ command, device }: ActionSource) => device()?.inventory.userPrincipalName ?? command.deviceOwner;

const table: { [Name in keyof RemoteActionAudit]-?: Column<Required<RemoteActionAudit>[Name], ActionSource> } = {
  id: text(({ command }) => command.id),
  deviceDisplayName: text(({ command, device }) => {
    const record = device();
    return record === undefined ? command.deviceName : deviceNameOf(record);
  }),
  userName: text(({ command }) => command.initiatedBy),
  initiatedByUserPrincipalName: text(({ command }) => command.initiatedBy),
  action: column('enum', ({ command }) => remoteAction(command)),
  requestDateTime: column('Edm.DateTimeOffset', ({ command }) => formatInstant(command.requestedAt)),
  deviceOwnerUserPrincipalName: text(owner),
  deviceIMEI: text(() => ''),
  actionState: column('enum', ({ command }) => actionStateOf[command.status]),
  managedDeviceId: text(({ command }) => command.deviceId),
  deviceActionCategory: column('enum', ({ command }) => (command.bulkId === null ? 'single' : 'bulk')),
  bulkDeviceActionId: text(({ command }) => command.bulkId),
};

const remoteActionAudit = resource('microsoft.graph.remoteActionAudit', table);

const path = 'deviceManagement/remoteActionAudits';
const needs = intuneRead('DeviceManagementManagedDevices', 'Microsoft.Intune_ManagedDevices_Read');

export const remoteActionAuditEndpoints: readonly Endpoint[] = [
  { path, only: 'beta', methods: { GET: { needs, answer: (call) => listPage(call, audits(call)) } } },
  { path: `${path}/$count`, only: 'beta', methods: { GET: { needs, answer: (call) => countItems(call, audits(call)) } } },
  { path: `${path}/{id}`, only: 'beta', methods: { GET: { needs, answer: (call) => oneItem(call, audits(call), () => auditOf(call)) } } },
];

/** Newest first. */
function audits({ tenant }: Call): Collection<CommandRecord, ActionSource> {
  return {
    path,
    resource: remoteActionAudit,
    items: (afterId) => (afterId === null ? tenant.allCommands() : itemsAfter(tenant.allCommands(), ({ id }) => id === afterId)),
    idOf: ({ id }) => id,
    sourceOf: (command) => ({ command, device: () => tenant.device(command.deviceId) }),
  };
}

/** @throws GraphFault 404 */
function auditOf({ tenant, params: { id = '' } }: Call): CommandRecord {
  for (const command of tenant.allCommands()) if (command.id === id.toLowerCase()) return command;
  throw new GraphFault(404, 'ResourceNotFound', `No remote action audit has the id '${id.slice(0, 64)}'`, true);
}
