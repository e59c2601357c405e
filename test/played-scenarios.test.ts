/** `/mockfleet/scenario`: a running stub plays a scenario in place of its tenant, and goes back to it. */
import { readdirSync } from 'node:fs';
import { request } from 'node:https';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readFileOrSay } from '../cli/state-folder.ts';
import type { ScenarioEntry, ScenarioView } from '../server-stub/scenario-player.ts';
import { createTenant } from '../simulator/testing/node.ts';
import { scratch } from './support/scratch.ts';
import { agentEvents, enrolled, type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { afterMs, until, untilAnswered } from './support/until.ts';

const name = 'wipe-pending-for-ever';

const play = (stub: StubProgram, body: object) => stub.call('POST', '/mockfleet/scenario', body);
const goOn = (stub: StubProgram, to: string) => stub.call('POST', '/mockfleet/scenario/continue', { to });
const viewOf = async (stub: StubProgram) => (await stub.call('GET', '/mockfleet/scenario')).body as ScenarioView | null;

/** Waits until it is no longer lived. */
async function standing(stub: StubProgram): Promise<ScenarioView> {
  let view: ScenarioView | null = null;
  await untilAnswered('the scenario to stand', async () => {
    view = await viewOf(stub);
    return view?.state !== 'playing';
  });
  return view as unknown as ScenarioView;
}

/** Everything that the stub tells, over connections that are opened again when they end. */
function listenTo(stub: StubProgram): () => { event: string; data: Record<string, unknown> }[] {
  let text = '';
  let isOver = false;
  const open = () => {
    const options = {
      ca: readFileOrSay(stub.caFile, 'CA'),
      headers: { authorization: `Bearer ${stub.token}`, accept: 'text/event-stream' },
    };
    const asked = request(`${stub.url}/mockfleet/events`, options, (answer) => {
      answer.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      answer.on('error', () => {}).on('close', () => !isOver && open());
    });
    asked.on('error', () => {}).end();
    onTestFinished(() => {
      isOver = true;
      asked.destroy();
    });
  };
  open();
  return () =>
    [...text.matchAll(/event: (.*)\ndata: (.*)\n\n/g)].map(([, event = '', data = 'null']) => ({ event, data: JSON.parse(data) }));
}

describe('mockfleet serve plays a scenario', () => {
  it('TD-12 step by step, in place of its tenant, which comes back with its devices', { timeout: 120_000 }, async () => {
    const folder = scratch();
    const stub = await startStub();
    const agent = stub.agent('elsewhere', folder);
    const agentId = await enrolled(agent);
    await stub.call('POST', '/mockfleet/devices', { platform: 'macos', name: 'here' });
    await untilAnswered('the own device', async () => (await stub.device('here')) !== undefined);
    const own = await stub.devices();
    const told = listenTo(stub);
    await until('the first words', () => told().some(({ event }) => event === 'scenario'));

    const { status, body } = await play(stub, { name, at: '0s' });
    expect({ status, body }).toMatchObject({
      status: 202,
      body: { name, state: 'playing', startAt: '2026-03-02T08:00:00Z', trouble: null },
    });
    const first = await standing(stub);
    expect(first).toMatchObject({ state: 'waiting', at: '2026-03-02T08:00:00Z', verdicts: [] });
    const toldOf = (state: string) =>
      until(`the word that it is ${state}`, () => told().some(({ event, data }) => event === 'scenario' && data?.state === state));
    await toldOf('waiting');
    expect(first.remaining[0]).toMatchObject({ at: '2026-03-03T08:00:00Z', who: 'administrator', what: expect.stringContaining('Wipe') });
    expect((await stub.devices()).map(({ deviceName }) => deviceName).sort()).toEqual(['reports', 'silent']);

    expect(await goOn(stub, 'next-step')).toMatchObject({ status: 202, body: { state: 'playing' } });
    const second = await standing(stub);
    expect(second).toMatchObject({ state: 'waiting', at: '2026-03-03T08:00:00Z' });
    expect(second.lived.some(({ who, what }) => who === 'administrator' && what.includes('Wipe'))).toBe(true);
    expect(second.remaining).toHaveLength(first.remaining.length - 1);

    // While it waits, others may act on its tenant: the story goes on from what they left.
    const [held] = (await stub.call('GET', '/mockfleet/devices')).body as { serialNumber: string }[];
    expect((await stub.call('POST', `/mockfleet/devices/${held?.serialNumber}/act`, { network: true })).status).toBe(200);
    await stub.clock({ advance: '1h' });
    expect(await goOn(stub, '2d')).toMatchObject({ status: 202 });
    const third = await standing(stub);
    expect(third).toMatchObject({ state: 'waiting', at: '2026-03-05T09:00:00Z', trouble: null });
    expect(third.verdicts.map(({ passed }) => passed)).toEqual([true, true, true, true, true]);
    expect((await stub.devices()).map(({ deviceName, managementState }) => [deviceName, managementState])).toEqual([
      ['silent', 'wipePending'],
    ]);

    expect(await stub.call('POST', '/mockfleet/scenario/take-over')).toMatchObject({ status: 202, body: { state: 'byHand' } });
    await toldOf('byHand');
    expect(await goOn(stub, 'end')).toMatchObject({ status: 409, body: { error: { code: 'scenario-by-hand' } } });
    await stub.clock({ advance: '1d' });
    expect((await viewOf(stub))?.at).toBe('2026-03-06T09:00:00Z');
    await until('the agent was told to come back later', () =>
      agentEvents(folder, 'elsewhere').some(
        ({ kind, detail }) => kind === 'refused' && detail.code === 'server-error' && detail.final === false,
      ),
    );

    expect((await stub.call('DELETE', '/mockfleet/scenario')).status).toBe(204);
    expect(await viewOf(stub)).toBeNull();
    expect((await stub.devices()).map(({ id }) => id).sort()).toEqual(own.map(({ id }) => id).sort());
    const ids = [agentId, own.find(({ deviceName }) => deviceName === 'here')?.id ?? ''];
    for (const id of ids) expect(await stub.act(id, 'retire')).toBe(204);
    await untilAnswered('both obey again', async () => (await stub.devices()).length === 0);

    const heard = told();
    expect(new Set(heard.filter(({ event }) => event === 'hello').map(({ data }) => data.boot)).size).toBe(3);
    const states = heard.filter(({ event }) => event === 'scenario').map(({ data }) => data?.state ?? null);
    expect(states).toEqual(expect.arrayContaining([null, 'playing', 'waiting', 'byHand']));
    expect(stub.program.stderr).not.toMatch(/"level":"(error|fatal)"|"level":[56]0/);
  });

  it('to its end, and another one after it; Ctrl-C in the middle of one keeps the tenant', { timeout: 120_000 }, async () => {
    const stub = await startStub();
    await stub.call('POST', '/mockfleet/devices', { platform: 'windows', name: 'mine' });
    await untilAnswered('the own device', async () => (await stub.device('mine')) !== undefined);
    expect((await play(stub, { name })).status).toBe(202);
    expect(await standing(stub)).toMatchObject({ state: 'waiting', at: '2026-03-03T10:24:00Z' });
    await goOn(stub, 'end');
    const end = await standing(stub);
    expect(end).toMatchObject({ state: 'byHand', remaining: [], trouble: null });
    expect(end.verdicts.filter(({ passed }) => !passed)).toEqual([]);
    expect((await play(stub, { name })).status).toBe(202);
    await standing(stub);
    expect((await play(stub, { name: 'bypass-activation-lock-does-nothing' })).status).toBe(202);
    stub.program.kill('SIGINT');
    expect((await stub.program.end()).code).toBe(0);
    const again = await startAgain(stub);
    expect(await viewOf(again)).toBeNull();
    expect((await again.devices()).map(({ deviceName }) => deviceName)).toEqual(['mine']);
    // A folder for each, however often it is played.
    expect(readdirSync(join(stub.state, 'scenarios')).sort()).toEqual(['bypass-activation-lock-does-nothing', name, `${name}-2`]);
  });

  it.each([0, 60, 250])(
    'M-11 killed %d ms after it was asked to: the next start has the own tenant whole',
    { timeout: 120_000 },
    async (ms) => {
      const stub = await startStub();
      await stub.call('POST', '/mockfleet/devices', { platform: 'ios', count: 3 });
      await untilAnswered('the own devices', async () => (await stub.devices()).length === 3);
      const before = (await stub.devices()).map(({ id }) => id).sort();
      void play(stub, { name, at: '20d' }).catch(() => {});
      await afterMs(ms);
      await stub.program.killed();
      const again = await startAgain(stub);
      expect((await again.devices()).map(({ id }) => id).sort()).toEqual(before);
      for (const id of before) expect(await again.act(id, 'retire')).toBe(204);
      await untilAnswered('all obey', async () => (await again.devices()).length === 0);
    },
  );

  it('refuses what cannot be played, with a code and what to do', { timeout: 120_000 }, async () => {
    const stub = await startStub();
    const { body } = await stub.call('GET', '/mockfleet/scenarios');
    const entry = (body as ScenarioEntry[]).find((one) => one.name === name);
    expect(entry).toMatchObject({
      devices: 2,
      days: 31,
      endAt: '2026-04-02T08:00:00Z',
      platforms: ['ios'],
      requirements: ['TD-12', 'TD-11'],
    });
    expect(entry?.steps.length).toBeGreaterThan(5);
    const refusals = [
      [play(stub, { name: 'wipe-pending-forever' }), 404, 'scenario-unknown', /did you mean wipe-pending-for-ever/],
      [play(stub, { name: './secret.yaml' }), 404, 'scenario-unknown', /catalogue/],
      [play(stub, { name, at: '31d' }), 400, 'live-after-end', /^at 31d .*lasts 31d/],
      [play(stub, { name, at: '2020-01-01T00:00:00Z' }), 400, 'live-before-start', /before its start/],
      [play(stub, { name, at: 'noon' }), 400, 'scenario-invalid', /^at takes a time/],
      [play(stub, { name, when: '2d' }), 400, 'scenario-invalid', /when/],
      [play(stub, { name: 'fleet-lifecycle' }), 409, 'live-too-many', /devices 20/],
      [goOn(stub, '2d'), 409, 'scenario-none', /Start one/],
      [stub.call('POST', '/mockfleet/scenario/take-over'), 409, 'scenario-none', /Start one/],
      [stub.call('DELETE', '/mockfleet/scenario'), 409, 'scenario-none', /Start one/],
    ] as const;
    for (const [answer, status, code, message] of refusals) {
      expect(await answer).toMatchObject({ status, body: { error: { code, message: expect.stringMatching(message) } } });
    }
    const both = await Promise.all([play(stub, { name, at: '20d' }), play(stub, { name, at: '20d' })]);
    expect(both.map(({ status }) => status).sort()).toEqual([202, 409]);
    expect(both.find(({ status }) => status === 409)?.body).toMatchObject({ error: { code: 'scenario-busy' } });
    expect(await goOn(stub, 'end')).toMatchObject({ status: 409, body: { error: { code: 'scenario-busy' } } });
    await standing(stub);
    for (const [to, code] of [
      ['1999-01-01T00:00:00Z', 'scenario-behind'],
      ['2027-01-01T00:00:00Z', 'live-after-end'],
      ['soon', 'scenario-invalid'],
    ] as const) {
      expect(await goOn(stub, to)).toMatchObject({ status: 400, body: { error: { code } } });
    }
    expect((await stub.call('GET', '/mockfleet/scenario', undefined, 'wrong')).status).toBe(401);
    // Back in the middle of it.
    expect((await goOn(stub, 'end')).status).toBe(202);
    expect((await stub.call('DELETE', '/mockfleet/scenario')).status).toBe(204);
    expect(await viewOf(stub)).toBeNull();
    expect((await play(stub, { name, at: '2d' })).status).toBe(202);
    expect(await standing(stub)).toMatchObject({ trouble: null, at: '2026-03-04T08:00:00Z' });
  });

  it('a stub that was started with its scenario has nothing to go back to', async () => {
    const stub = await startStub(['--scenario', name, '--at', '2d']);
    expect(await viewOf(stub)).toMatchObject({ name, state: 'byHand', at: '2026-03-04T08:00:00Z' });
    expect(await stub.call('DELETE', '/mockfleet/scenario')).toMatchObject({ status: 409, body: { error: { code: 'scenario-is-home' } } });
  });

  it('a tenant made in code plays none, and says so', async () => {
    const tenant = await createTenant();
    onTestFinished(() => tenant.close());
    const call = async (path: string) => {
      const headers = { authorization: `Bearer ${tenant.token}` };
      const answer = await tenant.fetch(new Request(`https://tenant${path}`, { headers }));
      return { status: answer.status, body: await answer.json() };
    };
    expect(await call('/mockfleet/scenario')).toEqual({ status: 200, body: null });
    expect(await call('/mockfleet/scenarios')).toMatchObject({
      status: 404,
      body: { error: { code: 'scenarios-absent', message: expect.stringContaining('mockfleet serve') } },
    });
  });
});
