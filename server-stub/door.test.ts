/** Graph's edge: what is answered before any resource is asked, and what every answer carries. */
import { expect, it } from 'vitest';
import { DoorBench, doorToken } from './door.fixture.ts';

const devices = '/v1.0/deviceManagement/managedDevices';

it.each([
  ['an unknown version', 'GET', '/v2.0/me', undefined, {}, 400, 'BadRequest', 'Invalid version: v2.0'],
  ['an unknown segment', 'GET', '/v1.0/nothing', undefined, {}, 400, 'BadRequest', "segment 'nothing'"],
  ['a wrong method', 'PUT', devices, {}, {}, 405, 'Request_BadRequest', 'HTTP method is not allowed'],
  ['a wrong content type', 'POST', '/wipe', '{}', { 'content-type': 'text/plain' }, 415, 'UnsupportedMediaType', "'text/plain'"],
  ['no content type', 'POST', '/wipe', new Blob(['{}']), {}, 400, 'BadRequest', 'Content-Type'],
  ['a body that is no JSON', 'POST', '/wipe', '{', {}, 400, 'BadRequest', 'valid JSON'],
  ['a body of another type', 'POST', '/wipe', '[1]', {}, 400, 'BadRequest', 'has to be|must be a JSON object'],
  ['a huge body', 'POST', '/wipe', ' '.repeat(4 * 1024 * 1024 + 1), {}, 413, 'RequestEntityTooLarge', '4194304 bytes'],
])('%s is told in Graph’s words', async (_, method, path, body, headers, status, code, words) => {
  const bench = new DoorBench();
  const { id } = bench.bench.enroll();
  const url = path.startsWith('/w') ? `${devices}/${id}${path}` : path;
  const isBlob = body instanceof Blob;
  const answer = isBlob
    ? await bench.raw(new Request(`https://stub.example${url}`, { method, body, headers: { authorization: `Bearer ${doorToken}` } }))
    : await bench.call(method, url, body, { headers });
  expect([answer.status, answer.body.error.code, answer.body.error.message]).toEqual([status, code, expect.stringMatching(words)]);
  expect(bench.bench.store.commandsOf(id)).toEqual([]);
});

it('a huge body of a request that was cloned is refused too, and not waited for', async () => {
  const bench = new DoorBench();
  const headers = { authorization: `Bearer ${doorToken}`, 'content-type': 'application/json' };
  const request = new Request(`https://stub.example${devices}`, { method: 'POST', body: ' '.repeat(4 * 1024 * 1024 + 1), headers });
  const copy = request.clone();
  expect((await bench.raw(copy)).status).toBe(413);
  expect((await request.text()).length).toBe(4 * 1024 * 1024 + 1);
});

it('every answer carries its ids, the gateway’s diagnostics, and the date of the real clock', async () => {
  const bench = new DoorBench();
  const guid = 'c0000000-0000-4000-8000-000000000001';
  const answers = [
    await bench.call('GET', devices, undefined, { headers: { 'client-request-id': guid } }),
    await bench.call('GET', `${devices}/missing`, undefined, { headers: { 'client-request-id': guid } }),
    await bench.call('GET', devices, undefined, { headers: { 'client-request-id': guid }, token: null }),
    await bench.call('POST', '/v1.0/$batch', { requests: [] }, { headers: { 'client-request-id': guid } }),
  ];
  const ids = answers.map(({ headers }) => headers.get('request-id'));
  expect(new Set(ids).size).toBe(4);
  for (const { headers } of answers) {
    expect(headers.get('client-request-id')).toBe(guid);
    expect(headers.get('request-id')).toMatch(/^[0-9a-f-]{36}$/);
    expect(JSON.parse(headers.get('x-ms-ags-diagnostic') ?? '')).toHaveProperty('ServerInfo.DataCenter');
    expect(headers.get('date')).toBe('Thu, 01 Jan 2026 00:00:00 GMT');
  }
  // Without an id of the caller's own, ours stands in both places.
  const { headers } = await bench.call('GET', devices);
  expect(headers.get('client-request-id')).toBe(headers.get('request-id'));
});

it('all of graph.microsoft.com is Graph’s; elsewhere an address that is nobody’s says so', async () => {
  const bench = new DoorBench();
  const graph = { origin: 'https://graph.microsoft.com' };
  expect((await bench.call('GET', devices, undefined, graph)).status).toBe(200);
  expect((await bench.call('GET', '/me', undefined, graph)).body.error).toMatchObject({
    code: 'BadRequest',
    message: 'Invalid version: me',
  });
  expect((await bench.call('GET', '/me', undefined, { ...graph, token: null })).status).toBe(401);
  expect((await bench.call('GET', '/me')).body.error.code).toBe('not-found');
});

it('a mailbox of more than an answer can hold is searched or emptied, and breaks nothing', async () => {
  const bench = new DoorBench();
  const text = 'x'.repeat(20_000_000);
  const mail = { envelopeFrom: '', envelopeTo: [], from: '', to: [], cc: [], messageId: '', date: null, text, html: null, raw: null };
  for (const subject of ['one', 'two', 'three']) bench.bench.tenant.receiveMail({ ...mail, subject });
  const { status, body } = await bench.call('GET', '/mockfleet/mail');
  expect([status, body.error]).toMatchObject([413, { code: 'mail-list-too-long', message: expect.stringMatching(/search .* or empty/) }]);
  expect((await bench.call('GET', '/mockfleet/mail?subject=two')).body).toMatchObject([{ subject: 'two' }]);
  expect((await bench.call('DELETE', '/mockfleet/mail')).status).toBe(204);
  expect((await bench.call('GET', '/mockfleet/mail')).body).toEqual([]);
});

it('what was sent is read at /mockfleet/outbox, newest first', async () => {
  const bench = new DoorBench();
  const mail = { from: 'it@contoso.example', to: ['adele@contoso.example'], cc: [], bcc: [], contentType: 'text' as const, body: 'Hello.' };
  bench.bench.tenant.sendMail({ ...mail, subject: 'one' });
  bench.bench.now += 1000;
  bench.bench.tenant.sendMail({ ...mail, subject: 'two' });
  const { status, body } = await bench.call('GET', '/mockfleet/outbox');
  expect([status, body]).toMatchObject([200, [{ ...mail, subject: 'two', at: '2030-01-01T00:00:01Z' }, { subject: 'one' }]]);
  expect((await bench.call('GET', '/mockfleet/outbox', undefined, { token: null })).status).toBe(401);
});
