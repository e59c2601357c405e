/** Sending a custom notification: to one device, or to groups. It is worked on at once, and nothing of its text is written anywhere (CN-06, CN-18). */
import type { NotificationText } from '../../../protocol/notification-text.ts';
import type { Initiator } from '../../graph/tenant.ts';
import { audit } from '../audit.ts';
import type { ServerOut } from '../effects.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { pushNotification } from './deliver.ts';
import { startFanOut } from './fan-out.ts';
import { lagMs } from './recently-left.ts';
import { countSend, possibleAgainAt, toGroups } from './send-limits.ts';

/** null: it was sent. An instant: when it is possible again (CN-07, CN-08). */
export type TryAgainAt = number | null;

const action = 'sendCustomNotificationToCompanyPortal';
const countSetting = 'notifications-to-groups';

/** To the one device alone, whoever its user is. */
export function notifyDevice(
  core: Core,
  record: DeviceRecord,
  text: NotificationText,
  by: Initiator,
  now: number,
  out: ServerOut,
): TryAgainAt {
  const againAt = possibleAgainAt(core, record.id, now);
  if (againAt !== null) return refuse(record.id, againAt, out);
  countSend(core, record.id, now);
  record.commandCount += 1;
  audit(core, record, `${action} ManagedDevice`, by, record.commandCount, now);
  core.store.saveDevice(record);
  const notification = { id: `${record.id}/notification/${record.commandCount}`, sentAt: now, ...text };
  out.note({ kind: 'notification-sent', deviceId: record.id, notificationId: notification.id, groups: 0 });
  core.afterCommit.push(() => pushNotification(core, record.id, notification, now, out));
  return null;
}

/** To the people in these groups; each is there, and there are 25 at most: who calls has looked. */
export function notifyGroups(
  core: Core,
  groupIds: readonly string[],
  text: NotificationText,
  by: Initiator,
  now: number,
  out: ServerOut,
): TryAgainAt {
  const againAt = possibleAgainAt(core, toGroups, now);
  if (againAt !== null) return refuse(null, againAt, out);
  countSend(core, toGroups, now);
  audit(core, null, `${action} DeviceManagement`, by, '', now);
  const count = Number(core.store.setting(countSetting) ?? 0) + 1;
  core.store.saveSetting(countSetting, String(count));
  const notification = { id: `notification/${count}`, sentAt: now, ...text };
  core.afterCommit.push(() => startFanOut(core, notification, groupIds, lagMs(core, notification.id), now));
  out.note({ kind: 'notification-sent', deviceId: null, notificationId: notification.id, groups: groupIds.length });
  return null;
}

function refuse(deviceId: string | null, againAt: number, out: ServerOut): TryAgainAt {
  out.note({ kind: 'notification-refused', deviceId, againAt });
  return againAt;
}
