/**
 * Custom notifications of a story go through Graph, as those of a real administrator: what it refuses is a part of the story. Whoever is
 * named in `by` and is a person of the tenant has the roles that the tenant gives them; of anybody else a story asks nothing (CN-05).
 */
import { firstAdministrator, firstAdministratorCaller } from '../../server-stub/core/people.ts';
import { type Caller, personCaller } from '../../server-stub/graph/caller.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import type { Step } from '../scenarios/scenario.ts';
import { namedEntries } from '../tenant/named-entries.ts';
import { askGraph } from './ask-graph.ts';
import type { Outcome } from './perform.ts';

const action = 'sendCustomNotificationToCompanyPortal';

/** To the people in groups of the tenant; names that it has not are sent as they are. */
export function notifyGroups(tenant: GraphTenant, { groups, text }: Extract<Step, { kind: 'notify' }>, by: string, now: number): Outcome {
  const names = namedEntries(tenant);
  return send(tenant, 'deviceManagement', by, now, {
    notificationTitle: text.title,
    notificationBody: text.body,
    groupsToNotify: groups.map((name) => names.find('group', name)?.id ?? name),
  });
}

/** What Graph says to somebody who may not send one to this device; null: it is not for lack of a role. */
export function whyNotAllowed(tenant: GraphTenant, id: string, parameters: object, by: string, now: number): Outcome {
  const user = by === firstAdministrator ? undefined : tenant.directory.user(by);
  const device = tenant.device(id);
  if (user === undefined || device === undefined) return null;
  if (tenant.allows(user.id, 'Microsoft.Intune_RemoteTasks_CustomNotification', device)) return null;
  return send(tenant, `deviceManagement/managedDevices/${id}`, by, now, parameters);
}

function send(tenant: GraphTenant, path: string, by: string, now: number, parameters: object): Outcome {
  const { status, body } = askGraph(tenant, {
    method: 'POST',
    path: `/beta/${path}/${action}`,
    body: parameters,
    caller: callerOf(tenant, by),
    now,
  });
  return status < 300 ? null : `refused: ${messageOf(body)}`;
}

function callerOf(tenant: GraphTenant, by: string): Caller {
  const user = tenant.directory.user(by);
  return user === undefined ? { ...firstAdministratorCaller(), name: by } : personCaller(user.id, user.userPrincipalName);
}

/** Without what Intune puts around it. */
function messageOf(body: string): string {
  const { error } = JSON.parse(body) as { error: { message: string } };
  const told = error.message.startsWith('{') ? (JSON.parse(error.message) as { Message: string }).Message : error.message;
  return told.replace(/ - Operation ID .*$/s, '');
}
