/** Sending a custom notification, each way that Intune has. */
import { graph, post } from '../api.ts';

export interface NotificationText {
  notificationTitle: string;
  notificationBody: string;
}

export interface Audience {
  kind: 'groups' | 'devices';
  ids: readonly string[];
}

/** Device ids by what came of them; to groups nothing is told but that it was sent. */
export interface Sent {
  sent: readonly string[];
  /** A limit, or a right that is missing. */
  failed: readonly string[];
  notSupported: readonly string[];
  notFound: readonly string[];
}

interface BulkResult {
  value: { successfulDeviceIds: string[]; failedDeviceIds: string[]; notFoundDeviceIds: string[]; notSupportedDeviceIds: string[] };
}

const verb = 'sendCustomNotificationToCompanyPortal';

/** @throws ApiError 400 for the text, 403, 429 when an hour has had enough */
export async function send({ kind, ids }: Audience, text: NotificationText): Promise<Sent> {
  const all = { sent: ids, failed: [], notSupported: [], notFound: [] };
  if (kind === 'groups') {
    await post(graph(`deviceManagement/${verb}`), { ...text, groupsToNotify: ids });
    return all;
  }
  const [only] = ids;
  if (ids.length === 1 && only !== undefined) {
    await post(graph(`deviceManagement/managedDevices/${encodeURIComponent(only)}/${verb}`), text);
    return all;
  }
  const bulk = { actionName: 'customTextNotification', deviceIds: ids, ...text };
  const { value } = await post<BulkResult>(graph('deviceManagement/managedDevices/executeAction'), bulk);
  return {
    sent: value.successfulDeviceIds,
    failed: value.failedDeviceIds,
    notSupported: value.notSupportedDeviceIds,
    notFound: value.notFoundDeviceIds,
  };
}
