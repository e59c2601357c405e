/**
 * `POST /deviceManagement/sendCustomNotificationToCompanyPortal` of beta: a text to the people in up to 25 groups, on their iOS and
 * Android devices (reference §8.8). 204 says that it was sent, and nothing else ever does (CN-18). What is judged first: who asks, then
 * the text, then the groups, then the limit; one that is refused leaves nothing behind, and does not count.
 */
import { bodySchema, groupsToNotifyMax, titleSchema } from '../../protocol/notification-text.ts';
import { sendsToGroupsMax } from '../core/notifications/send-limits.ts';
import type { Need } from './caller.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { badRequest, type GraphFault, refusedByIntune, sentTooOften } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { readBody } from './request-json.ts';
import { noContent } from './response.ts';
import type { GraphResponse } from './tenant.ts';

const operation = 'sendCustomNotificationToCompanyPortal';

/**
 * What a token needs for a custom notification. Its pages have named these, one after the other (Graph:
 * intune-devices-devicemanagement-… and intune-devices-manageddevice-sendcustomnotificationtocompanyportal): each is enough.
 */
export const notificationPermissions: readonly string[] = [
  'DeviceManagementManagedDevices.ReadWrite.All',
  'DeviceManagementServiceConfig.ReadWrite.All',
];

/** Organization / Update (CN-05); what is sent goes to people, so that no scope of a role assignment says whom it may reach. */
const needs: Need = { permissions: notificationPermissions, resourceAction: 'Microsoft.Intune_Organization_Update', of: 'intune' };

export const customNotificationEndpoints: readonly Endpoint[] = [
  { path: `deviceManagement/${operation}`, only: 'beta', methods: { POST: { needs, answer: notifyGroups } } },
];

const parameters = ['notificationTitle', 'notificationBody', 'groupsToNotify'] as const;
type Parameter = (typeof parameters)[number];

/** @throws GraphFault 400 naming the parameter, 415, 429 with the time of the stub's clock at which it is possible again */
function notifyGroups(call: Call): GraphResponse {
  const { request, tenant } = call;
  const sent = readBody(request);
  for (const name of Object.keys(sent)) {
    // `@odata.type` and the like describe the others.
    if (!name.includes('@') && !(parameters as readonly string[]).includes(name)) {
      throw badRequest(
        `The parameter '${name.slice(0, 64)}' in the request payload is not a valid parameter for the operation '${operation}'.`,
      );
    }
  }
  const text = { title: readText(sent, 'notificationTitle', titleSchema), body: readText(sent, 'notificationBody', bodySchema) };
  const groupIds = readGroups(call, given(sent, 'groupsToNotify'));
  const { tryAgainAt } = tenant.notifyGroups(groupIds, text, initiatorOf(request));
  if (tryAgainAt === null) return noContent(request);
  throw sentTooOften(`${sendsToGroupsMax} custom notifications were sent to groups within the last hour`, tryAgainAt, request.now);
}

/** @throws GraphFault 400: parameters are nullable, and null is the same as absent */
function given(sent: Readonly<Record<string, unknown>>, name: Parameter): unknown {
  const value = sent[name];
  if (value === undefined || value === null) throw refusedByIntune(`The parameter '${name}' of ${operation} is missing.`);
  return value;
}

function wrong(name: Parameter, what: string): GraphFault {
  return refusedByIntune(`The parameter '${name}' of ${operation} is not valid: ${what}`);
}

/** @throws GraphFault 400 */
function readText(sent: Readonly<Record<string, unknown>>, name: Parameter, schema: typeof titleSchema): string {
  const parsed = schema.safeParse(given(sent, name));
  if (parsed.success) return parsed.data;
  throw wrong(name, String(parsed.error.issues[0]?.message));
}

/** Each once, in lower case. @throws GraphFault 400 */
function readGroups({ tenant }: Call, asked: unknown): string[] {
  const name = 'groupsToNotify';
  if (!Array.isArray(asked) || !asked.every((id) => typeof id === 'string')) throw wrong(name, 'a list of ids of groups is expected');
  const ids = [...new Set(asked.map((id: string) => id.toLowerCase()))];
  if (ids.length === 0) throw wrong(name, `it names no group; 1 to ${groupsToNotifyMax} are allowed`);
  if (ids.length > groupsToNotifyMax) throw wrong(name, `it names ${ids.length} groups, and ${groupsToNotifyMax} are allowed`);
  const unknown = ids.find((id) => tenant.directory.entry('group', id) === undefined);
  if (unknown !== undefined) throw wrong(name, `no group has the id '${unknown.slice(0, 64)}'`);
  return ids;
}
