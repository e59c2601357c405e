/** What Microsoft's client makes of errors and of a busy service; and wrong use, request by request. */
import {
  BatchRequestContent,
  BatchResponseContent,
  type Client,
  GraphError,
  type PageCollection,
  RetryHandlerOptions,
} from '@microsoft/microsoft-graph-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { batched, type ClientWorld, clientWith, control, type OpenWorld, refusal, type WorldDevice } from './world.ts';

const path = '/deviceManagement/managedDevices';
const nobody = '00000000-0000-4000-8000-000000000000';
const json = { 'content-type': 'application/json' };

interface Wrong {
  what: string;
  method?: string;
  /** Below the address of Graph; `{id}` is a device that is there. */
  url: string;
  body?: string;
  headers?: Record<string, string>;
  status: number;
  code: string;
  message: RegExp;
}

const device = `/v1.0${path}/{id}`;
const list = (query: string, status: number, message: RegExp): Omit<Wrong, 'what'> => ({
  url: `/v1.0${path}?${query}`,
  status,
  code: 'BadRequest',
  message,
});
const post = (url: string, body: string, more: Partial<Wrong> = {}): Omit<Wrong, 'what'> => ({
  method: 'POST',
  url,
  body,
  headers: json,
  status: 400,
  code: 'BadRequest',
  message: /./,
  ...more,
});

const wrongUse: Wrong[] = [
  { what: 'an unknown property in $select', ...list('$select=colour', 400, /colour/) },
  { what: 'an unknown property in $filter', ...list("$filter=colour eq 'red'", 400, /colour/) },
  { what: 'an unknown property in $orderby', ...list('$orderby=colour', 400, /colour/) },
  { what: 'an unknown relationship in $expand', ...list('$expand=colours', 400, /colours/) },
  { what: 'a filter that stops in the middle', ...list("$filter=deviceName eq 'a' and", 400, /position 21/) },
  { what: 'a filter that never closes its quote', ...list("$filter=deviceName eq 'a", 400, /position \d+/i) },
  {
    what: 'a filter that compares a date with a text',
    ...list("$filter=lastSyncDateTime gt 'yesterday'", 400, /lastSyncDateTime|incompatible/i),
  },
  { what: 'a $top that is no number', ...list('$top=many', 400, /\$top/i) },
  { what: 'a $top below zero', ...list('$top=-1', 400, /\$top/i) },
  { what: 'a $skip that is no number', ...list('$skip=x', 400, /\$skip/i) },
  { what: 'a $skiptoken of somebody else', ...list('$skiptoken=abc', 400, /skiptoken/i) },
  { what: 'an unknown query option', ...list('$colour=red', 400, /\$colour/i) },
  { what: 'an unknown collection', url: '/v1.0/deviceManagement/colours', status: 400, code: 'BadRequest', message: /'colours'/ },
  { what: 'an unknown version', url: `/v9.0${path}`, status: 400, code: 'BadRequest', message: /Invalid version: v9\.0/ },
  {
    what: 'an action of beta in v1.0',
    ...post(`${device}/setDeviceName`, '{"deviceName":"x1"}', { code: 'No method match route template' }),
  },
  { what: 'an unknown action', ...post(`${device}/explode`, '{}', { code: 'No method match route template' }) },
  { what: 'a GET of an action', url: `${device}/wipe`, status: 405, code: 'Request_BadRequest', message: /HTTP method is not allowed/ },
  {
    what: 'a PUT of a device',
    method: 'PUT',
    url: device,
    body: '{}',
    headers: json,
    status: 405,
    code: 'Request_BadRequest',
    message: /method/,
  },
  { what: 'a DELETE of all devices', method: 'DELETE', url: `/v1.0${path}`, status: 405, code: 'Request_BadRequest', message: /method/ },
  { what: 'a key that nobody has', url: `/v1.0${path}/${nobody}`, status: 404, code: 'ResourceNotFound', message: new RegExp(nobody) },
  { what: 'a key that is no GUID', url: `/v1.0${path}('phone')`, status: 404, code: 'ResourceNotFound', message: /phone/ },
  { what: 'an action on nobody', ...post(`/v1.0${path}/${nobody}/wipe`, '{}', { status: 404, code: 'ResourceNotFound' }) },
  { what: 'an action that the device cannot do', ...post(`${device}/cleanWindowsDevice`, '{"keepUserData":true}', { message: /Windows/ }) },
  { what: 'a parameter of the wrong type', ...post(`${device}/wipe`, '{"keepUserData":"yes"}', { message: /keepUserData/ }) },
  {
    what: 'an unlock code of five digits',
    ...post(`${device}/wipe`, '{"macOsUnlockCode":"12345"}', { message: /macOsUnlockCode.*six digits/ }),
  },
  { what: 'an unknown parameter', ...post(`${device}/wipe`, '{"colour":"red"}', { message: /'colour'/ }) },
  { what: 'a parameter that is missing', ...post(`/beta${path}/{id}/setDeviceName`, '{}', { message: /deviceName/ }) },
  { what: 'a body that is a list', ...post(`${device}/wipe`, '[]', { message: /JSON object/ }) },
  { what: 'a body that is no JSON', ...post(`${device}/wipe`, '{"keepUserData":', { message: /JSON/ }) },
  {
    what: 'a body of another content type',
    ...post(`${device}/wipe`, '<wipe/>', { headers: { 'content-type': 'application/xml' }, status: 415, code: 'UnsupportedMediaType' }),
  },
  {
    what: 'a huge body',
    ...post(`${device}/wipe`, `{"macOsUnlockCode":"${'1'.repeat(5 * 1024 * 1024)}"}`, { status: 413, code: 'RequestEntityTooLarge' }),
  },
  {
    what: 'a PATCH of a property that only the service writes',
    ...post(device, '{"serialNumber":"X"}', { method: 'PATCH', message: /serialNumber/ }),
  },
  { what: 'a PATCH of an unknown property', ...post(device, '{"colour":"red"}', { method: 'PATCH', message: /colour/ }) },
  { what: 'a device made by hand', ...post(`/v1.0${path}`, '{"deviceName":"x"}', { code: 'No method match route template' }) },
  {
    what: 'an unknown action for many',
    ...post(`/beta${path}/executeAction`, `{"actionName":"explode","deviceIds":["${nobody}"]}`, { message: /actionName|explode/ }),
  },
  { what: 'a batch of nothing', ...post('/v1.0/$batch', '{}', { message: /requests/ }) },
  {
    what: 'a batch of 21',
    ...post(
      '/v1.0/$batch',
      JSON.stringify({ requests: Array.from({ length: 21 }, (_, id) => ({ id: `${id}`, method: 'GET', url: '/me' })) }),
      {
        message: /20/,
      },
    ),
  },
];

export function describeErrors(open: OpenWorld): void {
  describe('M-05 wrong use', () => {
    let world: ClientWorld;
    let client: Client;
    let phone: WorldDevice;
    beforeAll(async () => {
      world = await open();
      client = clientWith(world);
      phone = await world.device({ name: 'phone', platform: 'ios', enrollment: 'automated' });
    });
    afterAll(() => world.close());

    it.each(wrongUse)('$what: $status $code', async ({ method = 'GET', url, body, headers, status, code, message }) => {
      const response = await fetch(`${world.url}${url.replace('{id}', phone.id)}`, {
        ...world.fetchOptions,
        method,
        headers: { authorization: `Bearer ${world.token}`, 'client-request-id': 'b7a1c2de-0000-4000-8000-000000000001', ...headers },
        ...(body !== undefined && { body }),
      });
      const { error } = (await response.json()) as { error: { code: string; message: string; innerError: Record<string, string> } };
      expect([response.status, error.code]).toEqual([status, code]);
      expect(error.message).toMatch(message);
      expect(error.innerError).toMatchObject({
        'request-id': response.headers.get('request-id'),
        'client-request-id': 'b7a1c2de-0000-4000-8000-000000000001',
      });
      expect(response.headers.get('content-type')).toMatch(/^application\/json/);
    });

    it('changes nothing of a device', async () => {
      const { value } = (await client.api('/deviceManagement/auditEvents').get()) as PageCollection;
      expect(value).toEqual([]);
      expect(await client.api(`${path}/${phone.id}`).get()).toMatchObject({ managementState: 'managed', deviceName: 'phone' });
    });

    it('is a GraphError with everything that the service said', async () => {
      const mine = 'b7a1c2de-0000-4000-8000-000000000002';
      const error = await refusal(client.api(`${path}/${nobody}`).header('client-request-id', mine).get());
      expect(error).toBeInstanceOf(GraphError);
      expect(error).toMatchObject({ statusCode: 404, code: 'ResourceNotFound', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) });
      expect(JSON.parse(error?.message ?? '')).toMatchObject({ _version: 3, Message: expect.stringContaining(`Activity ID: ${mine}`) });
      expect(JSON.parse(error?.body)).toMatchObject({ innerError: { 'client-request-id': mine } });
      expect(error?.date.getTime()).not.toBeNaN();
      expect(error?.headers?.get('client-request-id')).toBe(mine);
      expect(error?.headers?.get('request-id')).toBe(error?.requestId);
    });
  });

  describe('M-05 a busy service', () => {
    let world: ClientWorld;
    let client: Client;
    beforeAll(async () => {
      world = await open();
      client = clientWith(world);
    });
    afterAll(() => world.close());

    const once = [new RetryHandlerOptions(0, 0)];

    it('is asked again by the client’s own retry handler, after as long as the service says', async () => {
      await control(world, 'throttle', { next: 2, retryAfterSeconds: 1 });
      expect(await client.api(path).get()).toMatchObject({ value: [] });
      // Two were refused; had the client given up, this one would be.
      expect(await client.api(path).middlewareOptions(once).get()).toMatchObject({ value: [] });
    });

    it('is a GraphError 429 for those who do not ask again', async () => {
      await control(world, 'throttle', { next: 1, retryAfterSeconds: 7 });
      const error = await refusal(client.api(path).middlewareOptions(once).get());
      expect(error).toMatchObject({ statusCode: 429, code: 'TooManyRequests' });
      expect(error?.headers?.get('retry-after')).toBe('7');
    });

    it('may be out of order instead, which the retry handler waits for as well', async () => {
      await control(world, 'throttle', { next: 1, status: 503, retryAfterSeconds: 1 });
      expect(await client.api(path).get()).toMatchObject({ value: [] });
      await control(world, 'throttle', { next: 1, status: 503, retryAfterSeconds: 1 });
      expect(await refusal(client.api(path).middlewareOptions(once).get())).toMatchObject({ statusCode: 503 });
    });

    it('refuses single items of a batch', async () => {
      await control(world, 'throttle', { next: 1, retryAfterSeconds: 9 });
      const content = new BatchRequestContent(['a', 'b'].map((id) => ({ id, request: batched(world, 'GET', path) })));
      const answers = new BatchResponseContent(await client.api('/$batch').post(await content.getContent()));
      expect(['a', 'b'].map((id) => answers.getResponseById(id)?.status)).toEqual([429, 200]);
      expect(answers.getResponseById('a')?.headers.get('retry-after')).toBe('9');
    });

    it('has a limit that can be set', async () => {
      await control(world, 'throttle', { requests: 5, writes: 2, perSeconds: 20 });
      const statuses: (number | undefined)[] = [];
      for (let count = 0; count < 6; count += 1) statuses.push((await refusal(client.api(path).middlewareOptions(once).get()))?.statusCode);
      expect(statuses).toEqual([undefined, undefined, undefined, undefined, undefined, 429]);
      await control(world, 'throttle', { off: true });
      expect(await refusal(client.api(path).middlewareOptions(once).get())).toBeUndefined();
    });
  });

  describe('M-05 batches by the client’s own contents', () => {
    let world: ClientWorld;
    let client: Client;
    beforeAll(async () => {
      world = await open();
      client = clientWith(world);
    });
    afterAll(() => world.close());

    it('run in the order that they depend on, and what depends on a failure is not done', async () => {
      const phone = await world.device({ name: 'phone', platform: 'ios', enrollment: 'automated' });
      const content = new BatchRequestContent([
        { id: 'lock', request: batched(world, 'POST', `${path}/${phone.id}/remoteLock`, {}) },
        { id: 'read', request: batched(world, 'GET', `${path}/${phone.id}`), dependsOn: ['lock'] },
        { id: 'missing', request: batched(world, 'GET', `${path}/${nobody}`), dependsOn: ['read'] },
        { id: 'never', request: batched(world, 'POST', `${path}/${phone.id}/wipe`, {}), dependsOn: ['missing'] },
      ]);
      const answers = new BatchResponseContent(await client.api('/$batch').post(await content.getContent()));
      const answer = (id: string) => answers.getResponseById(id);
      expect(['lock', 'read', 'missing', 'never'].map((id) => answer(id)?.status)).toEqual([204, 200, 404, 424]);
      expect(await answer('read')?.json()).toMatchObject({ id: phone.id, deviceName: 'phone' });
      expect(await answer('missing')?.json()).toMatchObject({ error: { code: 'ResourceNotFound' } });
      expect(await client.api(`${path}/${phone.id}`).get()).toMatchObject({ managementState: 'managed' });
    });

    it('refuse an item with a version in its address, as the real service does', async () => {
      // microsoftgraph/msgraph-sdk-javascript issue 1178: the client takes the host away, and leaves the version.
      const content = new BatchRequestContent([{ id: '1', request: new Request(`${world.url}/v1.0${path}`) }]);
      const answers = new BatchResponseContent(await client.api('/$batch').post(await content.getContent()));
      const answer = answers.getResponseById('1');
      expect(answer?.status).toBe(400);
      expect(await answer?.json()).toMatchObject({ error: { code: 'BadRequest', message: "Resource not found for the segment 'v1.0'." } });
    });
  });
}
