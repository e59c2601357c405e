/** Microsoft's client sends custom notifications: to groups, to a device, to some devices at once; and what it makes of the limits. */
import { ClientSecretCredential } from '@azure/identity';
import { BatchRequestContent, BatchResponseContent, type Client, RetryHandlerOptions } from '@microsoft/microsoft-graph-client';
import type { AuditEvent, Group, ManagedDevice, RemoteActionAudit } from '@microsoft/microsoft-graph-types-beta';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batched, type ClientWorld, clientOf, clientWith, type OpenWorld, refusal, type WorldDevice } from './world.ts';

const verb = 'sendCustomNotificationToCompanyPortal';
const path = '/deviceManagement/managedDevices';
const family = '\u{1F468}\u200d\u{1F469}\u200d\u{1F467}\u200d\u{1F466}';
const said = (title: string, body = 'Snow. Please work from home.') => ({ notificationTitle: title, notificationBody: body });
const shown = (title: string, body = 'Snow. Please work from home.') => ({ title, body });

const newsroom = { clientId: '7d1a1c52-7a5b-4f0c-9a63-2f3d0a6a0003', secret: 'secret of the newsroom' };

/** The client waits as long as it is told, in real time, and asks again: who wants to see a 429 tells it not to. */
const once = [new RetryHandlerOptions(0, 0)];

export function describeNotifications(open: OpenWorld): void {
  describe('M-05 CN-11 the client sends custom notifications', () => {
    let world: ClientWorld;
    let client: Client;
    let phone: WorldDevice;
    let tablet: WorldDevice;
    let pc: WorldDevice;
    let groups: Record<string, string>;
    beforeAll(async () => {
      world = await open({
        groups: [
          { displayName: 'Everybody', members: ['Field'] },
          { displayName: 'Field', members: ['bob@contoso.example'] },
        ],
        users: [
          { userPrincipalName: 'bob@contoso.example', token: 'token-of-bob' },
          { userPrincipalName: 'olga@contoso.example', roles: ['Help Desk Operator'], token: 'token-of-olga' },
        ],
        applications: [{ displayName: 'Newsroom', ...newsroom, permissions: ['DeviceManagementServiceConfig.ReadWrite.All'] }],
      });
      client = clientWith(world);
      phone = await world.device({ name: 'phone', platform: 'ios', user: 'bob@contoso.example' });
      tablet = await world.device({ name: 'tablet', platform: 'android', enrollment: 'fully-managed', user: 'bob@contoso.example' });
      pc = await world.device({ name: 'pc', platform: 'windows', user: 'bob@contoso.example' });
      const { value } = (await client.api('/groups').get()) as { value: Group[] };
      groups = Object.fromEntries(value.map(({ displayName, id }) => [displayName, id ?? '']));
    });
    afterAll(() => world.close());

    const toDevice = ({ id }: WorldDevice, body: object) =>
      client.api(`${path}/${id}/${verb}`).version('beta').middlewareOptions(once).post(body);
    const toGroups = (names: string[], body: object) =>
      client
        .api(`/deviceManagement/${verb}`)
        .version('beta')
        .middlewareOptions(once)
        .post({ ...body, groupsToNotify: names.map((name) => groups[name] ?? name) });

    it('to a device, which shows them', async () => {
      expect(await toDevice(phone, said('To the phone'))).toBeUndefined();
      expect(await phone.notifications(1)).toEqual([shown('To the phone')]);
      expect(await tablet.notifications(0)).toEqual([]);
    });

    it('CN-09 CN-10 to groups, and so to each phone and tablet of the people in them, once', async () => {
      expect(await toGroups(['Everybody', 'Field'], said('Closed today'))).toBeUndefined();
      expect(await phone.notifications(2)).toEqual([shown('To the phone'), shown('Closed today')]);
      expect(await tablet.notifications(1)).toEqual([shown('Closed today')]);
      expect(await pc.notifications(0)).toEqual([]);
    });

    it('to some devices at once', async () => {
      const { value } = (await client
        .api(`${path}/executeAction`)
        .version('beta')
        .post({ actionName: 'customTextNotification', deviceIds: [phone.id, pc.id, tablet.id], ...said('In bulk') })) as { value: object };
      expect(value).toMatchObject({ successfulDeviceIds: [phone.id, tablet.id], failedDeviceIds: [], notSupportedDeviceIds: [pc.id] });
      expect((await phone.notifications(3)).at(-1)).toEqual(shown('In bulk'));
      expect((await tablet.notifications(2)).at(-1)).toEqual(shown('In bulk'));
    });

    it('CN-02 as long as they may be, whatever they are written in', async () => {
      const body = `e${'\u0301'.repeat(31)}`.repeat(500);
      expect(await toDevice(tablet, said(family.repeat(50), body))).toBeUndefined();
      expect((await tablet.notifications(3)).at(-1)).toEqual(shown(family.repeat(50), body));
      const error = await refusal(toDevice(tablet, said(family.repeat(51))));
      expect(error).toMatchObject({ statusCode: 400, code: 'BadRequest' });
      expect(error?.message).toContain("'notificationTitle'");
      expect(error?.message).toContain('51 characters, and 50 are allowed');
    });

    it('CN-01 and is told which devices cannot get any', async () => {
      const error = await refusal(toDevice(pc, said('To the PC')));
      expect(error).toMatchObject({ statusCode: 400, code: 'BadRequest' });
      expect(error?.message).toContain('Custom notifications are for iOS, iPadOS and Android.');
    });

    it('and those that are away get them when they are back', async () => {
      await phone.network(false);
      // Whoever is connected lives this second: after it the service knows that the phone is not.
      await world.advance('1s');
      await toDevice(phone, said('First'));
      await toDevice(phone, said('Second'));
      expect((await phone.notifications(0)).map(({ title }) => title)).not.toContain('First');
      await phone.network(true);
      expect((await phone.notifications(5)).slice(3)).toEqual([shown('First'), shown('Second')]);
    });

    it('CN-18 of which nothing is left but an entry of who did it, when', async () => {
      const { deviceActionResults } = (await client.api(`${path}/${phone.id}`).version('beta').get()) as ManagedDevice;
      expect(deviceActionResults).toEqual([]);
      const { value: audits } = (await client.api('/deviceManagement/remoteActionAudits').version('beta').get()) as {
        value: RemoteActionAudit[];
      };
      expect(audits).toEqual([]);
      const events = (await client.api('/deviceManagement/auditEvents').version('beta').get()) as { value: AuditEvent[] };
      const sent = events.value.filter(({ activityType }) => activityType?.startsWith(verb));
      expect(sent.map(({ category, resources }) => `${category} ${resources?.[0]?.displayName ?? 'groups'}`).sort()).toEqual(
        ['groups', 'phone', 'phone', 'phone', 'phone', 'tablet', 'tablet'].map((name) => `Device ${name}`),
      );
      expect(JSON.stringify(events)).not.toMatch(/Closed today|To the phone|In bulk|Snow/);
    });

    it('CN-08 ten times an hour to one device: then 429, with the seconds until it may', async () => {
      const batch = new BatchRequestContent(
        ['a', 'b', 'c'].map((id) => ({ id, request: batched(world, 'POST', `${path}/${tablet.id}/${verb}`, said(`Batch ${id}`)) })),
      );
      // Two are there from before, by its own id; the one to groups does not count.
      for (let count = 2; count < 9; count += 1) await toDevice(tablet, said(`Number ${count}`));
      const answers = new BatchResponseContent(
        await client
          .api('/$batch')
          .version('beta')
          .post(await batch.getContent()),
      );
      const [a, b, c] = ['a', 'b', 'c'].map((id) => answers.getResponseById(id));
      expect([a?.status, b?.status, c?.status]).toEqual([204, 429, 429]);
      const error = await refusal(toDevice(tablet, said('Too many')));
      expect(error).toMatchObject({ statusCode: 429, code: 'TooManyRequests' });
      const seconds = Number(error?.headers?.get('retry-after'));
      expect(seconds).toBeGreaterThan(3000);
      expect(seconds).toBeLessThanOrEqual(3600);
      expect(b?.headers.get('retry-after')).toBe(String(seconds));
      expect(error?.message).toMatch(/It is possible again at \d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/);
      await world.advance(`${seconds - 1}s`);
      // With its own retry handler the client waits that second, in real time, and asks again; that the tenant's clock went on as well is for whoever moves it.
      let moved: Promise<void> | undefined;
      const waiting = new RetryHandlerOptions(0, 3, (_delay, _attempt, _request, _options, answer) => {
        if (answer?.status === 429) moved ??= world.advance('1s');
        return answer?.status === 429;
      });
      await client.api(`${path}/${tablet.id}/${verb}`).version('beta').middlewareOptions([waiting]).post(said('At last'));
      await moved;
      expect([moved === undefined, (await tablet.notifications(12)).at(-1)]).toEqual([false, shown('At last')]);
    });

    it('CN-07 25 times an hour to groups, and after that hour again', async () => {
      await world.advance('1h');
      for (let count = 0; count < 25; count += 1) await toGroups(['Field'], said(`Number ${count}`));
      const error = await refusal(toGroups(['Field'], said('Too many')));
      expect(error).toMatchObject({ statusCode: 429, code: 'TooManyRequests' });
      await world.advance('1h');
      expect(await refusal(toGroups(['Field'], said('At last')))).toBeUndefined();
      const titles = (await phone.notifications(31)).map(({ title }) => title);
      expect([titles.includes('Too many'), titles.at(-1)]).toEqual([false, 'At last']);
    });

    it('CN-05 as far as whoever uses it may: the help desk to devices, a program that was granted it to groups as well', async () => {
      await world.advance('1h');
      const send = (who: Client, url: string, more = {}) =>
        refusal(
          who
            .api(url)
            .version('beta')
            .middlewareOptions(once)
            .post({ ...said('May I?'), ...more }),
        );
      const one = `${path}/${tablet.id}/${verb}`;
      const many = `/deviceManagement/${verb}`;
      const groupsToNotify = [groups.Field];
      const olga = clientWith(world, 'token-of-olga');
      expect(await send(olga, one)).toBeUndefined();
      expect(await send(olga, many, { groupsToNotify })).toMatchObject({
        statusCode: 403,
        code: 'Forbidden',
        message: expect.stringContaining('Microsoft.Intune_Organization_Update'),
      });
      expect(await send(clientWith(world, 'token-of-bob'), one)).toMatchObject({
        statusCode: 403,
        message: expect.stringContaining('Microsoft.Intune_RemoteTasks_CustomNotification'),
      });
      const credential = new ClientSecretCredential('contoso.example', newsroom.clientId, newsroom.secret, world.identity);
      const program = clientOf(world, credential);
      expect([await send(program, one), await send(program, many, { groupsToNotify })]).toEqual([undefined, undefined]);
      const events = (await client.api('/deviceManagement/auditEvents').version('beta').get()) as { value: AuditEvent[] };
      expect(events.value[0]).toMatchObject({
        activityType: `${verb} DeviceManagement`,
        actor: { applicationDisplayName: 'Newsroom', applicationId: newsroom.clientId, userPrincipalName: null },
      });
    });
  });
}
