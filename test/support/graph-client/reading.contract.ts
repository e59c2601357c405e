/** Microsoft's client reads the managed devices of a tenant: lists, pages, filters, single ones. */
import {
  BatchRequestContent,
  BatchResponseContent,
  type Client,
  type GraphRequest,
  type PageCollection,
  PageIterator,
} from '@microsoft/microsoft-graph-client';
import type { ManagedDevice } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batched, type ClientWorld, clientWith, crowdNames, type OpenWorld } from './world.ts';

const path = '/deviceManagement/managedDevices';
const crowd = 2_500;

export function describeReading(open: OpenWorld): void {
  describe('M-05 the client reads managed devices', () => {
    let world: ClientWorld;
    let client: Client;
    beforeAll(async () => {
      world = await open();
      client = clientWith(world);
      await world.crowd(crowd);
    });
    afterAll(() => world.close());

    const list = async (query: (request: GraphRequest) => GraphRequest): Promise<PageCollection> =>
      (await query(client.api(path)).get()) as PageCollection;
    const names = ({ value }: PageCollection) => (value as ManagedDevice[]).map(({ deviceName }) => deviceName);
    /** Every device of the collection, page by page, by the client's own iterator. */
    async function all(first: PageCollection): Promise<ManagedDevice[]> {
      const found: ManagedDevice[] = [];
      await new PageIterator(client, first, (device: ManagedDevice) => found.push(device) > 0).iterate();
      return found;
    }

    it('pages through 2,500 of them with its own iterator, each once', async () => {
      const first = await list((request) => request);
      expect(first.value).toHaveLength(1000);
      expect(first['@odata.nextLink']).toMatch(new RegExp(`^${world.url}/v1.0/deviceManagement/managedDevices\\?.*\\$skiptoken=`));
      const found = await all(first);
      expect(found.map(({ deviceName }) => deviceName).sort()).toEqual(crowdNames(crowd));
      expect(new Set(found.map(({ id }) => id)).size).toBe(crowd);
    });

    it('stops and resumes its iterator where it was', async () => {
      const seen: unknown[] = [];
      const iterator = new PageIterator(client, await list((request) => request.top(7)), ({ id }: ManagedDevice) => seen.push(id) !== 10);
      await iterator.iterate();
      expect([seen.length, iterator.isComplete()]).toEqual([10, false]);
      await iterator.resume();
      expect([new Set(seen).size, iterator.isComplete()]).toEqual([crowd, true]);
    });

    it('keeps $select, $filter, $orderby and $top along the pages', async () => {
      const first = await list((request) =>
        request.select(['id', 'deviceName']).filter("operatingSystem eq 'Windows'").orderby('deviceName desc').top(400),
      );
      const found = await all(first);
      expect(found.map(({ deviceName }) => deviceName)).toEqual(
        crowdNames(crowd)
          .filter((_, index) => index % 2 === 1)
          .reverse(),
      );
      expect(found.every((device) => Object.keys(device).sort().join() === 'deviceName,id')).toBe(true);
    });

    it.each<[filter: string, names: string[]]>([
      ["deviceName eq 'crowd-0007'", ['crowd-0007']],
      [
        "startsWith(deviceName,'crowd-000') and operatingSystem eq 'iOS'",
        ['crowd-0001', 'crowd-0003', 'crowd-0005', 'crowd-0007', 'crowd-0009'],
      ],
      ["deviceName in ('crowd-0100','crowd-2500','nobody')", ['crowd-0100', 'crowd-2500']],
      ["userPrincipalName eq 'CROWD-0042@contoso.example'", ['crowd-0042']],
      [
        "contains(deviceName,'249') and not (operatingSystem eq 'Windows')",
        ['crowd-0249', 'crowd-1249', 'crowd-2249', 'crowd-2491', 'crowd-2493', 'crowd-2495', 'crowd-2497', 'crowd-2499'],
      ],
      ["endswith(deviceName,'-0001') or endswith(deviceName,'-0002')", ['crowd-0001', 'crowd-0002']],
      ["startswith(deviceName,'crowd-000') and lastSyncDateTime lt 2000-01-01T00:00:00Z", []],
      ["deviceName eq 'crowd-0001' and enrolledDateTime ge 2000-01-01T00:00:00Z and notes eq null", ['crowd-0001']],
    ])('filters: %s', async (filter, expected) => {
      expect(names(await list((request) => request.filter(filter))).sort()).toEqual(expected);
    });

    it('counts, skips, and asks for less', async () => {
      // Plain text, as the real service answers it.
      expect(await client.api(`${path}/$count`).get()).toBe('2500');
      expect(await client.api(`${path}/$count`).filter("operatingSystem eq 'iOS'").get()).toBe('1250');
      const page = await list((request) => request.orderby('deviceName').skip(2_495).count(true));
      expect(names(page)).toEqual(crowdNames(crowd).slice(-5));
      expect(page['@odata.count']).toBe(5);
      const preferred = await client.api(path).header('Prefer', 'odata.maxpagesize=3').get();
      expect((preferred as PageCollection).value).toHaveLength(3);
    });

    it('asks for a thousand of them by their ids in one filter, and pages on', async () => {
      const whole = await all(await list((request) => request));
      const wanted = whole.slice(0, 1000).map(({ id }) => id);
      const some = (request: GraphRequest) => request.filter(`id in (${wanted.map((id) => `'${id}'`).join(',')})`);
      expect((await all(await list((request) => some(request).select('id').top(600)))).map(({ id }) => id)).toEqual(wanted);
    });

    it('reads one device by either form of its key, in v1.0 and beta', async () => {
      const [{ id } = {}] = (await list((request) => request.filter("deviceName eq 'crowd-0003'"))).value as ManagedDevice[];
      const one = (await client.api(`${path}/${id}`).get()) as ManagedDevice & Record<string, unknown>;
      expect(one).toMatchObject({
        '@odata.context': `${world.url}/v1.0/$metadata#deviceManagement/managedDevices/$entity`,
        id,
        deviceName: 'crowd-0003',
        operatingSystem: 'iOS',
        managementState: 'managed',
        userPrincipalName: 'crowd-0003@contoso.example',
      });
      expect(await client.api(`${path}('${id}')`).get()).toEqual(one);
      expect(one).not.toHaveProperty('ownerType');
      expect(await client.api(`${path}/${id}`).version('beta').get()).toMatchObject({ id, ownerType: 'personal', deviceType: 'iPhone' });
      expect(await client.api(`${path}/${id}`).select('id,deviceName').get()).toMatchObject({ id, deviceName: 'crowd-0003' });
    });

    it('batches twenty reads with its own contents', async () => {
      const wanted = crowdNames(20);
      const requests = wanted.map((name) => ({
        id: name,
        request: batched(world, 'GET', `${path}?$filter=deviceName eq '${name}'&$select=deviceName`),
      }));
      const content = await new BatchRequestContent(requests).getContent();
      const answers = new BatchResponseContent(await client.api('/$batch').post(content)).getResponses();
      expect([...answers.keys()].sort()).toEqual(wanted);
      for (const [name, answer] of answers) expect(names((await answer.json()) as PageCollection)).toEqual([name]);
    });

    it.each([undefined, 'deviceName desc'])('pages on while devices come and go, in the order %s', async (order) => {
      const ordered = (request: GraphRequest) => (order === undefined ? request : request.orderby(order));
      const whole = await all(await list(ordered));
      const first = await list((request) => ordered(request).top(50));
      // One that was seen, the one at which the page ended, and one that is still to come.
      const gone = [10, 49, 120].map((place) => whole[place]?.id ?? '');
      for (const id of gone) await client.api(`${path}/${id}`).delete();
      const came = await world.device({ name: `newcomer ${order}`, platform: 'ios' });
      const seen = (await all(first)).map(({ id }) => id);
      expect(new Set(seen).size).toBe(seen.length);
      const expected = whole.map(({ id }) => id).filter((id) => id !== gone[2]);
      expect(seen.filter((id) => id !== came.id)).toEqual(expected);
    });

    it('reads the people of devices along with them', async () => {
      const { id } = await world.device({ name: 'expanded', platform: 'ios', user: 'adele@contoso.example' });
      const users = [{ userPrincipalName: 'adele@contoso.example' }];
      expect(await client.api(`${path}/${id}`).expand('users($select=userPrincipalName)').get()).toMatchObject({
        deviceName: 'expanded',
        users,
      });
      const page = await list((request) => request.filter("deviceName eq 'expanded'").select('deviceName').expand('users'));
      expect(page.value).toMatchObject([{ deviceName: 'expanded', users }]);
    });

    it('is told of kinds that v1.0 has no name for, when it says that it takes them', async () => {
      const { id } = await world.device({ name: 'kiosk', platform: 'android', enrollment: 'dedicated' });
      const request = () => client.api(`${path}/${id}`).select('deviceEnrollmentType');
      expect(await request().get()).toMatchObject({ deviceEnrollmentType: 'unknownFutureValue' });
      const told = { deviceEnrollmentType: 'androidEnterpriseDedicatedDevice' };
      expect(await request().header('Prefer', 'include-unknown-enum-members').get()).toMatchObject(told);
      expect(await request().version('beta').get()).toMatchObject(told);
    });
  });
}
