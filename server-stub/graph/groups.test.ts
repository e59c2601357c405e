import { beforeEach, describe, expect, it } from 'vitest';
import { azureDeviceId, deviceObjectId } from './derived-guid.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';

const groups = '/v1.0/groups';
const field = { displayName: 'Field', mailEnabled: false, mailNickname: 'field', securityEnabled: true };
const eventual = { consistencylevel: 'eventual' };
const refused = '403 Authorization_RequestDenied: Insufficient privileges to complete the operation.';

let bench: DirectoryBench;
beforeEach(() => {
  bench = new DirectoryBench();
});

const ids = (url: string) => bench.get(url).value.map(({ id }) => id);
const refTo = (id: string, collection = 'directoryObjects') => ({ '@odata.id': `https://graph.microsoft.com/v1.0/${collection}/${id}` });

describe('groups', () => {
  it('are made, read, changed and deleted', () => {
    const made = bench.call('POST', groups, { ...field, description: 'Out there' });
    expect(made.status).toBe(201);
    const { id } = JSON.parse(made.body) as { id: string };
    expect(made.headers.location).toBe(`https://graph.microsoft.com/v1.0/groups/${id}`);
    expect(bench.get(`${groups}('${id.toUpperCase()}')`)).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#groups/$entity',
      ...field,
      description: 'Out there',
      groupTypes: [],
      createdDateTime: '2030-01-01T00:00:00Z',
    });
    expect(bench.call('PATCH', `${groups}/${id}`, { description: null, displayName: 'Outer field' })).toMatchObject({
      status: 204,
      body: '',
    });
    expect(bench.get(`${groups}/${id}?$select=displayName,description`)).toMatchObject({ displayName: 'Outer field', description: null });
    expect(ids(`${groups}?$filter=startswith(displayName,'outer')`)).toEqual([id]);
    expect(bench.call('DELETE', `${groups}/${id}`)).toMatchObject({ status: 204, body: '' });
    expect(bench.outcome('GET', `${groups}/${id}`)).toMatch(/^404 Request_ResourceNotFound/);
    expect(bench.call('GET', `${groups}/$count`, undefined, eventual).body).toBe('0');
  });

  it('of Microsoft 365 have mail', () => {
    const group = { ...field, groupTypes: ['unified'], mailEnabled: true, visibility: 'private', isAssignableToRole: false };
    const mail = `${field.mailNickname}@contoso.example`;
    const made = { groupTypes: ['Unified'], mail, proxyAddresses: [`SMTP:${mail}`], visibility: 'Private' };
    const { id } = bench.post(groups, group);
    expect(bench.get(`${groups}/${id}`)).toMatchObject(made);
    expect(bench.outcome('PATCH', `${groups}/${id}`, { visibility: 'Public', mailNickname: 'other' })).toBe('204');
    expect(bench.get(`${groups}/${id}`)).toMatchObject({ ...made, visibility: 'Public', mailNickname: 'other' });
  });

  it.each<[string, unknown, string | RegExp]>([
    ...['displayName', 'mailEnabled', 'mailNickname', 'securityEnabled'].map((name): [string, unknown, string] => [
      `without ${name}`,
      { ...field, [name]: undefined },
      `400 Request_BadRequest: A value is required for property '${name}' of resource 'Group'.`,
    ]),
    [
      'a rule',
      { ...field, groupTypes: ['DynamicMembership'] },
      /^400 Request_BadRequest: Invalid value specified for property 'groupTypes'/,
    ],
    [
      'roles of the directory for its members',
      { ...field, isAssignableToRole: true },
      /^400 Request_BadRequest: Invalid value specified for property 'isAssignableToRole'/,
    ],
    [
      'a rule without its type',
      { ...field, membershipRule: 'user.city -eq "Berlin"' },
      /^400 Request_BadRequest: Property 'membershipRule' is read-only/,
    ],
    [
      'mail alone',
      { ...field, mailEnabled: true, securityEnabled: false },
      /^400 Request_BadRequest: The service does not currently support writes of mail-enabled groups/,
    ],
    ['neither mail nor security', { ...field, securityEnabled: false }, /^400 Request_BadRequest: A group must have/],
    [
      'an unknown member',
      { ...field, 'members@odata.bind': [refTo('00000000-0000-4000-8000-000000000009')['@odata.id']] },
      /^404 Request_ResourceNotFound/,
    ],
    [
      'members in another form',
      { ...field, 'members@odata.bind': 'x' },
      /^400 Request_BadRequest: Invalid value specified for property 'members@odata.bind'/,
    ],
    [
      'an address of something else',
      { ...field, 'members@odata.bind': ['https://graph.microsoft.com/v1.0/sites/1'] },
      /^400 Request_BadRequest: Invalid value specified for property 'members@odata.bind'/,
    ],
  ])('refuse to be made with %s', (_, body, outcome) => {
    expect(bench.outcome('POST', groups, body)).toEqual(typeof outcome === 'string' ? outcome : expect.stringMatching(outcome));
    expect(ids(groups)).toEqual([]);
  });

  it('are changed by Groups, User and Intune Administrators, by their owners, and by programs with the permission', () => {
    const id = bench.group('Field');
    const { id: owner } = bench.person('olga');
    bench.call('POST', `${groups}/${id}/owners/$ref`, refTo(owner, 'users'));
    const change = () => bench.outcome('PATCH', `${groups}/${id}`, { description: 'x' });
    for (const role of ['Groups Administrator', 'User Administrator', 'Intune Administrator'] as const) {
      bench.caller = bench.person(role.replaceAll(' ', ''), role);
      expect(change()).toBe('204');
    }
    bench.caller = bench.person('reader', 'Global Reader');
    expect(change()).toBe(refused);
    expect(bench.outcome('POST', groups, field)).toBe(refused);
    expect(bench.outcome('DELETE', `${groups}/${id}`)).toBe(refused);
    expect(bench.outcome('POST', `${groups}/${id}/members/$ref`, refTo(owner))).toBe(refused);
    expect(bench.outcome('GET', groups)).toBe('200');
    bench.caller = bench.person('olga');
    expect(change()).toBe('204');
    expect(bench.outcome('POST', `${groups}/${id}/members/$ref`, refTo(owner))).toBe('204');
    bench.caller = program('Group.Read.All');
    expect(change()).toBe(refused);
    bench.caller = program('GroupMember.ReadWrite.All');
    expect(change()).toBe(refused);
    expect(bench.outcome('DELETE', `${groups}/${id}/members/${owner}/$ref`)).toBe('204');
    bench.caller = limited(bench.person('gina', 'Groups Administrator'), 'Group.Read.All');
    expect(change()).toBe(refused);
  });

  it('have people as owners, who are taken away again', () => {
    const id = bench.group('Field');
    const { id: owner } = bench.person('olga');
    expect(bench.outcome('POST', `${groups}/${id}/owners/$ref`, refTo(owner, 'users'))).toBe('204');
    expect(ids(`${groups}/${id}/owners`)).toEqual([owner]);
    expect(bench.outcome('POST', `${groups}/${id}/owners/$ref`, refTo(owner))).toMatch(/^400 .*'owners'/);
    expect(bench.outcome('POST', `${groups}/${id}/owners/$ref`, refTo(id))).toMatch(/^400 Request_BadRequest: A group cannot own/);
    expect(bench.outcome('DELETE', `${groups}/${id}/owners/${owner}/$ref`)).toBe('204');
    expect(bench.outcome('DELETE', `${groups}/${id}/owners/${owner}/$ref`)).toMatch(/^404/);
    expect(ids(`${groups}/${id}/owners`)).toEqual([]);
  });

  it('are not owned by somebody new in the name of an owner who was deleted', () => {
    const id = bench.group('Field');
    bench.call('POST', `${groups}/${id}/owners/$ref`, refTo(bench.person('olga').id, 'users'));
    bench.call('DELETE', '/v1.0/users/olga@contoso.example');
    bench.caller = bench.person('olga');
    expect(ids(`${groups}/${id}/owners`)).toEqual([]);
    expect(bench.outcome('DELETE', `${groups}/${id}`)).toBe(refused);
  });
});

describe('members', () => {
  it('are users, groups and devices, each shown as what it is', () => {
    const { id: recordId } = bench.enroll();
    const device = deviceObjectId(recordId);
    const person = bench.get('/v1.0/users/adele@contoso.example').id as string;
    const inner = bench.group('Inner');
    const outer = bench.group('Outer', person, inner, device);
    const list = bench.get(`${groups}/${outer}/members?$select=id,displayName,userPrincipalName,deviceId`);
    expect(list['@odata.context']).toContain('$metadata#directoryObjects');
    const shown = new Map(list.value.map((one) => [one.id, one]));
    expect(shown.get(person)).toEqual({
      '@odata.type': '#microsoft.graph.user',
      id: person,
      displayName: 'Adele',
      userPrincipalName: 'adele@contoso.example',
    });
    expect(shown.get(inner)).toEqual({ '@odata.type': '#microsoft.graph.group', id: inner, displayName: 'Inner' });
    expect(shown.get(device)).toEqual({
      '@odata.type': '#microsoft.graph.device',
      id: device,
      displayName: 'Phone',
      deviceId: azureDeviceId(recordId),
    });
    expect(ids(`${groups}/${outer}/members`)).toEqual([person, inner, device].sort());
    expect(ids(`${groups}/${outer}/members/microsoft.graph.user`)).toEqual([person]);
    expect(ids(`${groups}/${outer}/members/microsoft.graph.device`)).toEqual([device]);
    expect(bench.get(`${groups}/${outer}/members/microsoft.graph.group`)['@odata.context']).toContain('$metadata#groups');
    expect(bench.call('GET', `${groups}/${outer}/members/$count`, undefined, eventual).body).toBe('3');
    expect(bench.call('GET', `${groups}/${outer}/members/microsoft.graph.user/$count`, undefined, eventual).body).toBe('1');
    expect(bench.get(`${groups}/${outer}?$expand=members($select=id)`).members).toHaveLength(3);
  });

  it.each([
    ['on another host', (id: string) => ({ '@odata.id': `http://127.0.0.1:8080/beta/directoryObjects/${id}` })],
    ['of a user', (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/users/${id}` })],
    ['of a user by name', () => ({ '@odata.id': 'https://graph.microsoft.com/v1.0/users/pat%40contoso.example' })],
    ['with the key in parentheses', (id: string) => ({ '@odata.id': `https://graph.microsoft.com/v1.0/users('${id}')` })],
    ['without host', (id: string) => ({ '@odata.id': `directoryObjects/${id}` })],
  ])('are added by an address %s', (_, body) => {
    const group = bench.group('Field');
    const { id } = bench.person('pat');
    expect(bench.call('POST', `${groups}/${group}/members/$ref`, body(id))).toMatchObject({ status: 204, body: '' });
    expect(ids(`${groups}/${group}/members`)).toEqual([id]);
    expect(ids(`/v1.0/users/pat@contoso.example/memberOf`)).toEqual([group]);
    expect(bench.outcome('DELETE', `${groups}/${group}/members/${id.toUpperCase()}/$ref`)).toBe('204');
    expect(ids(`${groups}/${group}/members`)).toEqual([]);
    expect(bench.outcome('DELETE', `${groups}/${group}/members/${id}/$ref`)).toMatch(/^404 Request_ResourceNotFound/);
  });

  it.each<[string, unknown, string | RegExp]>([
    ['nothing', undefined, /^400 BadRequest: Empty Payload/],
    ['no address', {}, /^400 Request_BadRequest: Invalid value specified for property '@odata.id'/],
    ['a number', { '@odata.id': 7 }, /^400 Request_BadRequest: Invalid value specified for property '@odata.id'/],
    ['an id alone', { '@odata.id': '00000000-0000-4000-8000-000000000009' }, /^400 Request_BadRequest/],
    ['nobody', refTo('00000000-0000-4000-8000-000000000009'), /^404 Request_ResourceNotFound/],
    ['a group as a user', refTo('GROUP', 'users'), /^404 Request_ResourceNotFound/],
    ['a broken escape', refTo('%E0%A4%A', 'users'), /^404 Request_ResourceNotFound/],
    ['something else beside', { ...refTo('GROUP'), displayName: 'x' }, /^400 Request_BadRequest: A reference is/],
  ])('are not added by %s', (_, body, outcome) => {
    const group = bench.group('Field');
    const text = JSON.stringify(body)?.replace('GROUP', group);
    expect(bench.outcome('POST', `${groups}/${group}/members/$ref`, text === undefined ? undefined : JSON.parse(text))).toMatch(outcome);
  });

  it('are added once only', () => {
    const { id } = bench.person('pat');
    const group = bench.group('Field', id);
    const twice =
      "400 Request_BadRequest: One or more added object references already exist for the following modified properties: 'members'.";
    expect(bench.outcome('POST', `${groups}/${group}/members/$ref`, refTo(id))).toBe(twice);
    const { '@odata.id': address } = refTo(bench.person('quin').id);
    expect(bench.outcome('PATCH', `${groups}/${group}`, { 'members@odata.bind': [address, address] })).toBe(twice);
    expect(ids(`${groups}/${group}/members`)).toEqual([id]);
  });

  it('are bound by PATCH, twenty at most', () => {
    const group = bench.group('Field');
    const addresses = Array.from({ length: 21 }, (_, number) => refTo(bench.person(`p${number}`).id)['@odata.id']);
    expect(bench.outcome('PATCH', `${groups}/${group}`, { 'members@odata.bind': addresses })).toBe(
      "400 Request_BadRequest: The property 'members@odata.bind' takes at most 20 references in one request, not 21.",
    );
    expect(bench.outcome('PATCH', `${groups}/${group}`, { 'members@odata.bind': addresses.slice(1) })).toBe('204');
    expect(ids(`${groups}/${group}/members`)).toHaveLength(20);
  });

  it('reach through groups, also through those that contain themselves', () => {
    const { id } = bench.person('pat');
    const inner = bench.group('Inner', id);
    const outer = bench.group('Outer', inner);
    bench.call('POST', `${groups}/${inner}/members/$ref`, refTo(outer));
    expect(ids(`${groups}/${outer}/members`)).toEqual([inner]);
    expect(ids(`${groups}/${outer}/transitiveMembers/microsoft.graph.user`)).toEqual([id]);
    expect(ids('/v1.0/users/pat@contoso.example/memberOf')).toEqual([inner]);
    expect(ids('/v1.0/users/pat@contoso.example/transitiveMemberOf')).toEqual([inner, outer].sort());
    expect(ids(`${groups}/${inner}/transitiveMemberOf`)).toEqual([inner, outer].sort());
    bench.caller = bench.person('pat');
    expect(ids('/v1.0/me/transitiveMemberOf')).toEqual([inner, outer].sort());
  });

  it('are gone with what they were', () => {
    const enrolled = bench.enroll();
    const group = bench.group('Field', bench.person('pat').id, bench.group('Inner'), deviceObjectId(enrolled.id));
    bench.call('DELETE', '/v1.0/users/pat@contoso.example');
    bench.call('DELETE', `${groups}/${bench.get(`${groups}?$filter=displayName eq 'Inner'`).value[0]?.id}`);
    bench.delete(enrolled);
    expect(ids(`${groups}/${group}/members`)).toEqual([]);
    expect(bench.call('GET', `${groups}/${group}/members/$count`, undefined, eventual).body).toBe('0');
  });

  it('are paged', () => {
    const group = bench.group('Field');
    for (let number = 0; number < 7; number++) bench.call('POST', `${groups}/${group}/members/$ref`, refTo(bench.person(`p${number}`).id));
    const seen: unknown[] = [];
    for (let url: string | undefined = `${groups}/${group}/members?$top=3`; url !== undefined; ) {
      const page = bench.get(url);
      seen.push(...page.value.map(({ id }) => id));
      url = page['@odata.nextLink'];
    }
    expect(seen).toEqual(ids(`${groups}/${group}/members`));
    expect(seen).toHaveLength(7);
  });
});
