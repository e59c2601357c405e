/** Custom notifications of a tenant in a test, as its first administrator sends them. */
import { bodySchema, groupsToNotifyMax, type NotificationText, titleSchema } from '../../protocol/notification-text.ts';
import { firstAdministratorCaller } from '../../server-stub/core/people.ts';
import type { GraphTenant, Initiator } from '../../server-stub/graph/tenant.ts';
import { show } from '../scenarios/errors.ts';
import type { Engine } from './engine.ts';
import { TenantError } from './errors.ts';

/** That it was sent is all that anybody is told of it (CN-18). */
export interface NotifyOutcome {
  sent: boolean;
  /** Too many were sent within the hour: when it is possible again, in milliseconds since 1970. */
  tryAgainAt: number | null;
}

export interface GroupNotification extends NotificationText {
  /** By display name or id, 25 at most. */
  groups: readonly string[];
}

/** @throws TenantError `notification-invalid`, `group-unknown`, `group-ambiguous` */
export function notifyGroups(engine: Engine, notification: GroupNotification): NotifyOutcome {
  const text = checked(notification);
  const { groups } = notification;
  if (!Array.isArray(groups)) throw invalid("groups: a list of names or ids is expected, such as ['Berlin']");
  if (groups.length === 0) throw invalid('groups: name one at least');
  return engine.do((machines) => {
    const tenant = machines.tenant();
    const ids = [...new Set(groups.map((group) => groupId(tenant, group)))];
    if (ids.length > groupsToNotifyMax) throw invalid(`groups: ${ids.length} of them, and ${groupsToNotifyMax} are allowed`);
    return outcomeOf(tenant.notifyGroups(ids, text, administrator()).tryAgainAt);
  });
}

/** @throws TenantError `notification-invalid`; `action-unavailable` for a device that never gets any; `device-unmanaged` */
export function notifyDevice(engine: Engine, id: string | null, notification: NotificationText): NotifyOutcome {
  const text = checked(notification);
  return engine.do((machines) => {
    const tenant = machines.tenant();
    if (id === null || tenant.device(id) === undefined) {
      throw new TenantError('device-unmanaged', 'The tenant has no record of this device: nothing can be sent to it.');
    }
    const parameters = { notificationTitle: text.title, notificationBody: text.body };
    const { refused, tryAgainAt } = tenant.issue(id, { type: 'sendCustomNotificationToCompanyPortal', parameters }, administrator());
    if (refused !== null) throw new TenantError('action-unavailable', refused);
    return outcomeOf(tryAgainAt ?? null);
  });
}

/** Its text alone: whatever else the object has (an id of its own, perhaps) is no part of what is sent. */
function checked(text: NotificationText): NotificationText {
  if (typeof text !== 'object' || text === null)
    throw invalid(`an object such as { title: 'Hello', body: 'World' } is expected, not ${show(text)}`);
  for (const [name, schema] of Object.entries({ title: titleSchema, body: bodySchema })) {
    const { error } = schema.safeParse(text[name as keyof NotificationText]);
    if (error !== undefined) throw invalid(`${name}: ${error.issues[0]?.message}`);
  }
  return { title: text.title, body: text.body };
}

/** @throws TenantError */
function groupId(tenant: GraphTenant, named: string): string {
  const wanted = String(named).toLowerCase();
  const found: string[] = [];
  for (const { id, displayName } of tenant.directory.entriesAfter('group', null)) {
    if (id === wanted) return id;
    if (displayName.toLowerCase() === wanted) found.push(id);
  }
  const [first] = found;
  if (first === undefined) throw new TenantError('group-unknown', `No group has the name or id ${show(named)}.`);
  if (found.length > 1) throw new TenantError('group-ambiguous', `${found.length} groups are called ${show(named)}: ${found.join(', ')}.`);
  return first;
}

const outcomeOf = (tryAgainAt: number | null): NotifyOutcome => ({ sent: tryAgainAt === null, tryAgainAt });

function administrator(): Initiator {
  const { name, id } = firstAdministratorCaller();
  return { name, isUser: false, id };
}

function invalid(what: string): TenantError {
  return new TenantError('notification-invalid', `This notification cannot be sent: ${what}.`);
}
