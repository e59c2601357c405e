import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DoorBench, doorToken } from '../door.fixture.ts';

interface Item {
  id: string;
  status: number;
  headers: Record<string, string>;
  body?: unknown;
}

const get = (id: string, url = '/deviceManagement/managedDevices', more: object = {}) => ({ id, method: 'GET', url, ...more });

/** A door with two phones, and a batch through it. */
function door() {
  const bench = new DoorBench();
  const [first, second] = ['1', '2'].map((n) => bench.bench.enroll(`request-${n}`, { serialNumber: `MF${n}`, deviceName: `phone-${n}` }));
  const send = async (requests: unknown, { version = 'v1.0', token = doorToken }: { version?: string; token?: string } = {}) => {
    const { status, body } = await bench.call('POST', `/${version}/$batch`, { requests }, { token });
    return { status, message: body?.error?.message ?? '', code: body?.error?.code, responses: (body?.responses ?? []) as Item[] };
  };
  const post = (id: string, url: string, more: object = {}) => ({
    id,
    method: 'POST',
    url,
    headers: { 'Content-Type': 'application/json' },
    body: {},
    ...more,
  });
  return { bench, first: first?.id ?? '', second: second?.id ?? '', send, post };
}

describe('each request is answered as if it had come alone', () => {
  it('reads and writes, with and without a slash before the address, in both versions', async () => {
    const { first, send, post } = door();
    for (const version of ['v1.0', 'beta', 'BETA']) {
      const { status, responses } = await send(
        [
          get('1', `/deviceManagement/managedDevices/${first}?$select=deviceName`),
          get('2', `deviceManagement/managedDevices('${first}')`),
          post('3', `/deviceManagement/managedDevices/${first}/syncDevice`),
          get('4', '/deviceManagement/managedDevices/missing'),
          get('5', '/deviceManagement/managedDevices/$count'),
        ],
        { version },
      );
      expect(status).toBe(200);
      expect(responses.map((one) => [one.id, one.status])).toEqual([
        ['1', 200],
        ['2', 200],
        ['3', 204],
        ['4', 404],
        ['5', 200],
      ]);
      expect(responses[0]).toMatchObject({
        headers: { 'Content-Type': expect.stringContaining('application/json') },
        body: { deviceName: 'phone-1' },
      });
      expect(responses[2]).not.toHaveProperty('body');
      expect(responses[3]?.body).toMatchObject({ error: { code: 'ResourceNotFound' } });
      // What is no JSON is Base64 in the alphabet of addresses.
      expect(responses[4]).toMatchObject({ headers: { 'Content-Type': 'text/plain' }, body: 'Mg' });
    }
  });

  it('its links lead to the version and the address that were asked', async () => {
    const { send } = door();
    const { responses } = await send([get('1', '/deviceManagement/managedDevices?$top=1')]);
    expect(responses[0]?.body).toMatchObject({
      '@odata.nextLink': expect.stringMatching(/^https:\/\/stub\.example\/v1\.0\/deviceManagement\/managedDevices\?/),
    });
  });

  it('the headers of an item are its own; the correlation is that of the batch', async () => {
    const { bench, first } = door();
    const requests = [
      { ...get('1', `/deviceManagement/managedDevices/${first}/nothing`), headers: { 'client-request-id': 'mine' } },
      get('2', `/deviceManagement/managedDevices/${first}/nothing`),
      {
        id: '3',
        method: 'POST',
        url: `/deviceManagement/managedDevices/${first}/wipe`,
        headers: { 'content-type': 'text/plain' },
        body: btoa('{}'),
      },
    ];
    const { body } = await bench.call('POST', '/v1.0/$batch', { requests }, { headers: { 'client-request-id': 'all' } });
    const responses = body.responses as Item[];
    expect(responses.map(({ status }) => status)).toEqual([400, 400, 415]);
    expect(responses.map((one) => one.headers['client-request-id'])).toEqual(['mine', 'all', 'all']);
  });

  it('needs what each of them needs: one that is forbidden spoils no other', async () => {
    const { bench, first, send, post } = door();
    const { directory } = bench.bench.tenant;
    const id = 'f0000000-0000-4000-8000-000000000001';
    const application = {
      id,
      appId: id,
      displayName: 'Reader',
      secretHashes: [],
      delegatedPermissions: [],
      isPublicClient: false,
      createdAt: 0,
    };
    directory.save('application', { ...application, permissions: ['DeviceManagementManagedDevices.Read.All'] });
    const { secretHash } = await import('../core/secret.ts');
    directory.save('namedToken', { id: secretHash('reader'), principalId: id, principalType: 'application', permissions: null });
    const { responses } = await send([get('1'), post('2', `/deviceManagement/managedDevices/${first}/wipe`)], { token: 'reader' });
    expect(responses.map(({ status }) => status)).toEqual([200, 403]);
    expect((await send([get('1')], { token: 'nobody' })).status).toBe(401);
  });

  it('is refused one by one when there are too many', async () => {
    const { bench, send } = door();
    bench.throttle.set({ next: 2, retryAfterSeconds: 3 });
    const { status, responses } = await send([get('1'), get('2'), get('3')]);
    expect(status).toBe(200);
    expect(responses.map((one) => [one.status, one.headers['Retry-After']])).toEqual([
      [429, '3'],
      [429, '3'],
      [200, undefined],
    ]);
  });
});

describe('dependsOn', () => {
  it('an item waits for those it depends on, wherever they stand, and fails with them', async () => {
    const { first, send, post } = door();
    const { responses } = await send([
      post('then', `/deviceManagement/managedDevices/${first}/syncDevice`, { dependsOn: ['FIRST'] }),
      { ...get('first', '/deviceManagement/managedDevices/missing') },
      post('last', `/deviceManagement/managedDevices/${first}/syncDevice`, { dependsOn: ['then'] }),
      get('free'),
    ]);
    expect(responses.map((one) => [one.id, one.status])).toEqual([
      ['then', 424],
      ['first', 404],
      ['last', 424],
      ['free', 200],
    ]);
    expect(responses[0]?.body).toMatchObject({ error: { code: 'FailedDependency', message: expect.stringContaining("'first'") } });
  });

  it('sees what the one before did', async () => {
    const { bench, first, send, post } = door();
    const { responses } = await send([
      get('read', `/deviceManagement/managedDevices/${first}`, { dependsOn: ['wipe'] }),
      post('wipe', `/deviceManagement/managedDevices/${first}/wipe`),
    ]);
    expect(responses[0]?.body).toMatchObject({ managementState: 'wipePending' });
    expect(
      bench.bench.statuses({ id: first, requestId: '', peer: { subject: '', serialNumber: '', notBefore: 0, notAfter: 0, trusted: true } }),
    ).toEqual(['wipe queued']);
  });

  it('property: in any order without a circle every item is answered once, after those it depends on', async () => {
    const { send } = door();
    const batch = fc
      .array(fc.record({ fails: fc.boolean(), on: fc.array(fc.nat(19), { maxLength: 3 }), place: fc.nat(1000) }), {
        minLength: 1,
        maxLength: 20,
      })
      .map((items) => {
        const all = items.map(({ fails, on, place }, index) => ({
          id: `i${index}`,
          fails,
          place,
          on: on.filter((other) => other < index).map((other) => `i${other}`),
        }));
        return all.sort((a, b) => a.place - b.place);
      });
    await fc.assert(
      fc.asyncProperty(batch, async (items) => {
        const url = (fails: boolean) => (fails ? '/deviceManagement/managedDevices/missing' : '/deviceManagement/managedDevices?$top=1');
        const { responses } = await send(items.map(({ id, fails, on }) => get(id, url(fails), { dependsOn: on })));
        expect(responses.map(({ id }) => id)).toEqual(items.map(({ id }) => id));
        const statusOf = new Map(responses.map(({ id, status }) => [id, status]));
        for (const { id, fails, on } of items) {
          const spoiled = on.some((other) => statusOf.get(other) !== 200);
          expect(statusOf.get(id)).toBe(spoiled ? 424 : fails ? 404 : 200);
        }
      }),
      { numRuns: 50 },
    );
  });
});

describe('a malformed batch does nothing, and says which item is wrong', () => {
  const cases: [string, unknown, RegExp][] = [
    ['no requests', undefined, /'requests' has to be a collection/],
    ['no collection', { 1: get('1') }, /'requests' has to be a collection/],
    ['none', [], /'requests' is empty/],
    ['21 of them', Array.from({ length: 21 }, (_, n) => get(String(n))), /maximum value of 20: there are 21/],
    ['one that is no object', [get('1'), 'me'], /Request 2 of the batch is not an object/],
    ['no id', [{ method: 'GET', url: '/me' }], /Request 1 of the batch has no 'id'/],
    ['a number as id', [{ ...get('1'), id: 1 }], /Request 1 of the batch has no 'id'/],
    ['an id twice, in another case', [get('a'), get('A')], /'A' is there twice/],
    ['no method', [{ id: '1', url: '/me' }], /Request '1' of the batch needs a 'method': one of GET/],
    ['another method', [{ ...get('1'), method: 'TRACE' }], /needs a 'method'/],
    ['no url', [{ id: '1', method: 'GET' }], /Request '1' of the batch needs a 'url'/],
    ['an absolute url', [get('1', 'https://graph.microsoft.com/v1.0/me')], /absolute 'url'/],
    ['another host', [get('1', '//evil.example/me')], /absolute 'url'/],
    ['headers that are no object', [get('1', '/me', { headers: ['a'] })], /'headers' has to be an object/],
    ['a header that is no text', [get('1', '/me', { headers: { Prefer: 1 } })], /the header 'Prefer' has to be a text/],
    [
      'a write without a body',
      [{ id: '1', method: 'POST', url: '/x' }],
      /^Write request id : 1 does not contain Content-Type header or body\.$/,
    ],
    [
      'a body without its type',
      [{ id: '1', method: 'POST', url: '/x', body: {} }],
      /^Write request with id '1' does not contain a Content-Type header\.$/,
    ],
    [
      'a body that is neither JSON nor Base64',
      [{ id: '1', method: 'PUT', url: '/x', headers: { 'Content-Type': 'image/png' }, body: {} }],
      /Base64/,
    ],
    ['dependsOn that is no collection', [get('1', '/me', { dependsOn: '2' })], /Request '1' of the batch: 'dependsOn' has to be/],
    ['dependsOn on what is not there', [get('1', '/me', { dependsOn: ['2'] })], /Request '1' depends on '2', which is not in the batch/],
    [
      'a circle',
      [get('0'), get('1', '/me', { dependsOn: ['2'] }), get('2', '/me', { dependsOn: ['1'] })],
      /'1', '2' of the batch depend on each other/,
    ],
    ['itself', [get('1', '/me', { dependsOn: ['1'] })], /'1' of the batch depend on each other/],
  ];
  it.each(cases)('%s', async (_, requests, message) => {
    const { bench, first, send, post } = door();
    const all =
      Array.isArray(requests) && requests.length > 0 && requests.length < 20
        ? [post('wipe', `/deviceManagement/managedDevices/${first}/wipe`)]
        : [];
    // A good item before the bad one is not carried out. Positions shift by it, so only the sentence is looked at where it tells one.
    const alone = await send(requests);
    expect([alone.status, alone.code, alone.message]).toEqual([400, 'BadRequest', expect.stringMatching(message)]);
    if (all.length > 0) {
      expect((await send([...all, ...(requests as unknown[])])).status).toBe(400);
      expect(bench.bench.store.commandsOf(first)).toEqual([]);
    }
  });

  it('a batch in a batch is refused by itself', async () => {
    const { send, post } = door();
    const { status, responses } = await send([post('1', '/$batch', { body: { requests: [get('1')] } }), get('2')]);
    expect([status, responses.map((one) => one.status)]).toEqual([200, [400, 200]]);
    expect(responses[0]?.body).toMatchObject({ error: { message: 'A batch cannot contain another batch.' } });
  });

  it('method, type and version are looked at as everywhere', async () => {
    const { bench } = door();
    const refused = async (method: string, path: string, body?: unknown, headers = {}) => {
      const { status, body: answer } = await bench.call(method, path, body, { headers });
      return [status, answer.error.code];
    };
    expect(await refused('GET', '/v1.0/$batch')).toEqual([405, 'Request_BadRequest']);
    expect(await refused('POST', '/v1.0/$batch', 'x', { 'content-type': 'text/plain' })).toEqual([415, 'UnsupportedMediaType']);
    expect(await refused('POST', '/v1.0/$batch', '{')).toEqual([400, 'BadRequest']);
    expect(await refused('POST', '/v3.0/$batch', { requests: [get('1')] })).toEqual([400, 'BadRequest']);
    expect(await refused('POST', '/v1.0/$BATCH', { requests: [] })).toEqual([400, 'BadRequest']);
  });
});

it('property: whatever is sent as a batch is answered, and never by a fault of ours', async () => {
  const { first, send } = door();
  const member = fc.oneof(
    fc.jsonValue(),
    fc.string(),
    fc.constantFrom('GET', 'POST', '1', '2', '/', '$batch', `/deviceManagement/managedDevices/${first}/wipe`),
  );
  const item = fc.record(
    { id: member, method: member, url: member, headers: member, body: member, dependsOn: member },
    { requiredKeys: [] },
  );
  const good = fc.record({
    id: fc.uuid(),
    method: fc.constantFrom('GET', 'POST', 'PATCH', 'DELETE', 'PUT'),
    url: fc.oneof(fc.webPath(), fc.string({ minLength: 1 }), fc.constant('/users')),
    headers: fc.constant({ 'Content-Type': 'application/json' }),
    body: fc.jsonValue(),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(fc.jsonValue(), fc.array(fc.oneof(item, good), { maxLength: 22 }), fc.array(good, { minLength: 1, maxLength: 20 })),
      async (requests) => {
        const { status, responses } = await send(requests);
        expect([200, 400]).toContain(status);
        for (const one of responses) expect(one.status).toBeLessThan(500);
      },
    ),
    { numRuns: 150 },
  );
});
