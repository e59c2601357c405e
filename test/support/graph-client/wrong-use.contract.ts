/** Wrong use of every path that there is: each is refused with Graph's status and code, and never with a fault of ours. */
import type { Client } from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionTable, type CommandType } from '../../../protocol/commands.ts';
import type { Verb } from '../../../server-stub/graph/endpoint.ts';
import { endpoints } from '../../../server-stub/graph/graph.ts';
import { filledIn, openFullWorld, versionsOf } from './full-world.ts';
import { type ClientWorld, clientWith, type OpenWorld } from './world.ts';

const verbs: Verb[] = ['GET', 'POST', 'PATCH', 'PUT', 'DELETE'];
const nobody = '00000000-0000-4000-8000-000000000000';
const json = { 'content-type': 'application/json' };

/** In one version each: the newest that has it. */
const rows = endpoints.map((endpoint) => ({ ...endpoint, version: versionsOf(endpoint).at(-1) ?? 'beta' }));
const written = rows.flatMap(({ path, version, methods }) =>
  (['POST', 'PATCH'] as const).flatMap((verb) =>
    methods[verb] === undefined || methods[verb].unlisted === true ? [] : [{ verb, path, version }],
  ),
);
const keyed = rows.filter(({ path }) => path.includes('{'));

export function describeWrongUse(open: OpenWorld): void {
  describe('M-05 wrong use of every path', () => {
    let world: ClientWorld;
    let client: Client;
    beforeAll(async () => {
      world = await openFullWorld(open, true);
      client = clientWith(world);
    });
    afterAll(() => world.close());

    interface Refused {
      status: number;
      code: string;
      message: string;
      allow: string | null;
    }
    async function send(method: string, path: string, body?: string, headers: Record<string, string> = {}): Promise<Refused> {
      const response = await fetch(`${world.url}/${path}`, {
        ...world.fetchOptions,
        method,
        headers: { authorization: `Bearer ${world.token}`, ...headers },
        ...(body !== undefined && { body }),
      });
      const text = await response.text();
      const { error } = JSON.parse(text === '' ? '{}' : text) as { error?: { code: string; message: string } };
      return { status: response.status, code: error?.code ?? '', message: error?.message ?? '', allow: response.headers.get('allow') };
    }

    it.each(rows)('methods that $version/$path does not have', async ({ version, path: template, methods }) => {
      const path = await filledIn(client, version, template);
      const listed = verbs.filter((verb) => methods[verb] !== undefined && methods[verb].unlisted !== true);
      for (const verb of verbs.filter((one) => methods[one] === undefined)) {
        const body = verb === 'GET' || verb === 'DELETE' ? undefined : '{}';
        const refused = await send(verb, `${version}/${path}`, body, json);
        expect(refused, verb).toMatchObject({ status: 405, code: 'Request_BadRequest' });
        expect(refused.allow?.split(', ').sort(), verb).toEqual([...listed].sort());
      }
    });

    it.each(written)('bodies of $verb $version/$path', async ({ verb, version, path: template }) => {
      // In the name of somebody else people send no mail: that is said first.
      const named = template.replace(/^users\/\{id\}\/sendMail$/, 'me/sendMail');
      const path = `${version}/${await filledIn(client, version, named)}`;
      const unknown = await send(verb, path, '{"colour":"red"}', json);
      expect(unknown.status).toBe(400);
      // What is missing may be said before what is too much.
      expect(unknown.message).toMatch(verb === 'PATCH' ? /colour/ : /colour|required|missing|must|has to|Invalid value/i);
      for (const body of ['{"colour":', '[]', '"colour"', '17']) {
        const refused = await send(verb, path, body, json);
        expect([body, refused.status]).toEqual([body, 400]);
        expect(refused.code).toMatch(/^(BadRequest|Request_BadRequest)$/);
      }
      expect(await send(verb, path, '<colour/>', { 'content-type': 'application/xml' })).toMatchObject({
        status: 415,
        code: 'UnsupportedMediaType',
      });
      // Members of another type than any that is asked for: some are refused, none is our fault.
      for (const value of ['null', '17', '"x"', '[]', '{}', 'true', '[17]', '[null]', '{"a":[{"b":null}]}']) {
        for (const name of membersOf(template)) {
          const { status } = await send(verb, path, `{"${name}":${value}}`, json);
          expect([name, value, status]).not.toEqual([name, value, 500]);
        }
      }
    });

    it.each(keyed)('a key that nobody has, in $version/$path', async ({ version, path: template, methods }) => {
      const verb = verbs.find((one) => methods[one] !== undefined && methods[one].unlisted !== true);
      if (verb === undefined) return;
      const path = template.replaceAll(/\{\w+\}/g, nobody);
      const refused = await send(verb, `${version}/${path}`, verb === 'GET' || verb === 'DELETE' ? undefined : '{}', json);
      expect(refused.status).toBe(404);
      expect(refused.code).toMatch(/^(ResourceNotFound|Request_ResourceNotFound|ErrorInvalidUser)$/);
    });

    it.each(rows.filter(({ methods }) => methods.GET !== undefined && methods.GET.unlisted !== true))(
      'query options of $version/$path',
      async ({ version, path: template }) => {
        const path = `${version}/${await filledIn(client, version, template)}`;
        for (const query of [
          '$select=colour',
          '$filter=colour eq 1',
          '$orderby=colour',
          '$expand=colours',
          '$top=x',
          '$colour=1',
          '$skiptoken=x',
        ]) {
          const { status, code } = await send('GET', `${path}?${query}`);
          expect([query, status]).toEqual([query, 400]);
          expect(code).toMatch(/^(BadRequest|Request_BadRequest|Request_UnsupportedQuery)$/);
        }
      },
    );
  });
}

/** What writers of this path look at: the likely names are enough to hit every reader of a body. */
function membersOf(template: string): string[] {
  const common = ['@odata.id', '@odata.type', 'displayName', 'description'];
  if (template.endsWith('setScheduledRetireState')) return ['scopedToAllDevices', 'managedDeviceIds'];
  if (template.endsWith('getNoncompliantDevicesToRetire')) return ['select', 'search', 'orderBy', 'skip', 'top'];
  // A set of assignments that is empty is a good one; the rest of the suite needs those that there are.
  if (template.includes('deviceCompliancePolicies'))
    return [...common, 'scheduledActionsForRule', 'deviceComplianceScheduledActionForRules', 'osMinimumVersion', 'roleScopeTagIds'];
  if (template.includes('role'))
    return [...common, 'rolePermissions', 'members', 'scopeMembers', 'resourceScopes', 'scopeType', 'roleDefinition@odata.bind'];
  if (template.endsWith('sendMail')) return ['message', 'saveToSentItems'];
  if (template.includes('executeAction')) return ['actionName', 'deviceIds', 'deviceName', 'keepUserData'];
  if (template.startsWith('groups'))
    return [...common, 'members@odata.bind', 'owners@odata.bind', 'groupTypes', 'mailEnabled', 'mailNickname'];
  if (template.startsWith('users')) return [...common, 'userPrincipalName', 'passwordProfile', 'businessPhones', 'accountEnabled', 'mail'];
  const action = /^deviceManagement\/managedDevices\/\{id\}\/(\w+)$/.exec(template)?.[1];
  if (action !== undefined) return Object.keys(actionTable[action as CommandType].asked.shape);
  return [
    ...common,
    'ids',
    'types',
    'notes',
    'managedDeviceName',
    'managedDeviceOwnerType',
    'managedDeviceCleanupSettings',
    'settings',
    'deviceInactivityBeforeRetirementInDays',
  ];
}
