import { beforeEach, describe, expect, it } from 'vitest';
import { firstAdministrator } from '../core/people.ts';
import { secretHash } from '../core/secret.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';

const users = '/v1.0/users';
const grace = {
  accountEnabled: true,
  displayName: 'Grace Hopper',
  mailNickname: 'grace',
  userPrincipalName: 'grace@contoso.example',
  passwordProfile: { password: 'Compile-1952' },
};

let bench: DirectoryBench;
beforeEach(() => {
  bench = new DirectoryBench();
});

describe('users', () => {
  it('serve the eleven properties that the real directory serves without $select, and no other', () => {
    const answer = bench.get(`${users}/${firstAdministrator}`);
    expect(answer).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
      businessPhones: [],
      displayName: 'Admin',
      givenName: 'Admin',
      jobTitle: null,
      mail: firstAdministrator,
      mobilePhone: null,
      officeLocation: null,
      preferredLanguage: null,
      surname: null,
      userPrincipalName: firstAdministrator,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(Object.keys(bench.get(users).value[0] ?? {})).toHaveLength(11);
  });

  it('serve the others when $select names them, also in a list', () => {
    expect(bench.get(`${users}?$select=accountEnabled,usageLocation,mailNickname,createdDateTime`).value).toEqual([
      { accountEnabled: true, usageLocation: null, mailNickname: 'admin', createdDateTime: '2030-01-01T00:00:00Z' },
    ]);
  });

  it('are made, found by either name in any case and key form, changed and deleted', () => {
    const made = bench.call('POST', users, {
      ...grace,
      '@odata.type': '#microsoft.graph.user',
      city: 'Arlington',
      businessPhones: ['+1 555'],
    });
    expect(made.status).toBe(201);
    const { id } = JSON.parse(made.body) as { id: string };
    expect(made.headers.location).toBe(`https://graph.microsoft.com/v1.0/users/${id}`);
    expect(bench.get(`${users}('GRACE@contoso.example')`)).toMatchObject({ id, mail: 'grace@contoso.example', businessPhones: ['+1 555'] });
    expect(
      bench.call('PATCH', `${users}/${id.toUpperCase()}`, { jobTitle: 'Rear admiral', city: null, usageLocation: 'US' }),
    ).toMatchObject({
      status: 204,
      body: '',
    });
    expect(bench.get(`${users}/${id}?$select=jobTitle,city,usageLocation,displayName`)).toMatchObject({
      jobTitle: 'Rear admiral',
      city: null,
      usageLocation: 'US',
      displayName: 'Grace Hopper',
    });
    expect(bench.call('DELETE', `${users}/${id}`)).toMatchObject({ status: 204, body: '' });
    expect(bench.outcome('GET', `${users}/${id}`)).toBe(
      `404 Request_ResourceNotFound: Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
    );
  });

  it('keep a hash of the password, which no answer shows', () => {
    bench.post(users, grace);
    const stored = bench.tenant.directory.user(grace.userPrincipalName);
    expect(stored?.passwordHash).toBe(secretHash('Compile-1952'));
    expect(bench.call('GET', `/beta/users/${grace.userPrincipalName}?$select=passwordProfile`).body).not.toContain('Compile');
    bench.call('PATCH', `${users}/${grace.userPrincipalName}`, { passwordProfile: { forceChangePasswordNextSignIn: true } });
    expect(bench.tenant.directory.user(grace.userPrincipalName)?.passwordHash).toBe(secretHash('Compile-1952'));
    bench.call('PATCH', `${users}/${grace.userPrincipalName}`, { passwordProfile: { password: 'Cobol-1959' } });
    expect(bench.tenant.directory.user(grace.userPrincipalName)?.passwordHash).toBe(secretHash('Cobol-1959'));
  });

  it('are paged, counted, filtered and searched as a directory is', () => {
    for (let number = 0; number < 120; number++) bench.person(`user${number}`);
    const eventual = { consistencylevel: 'eventual' };
    const first = bench.get(`${users}?$count=true`, eventual);
    expect(first.value).toHaveLength(100);
    expect(first['@odata.count']).toBe(121);
    const second = bench.get(first['@odata.nextLink'] ?? '', eventual);
    expect(second.value).toHaveLength(21);
    expect(new Set([...first.value, ...second.value].map(({ id }) => id)).size).toBe(121);
    expect(bench.get(`${users}?$filter=startswith(userPrincipalName,'user11')`).value).toHaveLength(11);
    expect(bench.get(`${users}?$search="displayName:User7"`, eventual).value).not.toHaveLength(0);
    expect(bench.call('GET', `${users}/$count`, undefined, eventual).body).toBe('121');
  });

  it.each<[string, unknown, string | RegExp]>([
    ['no body', undefined, '400 BadRequest: Empty Payload. JSON content expected.'],
    ...['accountEnabled', 'displayName', 'mailNickname', 'userPrincipalName', 'passwordProfile'].map((name): [string, unknown, string] => [
      `without ${name}`,
      { ...grace, [name]: undefined },
      `400 Request_BadRequest: A value is required for property '${name}' of resource 'User'.`,
    ]),
    [
      'without a password',
      { ...grace, passwordProfile: {} },
      "400 Request_BadRequest: A value is required for property 'passwordProfile.password' of resource 'User'.",
    ],
    [
      'a simple password',
      { ...grace, passwordProfile: { password: 'password' } },
      /^400 Request_BadRequest: The specified password does not comply/,
    ],
    [
      'a taken name',
      { ...grace, userPrincipalName: firstAdministrator.toUpperCase() },
      '400 Request_BadRequest: Another object with the same value for property userPrincipalName already exists.',
    ],
    [
      'an unknown property',
      { ...grace, shoeSize: 9 },
      /^400 Request_BadRequest: The property 'shoeSize' does not exist on type 'microsoft.graph.user'/,
    ],
    [
      'a read-only property',
      { ...grace, createdDateTime: '2020-01-01T00:00:00Z' },
      "400 Request_BadRequest: Property 'createdDateTime' is read-only and cannot be set.",
    ],
    [
      'a property of another type',
      { ...grace, accountEnabled: 'true' },
      "400 Request_BadRequest: Invalid value specified for property 'accountEnabled' of resource 'User': it takes true or false.",
    ],
    [
      'a country in words',
      { ...grace, usageLocation: 'Germany' },
      /^400 Request_BadRequest: Invalid value specified for property 'usageLocation'/,
    ],
    [
      'a name without a domain',
      { ...grace, userPrincipalName: 'grace' },
      /^400 Request_BadRequest: Invalid value specified for property 'userPrincipalName'/,
    ],
    [
      'a relationship',
      { ...grace, 'manager@odata.bind': 'x' },
      "400 Request_BadRequest: The relationship 'manager@odata.bind' cannot be set here.",
    ],
    [
      'a property that every object has',
      { ...grace, constructor: 1 },
      /^400 Request_BadRequest: The property 'constructor' does not exist/,
    ],
    ['a list', [grace], '400 BadRequest: The request payload must be a JSON object.'],
  ])('refuse to be made with %s', (_, body, outcome) => {
    expect(bench.outcome('POST', users, body)).toEqual(typeof outcome === 'string' ? outcome : expect.stringMatching(outcome));
    expect(bench.get(users).value).toHaveLength(1);
  });

  it('refuse other methods', () => {
    expect(bench.outcome('PUT', `${users}/${firstAdministrator}`, {})).toMatch(/^405 /);
    expect(bench.outcome('DELETE', users)).toMatch(/^405 /);
    expect(bench.outcome('GET', `${users}/${firstAdministrator}/calendar`)).toMatch(
      /^400 BadRequest: Resource not found for the segment 'calendar'/,
    );
  });
});

describe('who may change users', () => {
  it('is a Global or a User Administrator, or a program with the permission', () => {
    const change = () => bench.outcome('POST', users, { ...grace, userPrincipalName: `u${Math.floor(bench.now++)}@contoso.example` });
    const refused = '403 Authorization_RequestDenied: Insufficient privileges to complete the operation.';
    expect(change()).toBe('201');
    bench.caller = bench.person('ursula', 'User Administrator');
    expect(change()).toBe('201');
    bench.caller = bench.person('gina', 'Groups Administrator', 'Intune Administrator');
    expect(change()).toBe(refused);
    bench.caller = limited(bench.person('ulla', 'User Administrator'), 'User.Read.All');
    expect(change()).toBe(refused);
    bench.caller = program('User.ReadWrite.All');
    expect(change()).toBe('201');
    bench.caller = program('User.Read.All');
    expect(change()).toBe(refused);
    expect(bench.outcome('GET', users)).toBe('200');
    bench.caller = program('Mail.Send');
    expect(bench.outcome('GET', users)).toBe(refused);
  });

  it('is no User Administrator where the person has a role: a new password would be a way to it', () => {
    bench.person('ivy', 'Intune Administrator');
    bench.caller = bench.person('ursula', 'User Administrator');
    const password = { passwordProfile: { password: 'Mine-now-1' } };
    for (const name of ['ivy@contoso.example', firstAdministrator, 'ursula@contoso.example']) {
      expect(bench.outcome('PATCH', `${users}/${name}`, password)).toMatch(/^403 Authorization_RequestDenied/);
      expect(bench.outcome('DELETE', `${users}/${name}`)).toMatch(/^403 Authorization_RequestDenied/);
    }
  });

  it('are programs for people without a role alone, where it is about how somebody signs in', () => {
    bench.person('ivy', 'Intune Administrator');
    bench.person('pat');
    bench.caller = program('User.ReadWrite.All', 'Directory.ReadWrite.All');
    const changes = [
      { passwordProfile: { password: 'Mine-now-1' } },
      { userPrincipalName: 'other@contoso.example' },
      { accountEnabled: false },
      { mobilePhone: '+1 555 0100' },
      { otherMails: ['mine@example.com'] },
    ];
    for (const change of changes) {
      expect(bench.outcome('PATCH', `${users}/ivy@contoso.example`, change)).toMatch(/^403 Authorization_RequestDenied/);
    }
    expect(bench.outcome('DELETE', `${users}/ivy@contoso.example`)).toMatch(/^403 Authorization_RequestDenied/);
    expect(bench.outcome('PATCH', `${users}/ivy@contoso.example`, { department: 'IT' })).toBe('204');
    expect(bench.outcome('PATCH', `${users}/pat@contoso.example`, { passwordProfile: { password: 'Mine-now-1' } })).toBe('204');
    expect(bench.outcome('DELETE', `${users}/pat@contoso.example`)).toBe('204');
  });

  it('never leave the tenant without an administrator', () => {
    const last = '400 Request_BadRequest: The last enabled Global Administrator of the tenant cannot be deleted or disabled.';
    expect(bench.outcome('DELETE', `${users}/${firstAdministrator}`)).toBe(last);
    expect(bench.outcome('PATCH', `${users}/${firstAdministrator}`, { accountEnabled: false })).toBe(last);
    bench.person('second', 'Global Administrator');
    expect(bench.outcome('PATCH', `${users}/second@contoso.example`, { accountEnabled: false })).toBe('204');
    expect(bench.outcome('DELETE', `${users}/${firstAdministrator}`)).toBe(last);
    expect(bench.outcome('PATCH', `${users}/second@contoso.example`, { accountEnabled: true })).toBe('204');
    expect(bench.outcome('DELETE', `${users}/${firstAdministrator}`)).toBe('204');
  });
});

describe('a person and their devices', () => {
  const adele = 'adele@contoso.example';
  const names = (url: string) => bench.get(url).value.map(({ deviceName, displayName }) => deviceName ?? displayName);

  it('have the same devices under users/{id}/managedDevices as the whole collection shows for them', () => {
    const { id } = bench.enroll('request-1', { userPrincipalName: 'Adele@Contoso.example' });
    bench.enroll('request-2', { userPrincipalName: 'bob@contoso.example', serialNumber: 'MF2' });
    const list = bench.get(`${users}/${adele}/managedDevices`);
    expect(list.value).toEqual([bench.get(`/v1.0/deviceManagement/managedDevices?$filter=id eq '${id}'`).value[0]]);
    const context = `https://graph.microsoft.com/v1.0/$metadata#users('${encodeURIComponent(adele)}')/managedDevices`;
    expect(list['@odata.context']).toBe(context);
    expect(bench.get(`${users}('${adele}')/managedDevices`)['@odata.context']).toBe(context);
    expect(bench.call('GET', `${users}/${adele}/managedDevices/$count`).body).toBe('1');
    expect(bench.get(`${users}/${adele}/managedDevices?$filter=operatingSystem eq 'Windows'`).value).toEqual([]);
    expect(bench.outcome('GET', `${users}/nobody@contoso.example/managedDevices`)).toMatch(/^404 Request_ResourceNotFound/);
    bench.caller = bench.person('plain');
    expect(bench.outcome('GET', `${users}/${adele}/managedDevices`)).toMatch(/^403 Forbidden/);
  });

  it('part when the person is deleted: the device stays, and a later one makes the person again', () => {
    const { id } = bench.enroll();
    const userId = bench.get(`${users}/${adele}`).id;
    expect(bench.get(`/v1.0/deviceManagement/managedDevices/${id}`)).toMatchObject({
      userId,
      userDisplayName: 'Adele',
      emailAddress: adele,
    });
    bench.call('DELETE', `${users}/${adele}`);
    expect(bench.get(`/v1.0/deviceManagement/managedDevices/${id}`)).toMatchObject({
      userId: '',
      userDisplayName: '',
      userPrincipalName: adele,
    });
    bench.enroll('request-2', { serialNumber: 'MF2' });
    expect(bench.get(`${users}/${adele}`).displayName).toBe('Adele');
  });

  it('stay together when the person is renamed; the old name is another person then', () => {
    bench.enroll();
    const { id } = bench.get(`${users}/${adele}`);
    expect(bench.outcome('PATCH', `${users}/${adele}`, { userPrincipalName: 'adele.vance@contoso.example' })).toBe('204');
    expect(bench.get(`${users}/adele.vance@contoso.example`).id).toBe(id);
    const devicesOf = (name: string) => names(`/v1.0/deviceManagement/managedDevices?$filter=userPrincipalName eq '${name}'`);
    expect([devicesOf(adele), devicesOf('adele.vance@contoso.example')]).toEqual([[], ['Phone']]);
    bench.enroll('request-2', { serialNumber: 'MF2' });
    expect(bench.get(`${users}/${adele}`).id).not.toBe(id);
    expect(bench.get(`${users}/adele.vance@contoso.example`).id).toBe(id);
    bench.call('DELETE', `${users}/${adele}`);
    expect(bench.post(users, { ...grace, userPrincipalName: adele }).id).not.toBe(id);
  });
});
