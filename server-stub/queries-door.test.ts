import { beforeEach, describe, expect, it } from 'vitest';
import { DoorBench } from './door.fixture.ts';

let door: DoorBench;

beforeEach(() => {
  door = new DoorBench();
  for (const [number, deviceName] of ['Zoe’s phone', 'anna & ben', 'Mia+Max', 'anna'].entries()) {
    door.bench.enroll(`request-${number}`, { serialNumber: `SN${number}`, deviceName, userPrincipalName: `user${number}@contoso.example` });
  }
});

const devices = '/v1.0/deviceManagement/managedDevices';
const value = (body: Record<string, unknown>) => body.value as Record<string, unknown>[];

describe('questions through the door', () => {
  it.each([
    [`$filter=deviceName eq 'anna & ben'`.replace('&', '%26'), ['anna & ben']],
    ['$filter=deviceName+eq+%27anna+%26+ben%27', ['anna & ben']],
    ['$filter=deviceName%20eq%20%27Mia%2BMax%27', ['Mia+Max']],
    [`%24filter=startswith(deviceName,'ZOE’')&%24select=deviceName`, ['Zoe’s phone']],
    [`$filter=not%20deviceActionResults/any(r:%20r/actionState%20eq%20'pending')%20and%20deviceName%20eq%20'anna'`, ['anna']],
    ['$orderby=deviceName desc', ['Zoe’s phone', 'Mia+Max', 'anna & ben', 'anna']],
    ['$orderby=serialNumber&$skip=1&$top=2', ['anna & ben', 'Mia+Max']],
    [`$filter=userPrincipalName in ('USER1@contoso.example','user3@contoso.example')&$orderby=deviceName`, ['anna', 'anna & ben']],
    [`$filter=id eq 'nobody'`, []],
  ])('%s', async (query, names) => {
    const { status, body } = await door.call('GET', `${devices}?${query}`);
    expect([status, value(body).map(({ deviceName }) => deviceName)]).toEqual([200, names]);
  });

  it('lead through all pages by their links as they are, in an order of texts that no address can hold', async () => {
    for (const order of ['deviceName', 'deviceName desc', 'managementState,deviceName']) {
      const names: unknown[] = [];
      let link: unknown = `https://stub.example${devices}?$orderby=${order}&$top=1&$select=deviceName`;
      while (typeof link === 'string') {
        const { body }: { body: Record<string, unknown> } = await door.call('GET', link.slice('https://stub.example'.length));
        names.push(...value(body).map(({ deviceName }) => deviceName));
        link = body['@odata.nextLink'];
      }
      const sorted = ['anna', 'anna & ben', 'Mia+Max', 'Zoe’s phone'];
      expect(names).toEqual(order.endsWith('desc') ? sorted.toReversed() : sorted);
    }
  });

  it('are answered to HEAD with the headers alone', async () => {
    const { status, headers, text } = await door.call('HEAD', `${devices}?$top=1`, undefined, {
      headers: { prefer: 'odata.maxpagesize=1' },
    });
    expect([status, text, headers.get('odata-version'), headers.get('preference-applied')]).toEqual([
      200,
      '',
      '4.0',
      'odata.maxpagesize=1',
    ]);
    expect((await door.call('HEAD', `${devices}/nobody`)).status).toBe(404);
    expect((await door.call('HEAD', `${devices}/nobody/wipe`)).status).toBe(405);
  });

  it('keep the rules of the directory for people', async () => {
    const eventual = { headers: { ConsistencyLevel: 'eventual' } };
    const found = await door.call(
      'GET',
      '/v1.0/users?$search="userPrincipalName:user2"&$count=true&$expand=memberOf($select=id)',
      undefined,
      eventual,
    );
    expect(found.body).toMatchObject({ '@odata.count': 1, value: [{ userPrincipalName: 'user2@contoso.example', memberOf: [] }] });
    const refused = await door.call('GET', '/v1.0/users?$search="userPrincipalName:user2"');
    expect([refused.status, refused.body.error.code]).toEqual([400, 'Request_UnsupportedQuery']);
  });
});
