/** A custom notification to one device, or to some named ones: what is asked of Graph, what it answers, and what comes to the device. */
import { beforeEach, describe, expect, it } from 'vitest';
import { bodyCharactersMax, charactersIn, titleCharactersMax } from '../../protocol/notification-text.ts';
import { hourMs } from '../../runtime/duration.ts';
import type { Enrolled } from '../core/core.fixture.ts';
import { deviceObjectId } from './derived-guid.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';
import { bodyOf } from './fake-tenant.contract.ts';
import type { GraphResponse } from './tenant.ts';

const verb = 'sendCustomNotificationToCompanyPortal';
const devices = '/beta/deviceManagement/managedDevices';
const text = { notificationTitle: 'Call us', notificationBody: 'Your phone was found.' };
const readWrite = 'DeviceManagementManagedDevices.ReadWrite.All';
const privileged = 'DeviceManagementManagedDevices.PrivilegedOperations.All';

let bench: DirectoryBench;
let phone: Enrolled;
let tablet: Enrolled;
let laptop: Enrolled;
let mac: Enrolled;
beforeEach(() => {
  bench = new DirectoryBench();
  phone = bench.enroll('1', { serialNumber: 'C0001' });
  tablet = bench.enroll('2', { serialNumber: 'A0002', platform: 'android', enrollment: 'dedicated', osVersion: '15' });
  laptop = bench.enroll('3', { serialNumber: 'W0003', platform: 'windows', enrollment: 'joined', osVersion: '10.0.22631' });
  mac = bench.enroll('4', { serialNumber: 'M0004', platform: 'macos', enrollment: 'automated', osVersion: '14.5' });
  for (const one of [phone, tablet]) bench.checkIn(bench.open(one.peer), one);
});

const send = ({ id }: { id: string } = phone, more: object = {}): GraphResponse =>
  bench.call('POST', `${devices}/${id}/${verb}`, { ...text, ...more });
const bulk = (deviceIds: string[], more: object = {}): GraphResponse =>
  bench.call('POST', `${devices}/executeAction`, { actionName: 'customTextNotification', deviceIds, ...text, ...more });

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

const entries = () => bench.audits().filter((line) => line.startsWith(verb));

describe('CN-11 a custom notification to one device', () => {
  it('is sent at once, to it alone', () => {
    const response = send();
    expect([response.status, response.body]).toEqual([204, '']);
    expect(arrived()).toEqual([{ title: text.notificationTitle, body: text.notificationBody }]);
    expect(entries()).toEqual([`${verb} ManagedDevice by admin@contoso.example`]);
  });

  it.each([
    (id: string) => `${devices}/${id}/microsoft.graph.${verb}`,
    (id: string) => `${devices}('${id}')/${verb}`,
    (id: string) => `${devices}/${id.toUpperCase()}/${verb.toLowerCase()}`,
  ])('is sent by each form of its path', (path) => {
    expect(bench.call('POST', path(phone.id), text).status).toBe(204);
    expect(arrived()).toHaveLength(1);
  });

  it('is not in v1.0, and cannot be read', () => {
    const path = `${devices}/${phone.id}/${verb}`;
    expect(bench.outcome('POST', path.replace('beta', 'v1.0'), text)).toMatch(/^400 No method match route template: /);
    expect(bench.call('GET', path)).toMatchObject({ status: 405, headers: { allow: 'POST' } });
    expect([arrived(), entries()]).toEqual([[], []]);
  });

  it('CN-01 is for iOS, iPadOS and Android: others are refused with the reason', () => {
    for (const one of [laptop, mac]) {
      const refused = send(one);
      expect([refused.status, bodyOf(refused).error.code]).toEqual([400, 'BadRequest']);
      expect(sentence(refused)).toMatch(/^Custom notifications are for iOS, iPadOS and Android\. - Operation ID/);
      const { message } = bodyOf(send(one, { notificationTitle: '' })).error;
      expect(message).toContain("The parameter 'notificationTitle'");
    }
    expect([arrived(), entries()]).toEqual([[], []]);
  });

  it.each<[string, object, string]>([
    ['no title', { notificationTitle: undefined }, `The parameter 'notificationTitle' of ${verb} is missing.`],
    ['null for a message', { notificationBody: null }, `The parameter 'notificationBody' of ${verb} is missing.`],
    [
      'a blank title',
      { notificationTitle: '  ' },
      `The parameter 'notificationTitle' of ${verb} is not valid: write at least one character`,
    ],
    ['51 characters', { notificationTitle: 'é'.repeat(51) }, '51 characters, and 50 are allowed'],
    ['501 characters', { notificationBody: 'é'.repeat(501) }, '501 characters, and 500 are allowed'],
    ['a list', { notificationBody: ['x'] }, `The parameter 'notificationBody' of ${verb} is not valid: `],
    ['half a pair', { notificationTitle: '\ud83d' }, 'half of a surrogate pair stands alone'],
    ['groups', { groupsToNotify: [] }, `The parameter 'groupsToNotify' in the request payload is not a valid parameter for the operation`],
  ])('CN-02 is refused with %s, and leaves nothing behind', (_what, more, expected) => {
    const response = send(phone, more);
    expect([response.status, bodyOf(response).error.code, sentence(response)]).toEqual([
      400,
      'BadRequest',
      expect.stringContaining(expected),
    ]);
    expect([arrived(), entries()]).toEqual([[], []]);
    for (let count = 0; count < 10; count += 1) expect(send().status).toBe(204);
  });

  it('has to be to one that is there', () => {
    expect(send({ id: 'f9000000-0000-4000-8000-000000000009' }).status).toBe(404);
    bench.delete(tablet);
    expect(send(tablet).status).toBe(404);
  });
});

describe('CN-08 the limit for one device', () => {
  it('is told with the instant at which it is possible again; other devices and groups are not counted in it', () => {
    for (let count = 0; count < 10; count += 1) {
      expect(send().status).toBe(204);
      bench.pass(60_000);
    }
    const refused = send();
    expect([refused.status, refused.headers['retry-after'], bodyOf(refused).error.code]).toEqual([429, String(50 * 60), 'TooManyRequests']);
    expect(sentence(refused)).toContain(
      '10 custom notifications were sent to this device within the last hour. It is possible again at 2030-01-01T01:00:00Z.',
    );
    expect(send(tablet).status).toBe(204);
    const groupsToNotify = [bench.group('Field')];
    expect(bench.call('POST', `/beta/deviceManagement/${verb}`, { ...text, groupsToNotify }).status).toBe(204);
    bench.now = Date.UTC(2030, 0, 1, 1) - 1;
    expect(send().status).toBe(429);
    bench.now += 1;
    expect([send().status, send().status]).toEqual([204, 429]);
    expect(entries().filter((line) => line.includes('ManagedDevice'))).toHaveLength(12);
  });

  it('is the last thing that is judged', () => {
    for (let count = 0; count < 10; count += 1) send();
    expect([send().status, send(phone, { notificationTitle: '' }).status]).toEqual([429, 400]);
  });
});

describe('CN-11 executeAction with customTextNotification', () => {
  it('sends it to each, and says of which devices it could not and why', () => {
    const nobody = '00000000-0000-4000-8000-0000000000ff';
    const response = bulk([phone.id, laptop.id, nobody, tablet.id]);
    expect(response.status).toBe(200);
    expect(bodyOf(response).value).toEqual({
      '@odata.type': 'microsoft.graph.bulkManagedDeviceActionResult',
      successfulDeviceIds: [phone.id, tablet.id],
      failedDeviceIds: [],
      notFoundDeviceIds: [nobody],
      notSupportedDeviceIds: [laptop.id],
    });
    expect(arrived()).toHaveLength(2);
    expect(entries()).toHaveLength(2);
    expect(bench.get('/beta/deviceManagement/remoteActionAudits').value).toEqual([]);
  });

  it('CN-08 counts one for each device, and fails for one that has had enough', () => {
    for (let count = 0; count < 9; count += 1) send();
    expect(bodyOf(bulk([phone.id, tablet.id])).value).toMatchObject({ successfulDeviceIds: [phone.id, tablet.id], failedDeviceIds: [] });
    expect(bodyOf(bulk([phone.id, tablet.id])).value).toMatchObject({ successfulDeviceIds: [tablet.id], failedDeviceIds: [phone.id] });
    bench.pass(hourMs);
    expect(bodyOf(bulk([phone.id, tablet.id])).value).toMatchObject({ successfulDeviceIds: [phone.id, tablet.id] });
    expect(arrived()).toHaveLength(9 + 2 + 1 + 2);
  });

  it.each<[string, object, string]>([
    ['no title', { notificationTitle: undefined }, `'notificationTitle' of ${verb} is missing.`],
    ['null for a title', { notificationTitle: null }, `'notificationTitle' of ${verb} is missing.`],
    ['a blank title', { notificationTitle: ' ' }, `'notificationTitle' of ${verb} is not valid: write at least one character`],
    ['51 characters', { notificationTitle: 'x'.repeat(51) }, '51 characters, and 50 are allowed'],
    ['no message', { notificationBody: undefined }, `'notificationBody' of ${verb} is missing.`],
    ['501 characters', { notificationBody: 'x'.repeat(501) }, '501 characters, and 500 are allowed'],
    ['a number', { notificationBody: 17 }, `'notificationBody' of executeAction is not valid: a string is expected.`],
    [
      'a list with a text in it',
      { notificationTitle: ['Secret'] },
      `'notificationTitle' of executeAction is not valid: a string is expected.`,
    ],
  ])('CN-02 is refused for all of them with %s', (_what, more, expected) => {
    // The text is wrong whichever devices there are.
    for (const ids of [[phone.id, tablet.id], [laptop.id], ['nobody']]) {
      const response = bulk(ids, more);
      expect([response.status, sentence(response)]).toEqual([400, expect.stringContaining(expected)]);
    }
    expect([arrived(), entries()]).toEqual([[], []]);
  });
});

describe('CN-05 who may send to a device', () => {
  const needed = 'Microsoft.Intune_RemoteTasks_CustomNotification';

  /** A person with this role for the devices in a group. */
  function withRole(roleId: string, devicesOfScope: Enrolled[]) {
    const person = bench.person('helper');
    bench.post('/beta/deviceManagement/roleAssignments', {
      displayName: 'Senders',
      members: [bench.group('Helpers', person.id)],
      resourceScopes: [bench.group('Reach', ...devicesOfScope.map(({ id }) => deviceObjectId(id)))],
      scopeType: 'resourceScope',
      'roleDefinition@odata.bind': `https://graph.microsoft.com/beta/deviceManagement/roleDefinitions('${roleId}')`,
    });
    bench.caller = person;
  }
  const custom = (...allowed: string[]) => {
    const rolePermissions = [{ resourceActions: [{ allowedResourceActions: allowed, notAllowedResourceActions: [] }] }];
    return bench.post('/v1.0/deviceManagement/roleDefinitions', { displayName: 'Senders', rolePermissions }).id as string;
  };
  const builtIn = (name: string) =>
    bench.get('/v1.0/deviceManagement/roleDefinitions').value.find(({ displayName }) => displayName === name)?.id as string;

  it('is whom a role allows it, on the devices within its scope', () => {
    withRole(custom(needed, 'Microsoft.Intune_ManagedDevices_Read'), [tablet]);
    expect(send(tablet).status).toBe(204);
    const refused = send(phone);
    expect([refused.status, bodyOf(refused).error.code, sentence(refused)]).toEqual([403, 'Forbidden', expect.stringContaining(needed)]);
    expect(bodyOf(bulk([phone.id, tablet.id])).value).toMatchObject({ successfulDeviceIds: [tablet.id], failedDeviceIds: [phone.id] });
    expect(arrived()).toHaveLength(2);
    // It does not reach groups.
    const toGroups = bench.call('POST', `/beta/deviceManagement/${verb}`, { ...text, groupsToNotify: ['x'] });
    expect([toGroups.status, sentence(toGroups)]).toEqual([403, expect.stringContaining('Microsoft.Intune_Organization_Update')]);
  });

  it('is not whom a role allows to write to groups alone', () => {
    withRole(custom('Microsoft.Intune_Organization_Update', 'Microsoft.Intune_ManagedDevices_Read'), [phone, tablet]);
    expect([send(phone).status, bulk([phone.id]).status]).toEqual([403, 403]);
    expect([arrived(), entries()]).toEqual([[], []]);
  });

  it('is a Help Desk Operator, and no School Administrator', () => {
    withRole(builtIn('Help Desk Operator'), [phone]);
    expect(send(phone).status).toBe(204);
    bench = new DirectoryBench();
    phone = bench.enroll();
    withRole(builtIn('School Administrator'), [phone]);
    expect(send(phone).status).toBe(403);
  });

  it('is a program by each of the permissions that the pages name, and by no other; many at once by the privileged one', () => {
    for (const permission of [readWrite, 'DeviceManagementServiceConfig.ReadWrite.All', privileged]) {
      bench.caller = program(permission);
      expect([permission, send().status, bulk([tablet.id]).status]).toEqual([permission, 204, permission === privileged ? 200 : 403]);
      bench.caller = limited(bench.person('intune', 'Intune Administrator'), permission);
      expect(send().status).toBe(204);
    }
    for (const permission of ['DeviceManagementManagedDevices.Read.All', 'DeviceManagementConfiguration.ReadWrite.All']) {
      bench.caller = program(permission);
      expect(send().status).toBe(403);
    }
  });
});

describe('CN-18 what Graph shows of it afterwards', () => {
  it('is an audit entry about the device, and nothing of the text anywhere', () => {
    const before = bench.get(`${devices}/${phone.id}`);
    send();
    bulk([phone.id]);
    expect(arrived()).toHaveLength(2);
    expect(bench.get(`${devices}/${phone.id}`)).toEqual(before);
    expect(bench.get(`${devices}/${phone.id}?$select=deviceActionResults`)).toMatchObject({ deviceActionResults: [] });
    expect(bench.get('/beta/deviceManagement/remoteActionAudits').value).toEqual([]);
    const events = bench.get(`/v1.0/deviceManagement/auditEvents?$filter=resources/any(r:r/resourceId eq '${phone.id}')`).value;
    expect(events).toHaveLength(2);
    expect(events[0]).toMatchObject({
      activityType: `${verb} ManagedDevice`,
      activityOperationType: 'Action',
      category: 'Device',
      actor: { userPrincipalName: 'admin@contoso.example' },
      resources: [{ displayName: 'Phone', resourceId: phone.id, modifiedProperties: [{ displayName: 'DeviceId', newValue: phone.id }] }],
    });
    expect(JSON.stringify([...bench.store.allCommands(), ...bench.store.audits(), bench.record(phone), bench.notes])).not.toMatch(
      /Call us|was found/,
    );
  });
});

/** One character each, as a person counts. */
const characters: Readonly<Record<string, string>> = {
  'a letter': 'x',
  'a letter with its accent': 'é',
  'a letter and an accent': 'e\u0301',
  'a letter with three marks': 'o\u0302\u0323\u0301',
  'a family': '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}',
  'a waving hand of some colour': '\u{1F44B}\u{1F3FD}',
  'a flag': '\u{1F1E9}\u{1F1EA}',
  'the flag of England': '\u{1F3F4}\u{E0067}\u{E0062}\u{E0065}\u{E006E}\u{E0067}\u{E007F}',
  'a keycap': '1\ufe0f\u20e3',
  'Hangul jamo': '\u1112\u1161\u11ab',
  'a Hangul syllable': '한',
  Hebrew: '\u05e9\u05c1',
  Arabic: '\u0645\u064e',
  Thai: '\u0e01\u0e47',
  Devanagari: '\u0915\u093f',
  'outside of the basic plane': '\u{20BB7}',
};

describe('CN-02 characters are counted as a person counts them', () => {
  it.each(Object.entries(characters))('%s', (_what, one) => {
    expect(charactersIn(one)).toBe(1);
    const [title, body] = [one.repeat(titleCharactersMax), one.repeat(bodyCharactersMax)];
    expect(send(phone, { notificationTitle: title, notificationBody: body }).status).toBe(204);
    expect(arrived()).toEqual([{ title, body }]);
    const longTitle = send(phone, { notificationTitle: title + one });
    expect([longTitle.status, sentence(longTitle)]).toEqual([400, expect.stringContaining('51 characters, and 50 are allowed')]);
    const longBody = send(phone, { notificationBody: body + one });
    expect([longBody.status, sentence(longBody)]).toEqual([400, expect.stringContaining('501 characters, and 500 are allowed')]);
    expect(arrived()).toHaveLength(1);
  });

  it('a line break of two code units is one, and lines come as they were written', () => {
    const body = `${'\r\n'.repeat(499)}x`;
    expect(send(phone, { notificationBody: body }).status).toBe(204);
    expect(send(phone, { notificationBody: `${body}\r\n` }).status).toBe(400);
    expect(arrived()[0]?.body).toBe(body);
  });

  it('a message of 16,000 code units arrives whole, and one more is too many', () => {
    const body = `e${'\u0301'.repeat(31)}`.repeat(500);
    expect(body).toHaveLength(16_000);
    expect(send(phone, { notificationBody: body }).status).toBe(204);
    expect(arrived()[0]?.body).toBe(body);
    expect(sentence(send(phone, { notificationBody: `${body}\u0301` }))).toContain('16001 code units, and 16000 are allowed');
  });
});
