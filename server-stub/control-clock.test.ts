import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, openTenant, type Tenant, tenantStart } from '../test/support/tenant.ts';
import { untilAnswered } from '../test/support/until.ts';

let tenant: Tenant;
beforeAll(async () => {
  tenant = await openTenant();
});
afterAll(() => tenant.close());

const clockAt = { now: '2030-01-01T09:30:00Z', speed: 0, mode: 'frozen', advancing: false, advance: null };

describe('/mockfleet/clock', () => {
  it('shows the tenant’s time', async () => {
    expect(await tenant.call('GET', '/mockfleet/clock')).toEqual({ status: 200, body: clockAt });
  });

  it.each(['GET', 'POST', 'DELETE'])('answers %s with 401 without the token, and says where it is', async (method) => {
    for (const authorization of ['', 'Bearer ', 'Bearer wrong', `bearer${adminToken}`, `Basic ${adminToken}`, `Bearer ${adminToken}x`]) {
      const request = new Request('https://stub/mockfleet/clock', { method, headers: authorization === '' ? {} : { authorization } });
      const response = await tenant.stub.fetch(request);
      expect(response.status).toBe(401);
      expect(await response.json()).toMatchObject({ error: { code: 'unauthorized', message: expect.stringContaining('mockfleet serve') } });
    }
    expect(tenant.stub.clock.now()).toBe(tenantStart);
  });

  it.each<[string, unknown, RegExp]>([
    ['nothing', undefined, /not a JSON object/],
    ['no JSON', '{"advance":', /not a JSON object/],
    ['a list', '[]', /Send one of/],
    ['an empty object', {}, /Send one of/],
    ['two at once', { freeze: true, advance: '1d' }, /Send one of/],
    ['an unknown member', { rewind: '1d' }, /Send one of/],
    ['a duration without a unit', { advance: '30' }, /advance: write a duration such as 90s/],
    ['a duration that is a number', { advance: 30 }, /advance: /],
    ['a duration below zero', { advance: '-1d' }, /advance: write a duration/],
    ['a duration in words', { advance: 'tomorrow' }, /advance: write a duration/],
    ['an instant that is none', { set: 'tomorrow' }, /set: write an instant such as 2027/],
    ['an instant without a zone', { set: '2031-01-01T00:00:00' }, /set: write an instant/],
    ['a day that is none', { set: '2031-02-32' }, /set: write an instant/],
    ['a speed below zero', { speed: -1 }, /speed: /],
    ['a speed above the limit', { speed: 1_000_001 }, /speed: /],
    ['a speed that is text', { speed: 'fast' }, /speed: /],
    ['a wait that is no yes or no', { advance: '1d', wait: 'no' }, /wait: /],
    ['stop that is false', { stop: false }, /Send one of/],
    ['freeze that is false', { freeze: false }, /Send one of/],
    ['more than a clock needs', `{"advance":"${'1'.repeat(70_000)}d"}`, /Send one of/],
  ])('refuses %s with 400, a code, and what to send instead', async (_what, body, sentence) => {
    const { status, body: answer } = await tenant.call('POST', '/mockfleet/clock', body);
    expect(status).toBe(400);
    expect(answer.error.code).toBe('clock-invalid');
    expect(answer.error.message).toMatch(/^Send one of \{"advance":"366d"\}/);
    expect(answer.error.message).toMatch(sentence);
    expect(await tenant.call('GET', '/mockfleet/clock')).toEqual({ status: 200, body: clockAt });
  });

  it.each([
    ['beyond the years that certificates can write', { advance: '999999999d' }],
    ['into the last of them', { set: '9999-01-01' }],
    ['before 1970', { set: '1969-12-31' }],
  ])('refuses to go %s', async (_what, body) => {
    const { status, body: answer } = await tenant.clock(body);
    expect({ status, code: answer.error.code }).toEqual({ status: 400, code: 'clock-out-of-range' });
    expect(await tenant.call('GET', '/mockfleet/clock')).toEqual({ status: 200, body: clockAt });
  });

  it('is advanced by one at a time: 409 for everyone else', async () => {
    const agent = await tenant.enrolledAgent();
    const first = tenant.clock({ advance: '40d' });
    const others = await Promise.all(
      [{ advance: '1d' }, { set: '2031-01-01' }, { freeze: true }, { speed: 2 }].map((body) => tenant.clock(body)),
    );
    expect(others.map(({ status }) => status)).toEqual([409, 409, 409, 409]);
    expect(others[0]?.body.error).toMatchObject({ code: 'clock-busy', message: expect.stringMatching(/wait until that is done/) });
    expect(await first).toMatchObject({ status: 200, body: { now: '2030-02-10T09:30:00Z', mode: 'frozen', advancing: false } });
    expect((await tenant.clock({ advance: '0s' })).status).toBe(200);
    expect(agent.kinds('link-lost')).toEqual([]);
  });

  it('is advanced by itself, shows how far it is, and is stopped where it stands', async () => {
    const agent = await tenant.enrolledAgent();
    const from = '2030-02-10T09:30:00Z';
    expect((await tenant.clock({ set: from })).status).toBe(200);
    const target = '2130-02-10T09:30:00Z';
    const { status, body } = await tenant.clock({ set: target, wait: false });
    expect(status).toBe(202);
    expect(body).toMatchObject({ advancing: true, advance: { from, target }, mode: 'frozen' });
    await untilAnswered('it is on its way', async () => (await tenant.call('GET', '/mockfleet/clock')).body.now > from);
    expect((await tenant.clock({ advance: '1d', wait: false })).body.error.code).toBe('clock-busy');
    const stopped = await tenant.clock({ stop: true });
    expect(stopped).toMatchObject({ status: 200, body: { stopped: true, advancing: false, advance: null } });
    expect(stopped.body.now < target).toBe(true);
    expect((await tenant.call('GET', '/mockfleet/clock')).body).toEqual({ ...clockAt, now: stopped.body.now });
    expect(agent.kinds('link-lost')).toEqual([]);
  });

  it('tells whoever waits for a jump that somebody stopped it; there is nothing to stop twice', async () => {
    const waiting = tenant.clock({ advance: '36500d' });
    await untilAnswered('it is on its way', async () => {
      const { body } = await tenant.call('GET', '/mockfleet/clock');
      return (body as unknown as { advancing: boolean }).advancing;
    });
    expect(await tenant.clock({ stop: true })).toMatchObject({ status: 200, body: { stopped: true } });
    expect(await waiting).toMatchObject({ status: 200, body: { stopped: true, advance: null } });
    const { body } = await tenant.clock({ stop: true });
    expect(body).not.toHaveProperty('stopped');
    expect(await tenant.clock({ set: '1969-12-31', wait: false })).toMatchObject({ status: 400 });
  });

  it('goes at the speed it is told', async () => {
    expect((await tenant.clock({ speed: 3600 })).body).toMatchObject({ mode: 'scaled', speed: 3600 });
    expect((await tenant.clock({ resume: true })).body).toMatchObject({ mode: 'real', speed: 1 });
    expect((await tenant.clock({ speed: 0.5 })).body).toMatchObject({ mode: 'scaled', speed: 0.5 });
    expect((await tenant.clock({ freeze: true })).body).toMatchObject({ mode: 'frozen', speed: 0 });
    expect((await tenant.clock({ set: '2030-01-01T09:30:00Z' })).body).toEqual(clockAt);
  });
});

describe('/mockfleet/health', () => {
  it('is open to everyone, and says no more than that it is well', async () => {
    const response = await tenant.stub.fetch(new Request('https://stub/mockfleet/health'));
    expect(response.status).toBe(200);
    expect(Object.keys((await response.json()) as object).sort()).toEqual(['now', 'status']);
  });
});
