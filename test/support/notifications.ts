/** Sending custom notifications through Graph, as programs do. */

export type GraphCall = (method: string, path: string, body?: object) => Promise<{ status: number; body: unknown }>;

const toGroups = '/beta/deviceManagement/sendCustomNotificationToCompanyPortal';

/** The same body each time: the title tells them apart. */
export const bodyText = 'Please see to it.';

/** Resolves to the status. */
export async function notifyGroups(call: GraphCall, groupIds: readonly string[], title: string, body = bodyText): Promise<number> {
  const { status } = await call('POST', toGroups, { notificationTitle: title, notificationBody: body, groupsToNotify: groupIds });
  return status;
}

/** Resolves to the status. */
export async function notifyDevice(call: GraphCall, id: string, title: string, body = bodyText): Promise<number> {
  const path = `/beta/deviceManagement/managedDevices/${id}/sendCustomNotificationToCompanyPortal`;
  return (await call('POST', path, { notificationTitle: title, notificationBody: body })).status;
}

/** A group with these people, who are in the directory, and with these groups and devices. Resolves to its id. */
export async function makeGroup(
  call: GraphCall,
  displayName: string,
  { users = [], objects = [] }: { users?: readonly string[]; objects?: readonly string[] },
): Promise<string> {
  const ids = await Promise.all(users.map((name) => userId(call, name)));
  const bound = [...ids, ...objects].map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`);
  const group = { displayName, mailEnabled: false, mailNickname: displayName, securityEnabled: true };
  const { status, body } = await call('POST', '/v1.0/groups', bound.length === 0 ? group : { ...group, 'members@odata.bind': bound });
  if (status !== 201) throw new Error(`${displayName}: ${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}

/** Takes this person out of the group. Resolves to the status. */
export async function leaveGroup(call: GraphCall, groupId: string, user: string): Promise<number> {
  return (await call('DELETE', `/v1.0/groups/${groupId}/members/${await userId(call, user)}/$ref`)).status;
}

async function userId(call: GraphCall, name: string): Promise<string> {
  const { status, body } = await call('GET', `/v1.0/users/${name}?$select=id`);
  if (status !== 200) throw new Error(`${name}: ${status} ${JSON.stringify(body)}`);
  return (body as { id: string }).id;
}
