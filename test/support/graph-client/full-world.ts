/** A tenant that has something of everything, and the paths of the stub filled in with what is there. */
import type { Client, GraphRequest, PageCollection } from '@microsoft/microsoft-graph-client';
import type { DeviceCompliancePolicy, ManagedDevice, User } from '@microsoft/microsoft-graph-types-beta';
import type { Endpoint, GraphVersion } from '../../../server-stub/graph/endpoint.ts';
import { untilAnswered } from '../until.ts';
import { type ClientWorld, clientWith, type OpenWorld, signInOf } from './world.ts';

export type Entity = Record<string, unknown> & { id: string };

/** A text that was sent to everybody in it, and that nobody can read in Graph. */
export const sentText = 'Quokkas at the front door';

/** No phone keeps it, so that each is on the retire list. */
const newestSystem = {
  '@odata.type': '#microsoft.graph.iosCompliancePolicy',
  displayName: 'Newest system',
  osMinimumVersion: '99.0',
  scheduledActionsForRule: [
    {
      ruleName: 'PasswordRequired',
      scheduledActionConfigurations: ['block', 'retire'].map((actionType) => ({ actionType, gracePeriodHours: 0 })),
    },
  ],
};

/** @param isAway the devices are out of reach at the end, so that nothing that is asked of them happens */
export async function openFullWorld(open: OpenWorld, isAway = false): Promise<ClientWorld> {
  const world = await open({
    users: [{ userPrincipalName: 'bob@contoso.example', displayName: 'Bob Stone' }, { userPrincipalName: 'admin@contoso.example' }],
    groups: [
      { displayName: 'Field', members: ['bob@contoso.example', 'Leads', 'admin@contoso.example'] },
      { displayName: 'Leads', members: ['bob@contoso.example'] },
    ],
    applications: [
      { displayName: 'Reader', secret: 'secret of the reader', permissions: ['DeviceManagementManagedDevices.Read.All'] },
      { displayName: 'Writer', secret: 'secret of the writer', permissions: ['DeviceManagementManagedDevices.ReadWrite.All'] },
    ],
    roles: [{ displayName: 'Wipers', allowed: ['Microsoft.Intune_RemoteTasks_Wipe'] }],
    roleAssignments: [{ displayName: 'Field helps', role: 'Help Desk Operator', members: ['Field'], scope: 'all devices' }],
    tenant: { apps: ['Mail', 'Notes'].map((name) => ({ id: name.toLowerCase(), name, intent: 'required' as const })) },
  });
  const client = clientWith(world);
  const target = { '@odata.type': '#microsoft.graph.allDevicesAssignmentTarget' };
  const policy = (await client.api('/deviceManagement/deviceCompliancePolicies').post(newestSystem)) as Entity;
  await client.api(`/deviceManagement/deviceCompliancePolicies/${policy.id}/assign`).post({ assignments: [{ target }] });
  for (const name of ['phone-a', 'phone-b']) {
    const device = await world.device({ name, platform: 'ios', user: 'bob@contoso.example' });
    const { id, network } = device;
    await signInOf(world, device, 'outlook', 'bob@contoso.example');
    await mailsAndAccess(client, name);
    const path = `/deviceManagement/managedDevices/${id}`;
    await untilAnswered(`${name} has its apps`, async () => {
      const { value } = (await client.api(`${path}/detectedApps`).version('beta').get()) as PageCollection;
      return value.length === 2;
    });
    await untilAnswered(`${name} is judged`, async () => {
      const { complianceState } = (await client.api(path).get()) as ManagedDevice;
      return complianceState === 'noncompliant';
    });
    await client.api(`${path}/syncDevice`).post(null);
    if (isAway) await network(false);
  }
  const field = await keyFor(client, 'v1.0', 'groups');
  const notification = { notificationTitle: sentText, notificationBody: sentText, groupsToNotify: [field] };
  await client.api('/deviceManagement/sendCustomNotificationToCompanyPortal').version('beta').post(notification);
  const refer = (name: string, id: string) =>
    client.api(`/groups/${field}/${name}/$ref`).post({ '@odata.id': `${world.url}/v1.0/directoryObjects/${id}` });
  await refer('members', await keyFor(client, 'v1.0', 'devices'));
  await refer('owners', await keyFor(client, 'v1.0', 'directoryObjects'));
  return world;
}

/** A template with messages, and a policy for nobody. */
async function mailsAndAccess(client: Client, name: string): Promise<void> {
  const messages = ['en-us', 'de-de'].map((locale) => ({ locale, subject: name, messageTemplate: name }));
  const template = { displayName: name, localizedNotificationMessages: messages };
  await client.api('/deviceManagement/notificationMessageTemplates').post(template);
  await client.api('/identity/conditionalAccess/policies').post({
    displayName: name,
    state: 'enabled',
    conditions: { users: { includeUsers: ['None'] }, applications: { includeApplications: ['All'] } },
    grantControls: { operator: 'OR', builtInControls: ['compliantDevice'] },
  });
}

/** In which versions it is. */
export function versionsOf({ only }: Endpoint): readonly GraphVersion[] {
  return only === 'beta' ? ['beta'] : ['v1.0', 'beta'];
}

/** With the header that the directory wants for its harder questions. */
export function ask(client: Client, version: GraphVersion, path: string): GraphRequest {
  return client.api(`/${path}`).version(version).header('ConsistencyLevel', 'eventual');
}

/** The template of an endpoint with keys and arguments of things that are there, without a slash before it. */
export async function filledIn(client: Client, version: GraphVersion, template: string): Promise<string> {
  const path: string[] = [];
  for (const segment of template.split('/')) {
    const [, name, parameter] = /^(\w+)\((\w+)\)$/.exec(segment) ?? [];
    if (segment.startsWith('{')) path.push(await keyFor(client, version, path.join('/')));
    else if (name === undefined || parameter === undefined) path.push(segment);
    else path.push(`${name}(${parameter}='${await argumentFor(client, version, [...path, name].join('/'), parameter)}')`);
  }
  return path.join('/');
}

async function keyFor(client: Client, version: GraphVersion, list: string): Promise<string> {
  const bob = 'bob@contoso.example';
  if (list === 'users') return bob;
  if (list === 'directoryObjects') return ((await ask(client, version, `users/${bob}`).get()) as User).id ?? '';
  // Rules are only shown with their policy.
  const [, policy] = /^(.*)\/scheduledActionsForRule$/.exec(list) ?? [];
  if (policy !== undefined) {
    const { scheduledActionsForRule } = (await ask(client, version, policy)
      .expand('scheduledActionsForRule')
      .get()) as DeviceCompliancePolicy;
    return scheduledActionsForRule?.[0]?.id ?? '';
  }
  const { value } = (await ask(client, version, list).get()) as { value: Entity[] };
  if (list.endsWith('notificationMessageTemplates')) return templateWithMessages(client, version, list, value);
  // Of groups the one that has members of every kind; of roles one that may be changed.
  const one = value.find(({ displayName }) => displayName === 'Field') ?? value.find(({ isBuiltIn }) => isBuiltIn === false) ?? value[0];
  if (one === undefined) throw new Error(`There is nothing in ${list}.`);
  return one.id;
}

/** Those that sweeps have made have none, and sweeps rename the others. */
async function templateWithMessages(client: Client, version: GraphVersion, list: string, templates: readonly Entity[]): Promise<string> {
  for (const { id } of templates) {
    const { value } = (await ask(client, version, `${list}/${id}/localizedNotificationMessages`).get()) as { value: Entity[] };
    if (value.length > 0) return id;
  }
  throw new Error(`None of ${list} has messages.`);
}

async function argumentFor(client: Client, version: GraphVersion, path: string, parameter: string): Promise<string> {
  if (path.endsWith('getAuditActivityTypes')) return 'Device';
  if (path.endsWith('getEffectivePermissions')) return 'Microsoft.Intune';
  const { value } = (await ask(client, version, path).get()) as { value: Entity[] };
  return String(value[0]?.[parameter]);
}
