import { beforeEach, describe, expect, it } from 'vitest';
import { hourMs } from '../../runtime/duration.ts';
import type { Enrolled } from '../core/core.fixture.ts';
import { userIdOf } from '../core/people.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';
import { bodyOf } from './fake-tenant.contract.ts';
import type { GraphResponse } from './tenant.ts';

const verb = 'sendCustomNotificationToCompanyPortal';
const toGroups = `/beta/deviceManagement/${verb}`;
const text = { notificationTitle: 'Closed today', notificationBody: 'Snow. Please work from home.' };
const family = '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}';

let bench: DirectoryBench;
let phone: Enrolled;
let field: string;
beforeEach(() => {
  bench = new DirectoryBench();
  phone = bench.enroll();
  bench.checkIn(bench.open(phone.peer), phone);
  field = bench.group('Field', userIdOf('adele@contoso.example'));
});

const send = (more: object = {}): GraphResponse => bench.call('POST', toGroups, { ...text, groupsToNotify: [field], ...more });

/** What came to devices, with everything that is on its way now. */
function arrived(): { title: string; body: string }[] {
  bench.pass(10_000);
  return bench.sent.flatMap(({ message }) => (message.type === 'notification' ? [{ title: message.title, body: message.body }] : []));
}

/** The sentence within a refusal, its nested text unpacked. */
function sentence(response: GraphResponse): string {
  const { message } = bodyOf(response).error;
  return message.startsWith('{') ? (JSON.parse(message) as { Message: string }).Message : message;
}

/** Notifications that were sent leave an entry each. */
const entries = () => bench.audits().filter((line) => line.startsWith(verb));

describe('a custom notification to groups', () => {
  it('CN-18 is sent at once: 204, and nothing more is said', () => {
    const response = send();
    expect([response.status, response.body]).toEqual([204, '']);
    expect(arrived()).toEqual([{ title: text.notificationTitle, body: text.notificationBody }]);
  });

  it.each([
    `/beta/deviceManagement/microsoft.graph.${verb}`,
    `/BETA/DEVICEMANAGEMENT/${verb.toUpperCase()}`,
    `/beta/deviceManagement/${verb}/`,
  ])('is sent by the path %s', (path) => {
    expect(bench.call('POST', path, { ...text, groupsToNotify: [field], '@odata.type': '#any' }).status).toBe(204);
    expect(arrived()).toHaveLength(1);
  });

  it('is not in v1.0, and cannot be read', () => {
    expect(bench.outcome('POST', toGroups.replace('beta', 'v1.0'), { ...text, groupsToNotify: [field] })).toBe(
      `400 BadRequest: Resource not found for the segment '${verb}'.`,
    );
    for (const method of ['GET', 'PATCH', 'PUT', 'DELETE']) {
      const refused = bench.call(method, toGroups, method === 'PATCH' || method === 'PUT' ? text : undefined);
      expect([refused.status, refused.headers.allow]).toEqual([405, 'POST']);
    }
    expect([arrived(), entries()]).toEqual([[], []]);
  });

  it('CN-09 takes 25 groups, each counted once, in whatever case', () => {
    const groups = Array.from({ length: 24 }, (_, index) => bench.group(`Team ${index}`));
    const all = [field, ...groups];
    expect(send({ groupsToNotify: [...all, field.toUpperCase(), ...all] }).status).toBe(204);
    expect(arrived()).toHaveLength(1);
    const refused = send({ groupsToNotify: [...all, bench.group('One more')] });
    expect([refused.status, sentence(refused)]).toEqual([
      400,
      expect.stringContaining(`The parameter 'groupsToNotify' of ${verb} is not valid: it names 26 groups, and 25 are allowed`),
    ]);
  });

  it.each<[string, object, string]>([
    ['no title', { notificationTitle: undefined }, "'notificationTitle' of {verb} is missing."],
    ['null for a title', { notificationTitle: null }, "'notificationTitle' of {verb} is missing."],
    ['an empty title', { notificationTitle: '' }, "'notificationTitle' of {verb} is not valid: write at least one character"],
    ['a blank title', { notificationTitle: ' \u00a0\u3000' }, "'notificationTitle' of {verb} is not valid: write at least one character"],
    ['a number for a title', { notificationTitle: 17 }, "'notificationTitle' of {verb} is not valid: Invalid input: expected string"],
    ['a list for a title', { notificationTitle: ['x'] }, "'notificationTitle' of {verb} is not valid: Invalid input: expected string"],
    [
      '51 characters',
      { notificationTitle: 'x'.repeat(51) },
      "'notificationTitle' of {verb} is not valid: 51 characters, and 50 are allowed",
    ],
    ['51 emoji', { notificationTitle: family.repeat(51) }, "'notificationTitle' of {verb} is not valid: 51 characters, and 50 are allowed"],
    ['two lines of a title', { notificationTitle: 'a\nb' }, "'notificationTitle' of {verb} is not valid: it holds a line break"],
    ['a line separator', { notificationTitle: 'a\u2028b' }, "'notificationTitle' of {verb} is not valid: it holds a line break"],
    ['half a pair', { notificationTitle: 'a\ud83d' }, "'notificationTitle' of {verb} is not valid: half of a surrogate pair"],
    ['no message', { notificationBody: undefined }, "'notificationBody' of {verb} is missing."],
    ['null for a message', { notificationBody: null }, "'notificationBody' of {verb} is missing."],
    ['a blank message', { notificationBody: '\n\t ' }, "'notificationBody' of {verb} is not valid: write at least one character"],
    ['an object', { notificationBody: { text: 'x' } }, "'notificationBody' of {verb} is not valid: Invalid input: expected string"],
    [
      '501 characters',
      { notificationBody: 'x'.repeat(501) },
      "'notificationBody' of {verb} is not valid: 501 characters, and 500 are allowed",
    ],
    ['a bell', { notificationBody: 'a\u0007b' }, "'notificationBody' of {verb} is not valid: it holds a control character"],
    ['a tower', { notificationBody: `a${'\u0301'.repeat(16_000)}` }, "'notificationBody' of {verb} is not valid: 16001 code units"],
    ['half a pair in a message', { notificationBody: '\udc00' }, "'notificationBody' of {verb} is not valid: half of a surrogate pair"],
    ['no groups', { groupsToNotify: undefined }, "'groupsToNotify' of {verb} is missing."],
    ['null for groups', { groupsToNotify: null }, "'groupsToNotify' of {verb} is missing."],
    ['an empty list', { groupsToNotify: [] }, "'groupsToNotify' of {verb} is not valid: it names no group"],
    ['a text for a list', { groupsToNotify: 'Field' }, "'groupsToNotify' of {verb} is not valid: a list of ids of groups is expected"],
    ['numbers for ids', { groupsToNotify: [17] }, "'groupsToNotify' of {verb} is not valid: a list of ids of groups is expected"],
    ['null for an id', { groupsToNotify: [null] }, "'groupsToNotify' of {verb} is not valid: a list of ids of groups is expected"],
    ['an empty id', { groupsToNotify: [''] }, "'groupsToNotify' of {verb} is not valid: no group has the id ''"],
    ['the name of a group', { groupsToNotify: ['Field'] }, "'groupsToNotify' of {verb} is not valid: no group has the id 'field'"],
    [
      'a person for a group',
      { groupsToNotify: [userIdOf('adele@contoso.example')] },
      `'groupsToNotify' of {verb} is not valid: no group has the id '${userIdOf('adele@contoso.example')}'`,
    ],
    ['an unknown parameter', { title: 'x' }, "'title' in the request payload is not a valid parameter for the operation '{verb}'."],
    ['a name of every object', { constructor: 'x' }, "'constructor' in the request payload is not a valid parameter"],
  ])('CN-02 is refused with %s, and leaves nothing behind', (_what, more, expected) => {
    const response = send(more);
    expect([response.status, bodyOf(response).error.code]).toEqual([400, 'BadRequest']);
    expect(sentence(response)).toContain(`The parameter ${expected.replace('{verb}', verb)}`);
    expect([arrived(), entries()]).toEqual([[], []]);
    // It was not counted either.
    for (let count = 0; count < 25; count += 1) expect(send().status).toBe(204);
  });

  it('is refused where only one of several groups is not there', () => {
    const refused = send({ groupsToNotify: [field, 'f0000000-0000-4000-8000-000000000009'] });
    expect([refused.status, sentence(refused)]).toEqual([400, expect.stringContaining("'f0000000-0000-4000-8000-000000000009'")]);
    expect(arrived()).toEqual([]);
  });

  it('refuses what is far too long by the same sentences', () => {
    expect(sentence(send({ ['x'.repeat(10_000)]: 1 }))).toContain(`The parameter '${'x'.repeat(64)}' in the request payload`);
    expect(sentence(send({ groupsToNotify: Array.from({ length: 1_000_000 }, () => 1) }))).toContain('a list of ids of groups is expected');
    expect(sentence(send({ notificationBody: '\u0301'.repeat(2_000_000) }))).toContain('2000000 code units');
  });

  it('needs a body of JSON', () => {
    expect(bench.outcome('POST', toGroups)).toContain("'notificationTitle' of");
    const xml = bench.call('POST', toGroups, text, { 'content-type': 'application/xml' });
    expect(xml.status).toBe(415);
  });
});

describe('CN-07 the limit of notifications to groups', () => {
  it('is told with the instant at which it is possible again, and with the seconds until then', () => {
    for (let count = 0; count < 25; count += 1) {
      expect(send().status).toBe(204);
      bench.pass(60_000);
    }
    const refused = send();
    expect([refused.status, refused.headers['retry-after'], bodyOf(refused).error.code]).toEqual([429, String(35 * 60), 'TooManyRequests']);
    expect(sentence(refused)).toContain(
      '25 custom notifications were sent to groups within the last hour. It is possible again at 2030-01-01T01:00:00Z.',
    );
    expect(bodyOf(refused).error.innerError).toMatchObject({ status: '429', 'request-id': expect.any(String) });
    expect(arrived()).toHaveLength(25);
    expect(entries()).toHaveLength(25);
    const seconds = [1, 1000, 1001].map((ms) => {
      bench.now = Date.UTC(2030, 0, 1, 1) - ms;
      const almost = send();
      return [almost.status, almost.headers['retry-after']];
    });
    // Rounded up: whoever waits as long is not refused again.
    expect(seconds).toEqual([
      [429, '1'],
      [429, '1'],
      [429, '2'],
    ]);
    bench.now = Date.UTC(2030, 0, 1, 1);
    expect([send().status, send().status]).toEqual([204, 429]);
  });

  it('is the last thing that is judged: what is wrong with a message is said even then', () => {
    for (let count = 0; count < 25; count += 1) send();
    expect(send().status).toBe(429);
    expect(send({ notificationTitle: '' }).status).toBe(400);
    expect(send({ groupsToNotify: ['x'] }).status).toBe(400);
    bench.caller = bench.person('nobody');
    expect(send().status).toBe(403);
  });

  it('is told for each item of a batch', () => {
    for (let count = 0; count < 24; count += 1) send();
    const item = (id: string, body: object) => ({
      id,
      method: 'POST',
      url: `/deviceManagement/${verb}`,
      headers: { 'Content-Type': 'application/json' },
      body,
    });
    const asked = { ...text, groupsToNotify: [field] };
    const { responses } = bench.post('/beta/$batch', {
      requests: [item('a', asked), item('b', asked), item('c', { ...asked, notificationTitle: '' }), item('d', asked)],
    }) as unknown as { responses: { id: string; status: number; headers: Record<string, string>; body?: unknown }[] };
    expect(responses.map(({ id, status, headers }) => [id, status, headers['Retry-After']])).toEqual([
      ['a', 204, undefined],
      ['b', 429, '3600'],
      ['c', 400, undefined],
      ['d', 429, '3600'],
    ]);
    expect(JSON.stringify(responses)).not.toContain(text.notificationBody);
    expect(arrived()).toHaveLength(25);
  });

  it('slides: a full hour after the first of them one more passes', () => {
    const at = bench.now;
    for (let count = 0; count < 25; count += 1) {
      expect(send().status).toBe(204);
      if (count === 0) bench.now = at + hourMs - 1000;
    }
    expect(send().status).toBe(429);
    bench.now = at + hourMs;
    expect([send().status, send().status]).toEqual([204, 429]);
  });
});

describe('CN-05 who may send to groups', () => {
  const update = 'Microsoft.Intune_Organization_Update';
  const toDevice = 'Microsoft.Intune_RemoteTasks_CustomNotification';

  /** A person with a role that allows this, for the devices that the scope says. */
  function withRole(...allowed: string[]) {
    const person = bench.person(`p${allowed.length}`);
    const helpers = bench.group('Helpers', person.id);
    const rolePermissions = [{ resourceActions: [{ allowedResourceActions: allowed, notAllowedResourceActions: [] }] }];
    const role = bench.post('/v1.0/deviceManagement/roleDefinitions', { displayName: 'Senders', rolePermissions });
    bench.post('/beta/deviceManagement/roleAssignments', {
      displayName: 'Senders',
      members: [helpers],
      resourceScopes: [bench.group('Empty')],
      scopeType: 'resourceScope',
      'roleDefinition@odata.bind': `https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('${role.id}')`,
    });
    bench.caller = person;
  }

  it('is whom a role allows to update the organization, whatever its scope', () => {
    withRole(update);
    expect(send().status).toBe(204);
    expect(arrived()).toHaveLength(1);
  });

  it('is not whom a role allows to send to devices alone', () => {
    withRole(toDevice, 'Microsoft.Intune_Organization_Read', 'Microsoft.Intune_ManagedDevices_Update');
    const refused = send();
    expect([refused.status, bodyOf(refused).error.code]).toEqual([403, 'Forbidden']);
    expect(sentence(refused)).toContain(update);
    // Before anything is looked at: who may not ask learns nothing of groups.
    expect(send({ groupsToNotify: ['x'] }).status).toBe(403);
    expect([arrived(), entries()]).toEqual([[], []]);
  });

  it('is no built-in role of Intune, and each administrator of the directory who may change devices', () => {
    for (const name of ['Help Desk Operator', 'School Administrator', 'Policy and Profile manager']) {
      const role = bench.get('/v1.0/deviceManagement/roleDefinitions').value.find(({ displayName }) => displayName === name);
      expect([name, JSON.stringify(role).includes(update)]).toEqual([name, false]);
    }
    for (const role of ['Global Administrator', 'Intune Administrator'] as const) {
      bench.caller = bench.person(role.slice(0, 6), role);
      expect(send().status).toBe(204);
    }
    bench.caller = bench.person('reader', 'Global Reader');
    expect(send().status).toBe(403);
  });

  it('is a program by each of the permissions that the pages name, and by no other', () => {
    for (const permission of ['DeviceManagementManagedDevices.ReadWrite.All', 'DeviceManagementServiceConfig.ReadWrite.All']) {
      bench.caller = program(permission);
      expect(send().status).toBe(204);
      bench.caller = limited(bench.person('intune', 'Intune Administrator'), permission);
      expect(send().status).toBe(204);
    }
    for (const permission of ['DeviceManagementManagedDevices.PrivilegedOperations.All', 'Group.ReadWrite.All']) {
      bench.caller = program(permission);
      expect(send().status).toBe(403);
      bench.caller = limited(bench.person('intune', 'Intune Administrator'), permission);
      expect(send().status).toBe(403);
    }
    expect(entries()).toEqual([
      `${verb} DeviceManagement by Automation`,
      `${verb} DeviceManagement by intune@contoso.example`,
      `${verb} DeviceManagement by Automation`,
      `${verb} DeviceManagement by intune@contoso.example`,
    ]);
  });
});

describe('CN-06 what is left of a notification to groups', () => {
  it('is an entry in the audit log with the actor and the time, and without a word of it', () => {
    bench.pass(60_000);
    expect(send().status).toBe(204);
    const [event] = bench.get('/beta/deviceManagement/auditEvents').value;
    expect(event).toMatchObject({
      activityType: `${verb} DeviceManagement`,
      activityOperationType: 'Action',
      activityDateTime: '2030-01-01T00:01:00Z',
      activityResult: 'Success',
      category: 'Device',
      componentName: 'ManagedDevices',
      actor: { userPrincipalName: 'admin@contoso.example' },
      resources: [],
    });
    expect(arrived()).toHaveLength(1);
    const types = bench.get("/beta/deviceManagement/auditEvents/getAuditActivityTypes(category='Device')").value;
    expect(types).toEqual(expect.arrayContaining([`${verb} DeviceManagement`, `${verb} ManagedDevice`]));
    expect(types).not.toContain(`cancel ${verb} ManagedDevice`);
    const byCategory = bench.get("/beta/deviceManagement/auditEvents?$filter=category eq 'Device'").value;
    expect(byCategory).toHaveLength(1);
  });
});
