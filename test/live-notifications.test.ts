/** Custom notifications on a live stub: real agents over WebSockets with mutual TLS, who are there, away, without the app, or gone. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { hourMs, minuteMs, secondMs } from '../runtime/duration.ts';
import { newUser } from '../server-stub/core/people.ts';
import type { PushSettings } from '../server-stub/core/settings.ts';
import { pushAtOnce } from '../server-stub/core/settings.ts';
import { type LiveFleet, startLiveFleet } from '../simulator/live-fleet.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { type GraphCall, leaveGroup, makeGroup, notifyDevice, notifyGroups } from './support/notifications.ts';
import { root } from './support/program.ts';
import { managedDevices, openTenant, type Tenant, type TenantOptions, tenantStart } from './support/tenant.ts';
import type { AgentOptions, TestAgent } from './support/test-agent.ts';
import { until, untilAnswered } from './support/until.ts';

let tenant: Tenant | undefined;
let fleet: LiveFleet | undefined;
afterEach(async () => {
  fleet?.close();
  fleet = undefined;
  await tenant?.close();
});

async function open(push: Partial<PushSettings> = {}, options: TenantOptions = {}): Promise<Tenant & { call: GraphCall }> {
  tenant = await openTenant({ ...options, settings: { push: { ...pushAtOnce, ...push } } });
  return tenant;
}

const of = (userPrincipalName: string, options: AgentOptions = {}): AgentOptions => ({
  ...options,
  inventory: { ...options.inventory, userPrincipalName },
});
const adele = 'adele@contoso.example';
const bert = 'bert@contoso.example';

const titles = ({ runner }: TestAgent) => runner.view().notifications.map(({ title }) => title);
/** Title and instant of each. */
const arrivals = ({ runner }: TestAgent) => runner.view().notifications.map(({ title, at }) => [title, at - tenantStart]);
const change = (agent: TestAgent, what: Extract<Parameters<TestAgent['runner']['act']>[0], { change: unknown }>['change']) =>
  expect(agent.runner.act({ change: what }).outcome).toBe('done');

describe('who gets it', () => {
  it('CN-01 CN-09 CN-10 each iPhone and Android device of the people in a group, at any depth; no PC, no Mac, nobody else', async () => {
    const { call, enrolledAgent, advance } = await open();
    const ofAdele = await Promise.all([
      enrolledAgent(of(adele)),
      enrolledAgent(of(adele, { platform: 'android' })),
      enrolledAgent(of(adele, { platform: 'windows' })),
      enrolledAgent(of(adele, { platform: 'macos' })),
    ]);
    const ofBert = await enrolledAgent(of(bert));
    const inner = await makeGroup(call, 'Inner', { users: [adele] });
    const outer = await makeGroup(call, 'Outer', { objects: [inner] });
    expect(await notifyGroups(call, [outer, inner], 'For Adele')).toBe(204);
    expect(await notifyDevice(call, ofBert.id, 'For this one')).toBe(204);
    await advance('1s');
    expect(ofAdele.map(titles)).toEqual([['For Adele'], ['For Adele'], [], []]);
    expect(titles(ofBert)).toEqual(['For this one']);
  });

  it('CN-03 CN-04 CN-13 a phone without the app, the permission or Google Play services gets nothing, and the sender no error', async () => {
    const { call, enrolledAgent, advance } = await open();
    const agents = await Promise.all(
      ['ios', 'ios', 'ios', 'android', 'ios'].map((platform) => enrolledAgent(of(adele, { platform } as AgentOptions))),
    );
    const [noApp, denied, notAsked, noPlay, fine] = agents as [TestAgent, TestAgent, TestAgent, TestAgent, TestAgent];
    change(noApp, { companyPortal: false });
    change(denied, { notificationsAllowed: 'denied' });
    change(notAsked, { notificationsAllowed: 'not-asked' });
    change(noPlay, { security: { googlePlayServices: false } });
    const group = await makeGroup(call, 'All', { users: [adele] });
    expect(await notifyGroups(call, [group], 'To all')).toBe(204);
    await advance('1s');
    for (const agent of agents) expect(await notifyDevice(call, agent.id, 'To one')).toBe(204);
    await advance('1s');
    expect(agents.map(titles)).toEqual([[], [], [], [], ['To all', 'To one']]);
    // What was not shown then is not shown later.
    change(denied, { notificationsAllowed: 'allowed' });
    await advance('1d');
    expect(titles(denied)).toEqual([]);
    expect(titles(fine)).toEqual(['To all', 'To one']);
  });
});

describe('what it says', () => {
  it('CN-02 the longest texts there are come over the wire whole: 50 and 500 characters of several code points each', async () => {
    const { call, enrolledAgent, advance } = await open();
    const agent = await enrolledAgent();
    // A letter with as many marks above it as are let in; each takes three bytes.
    const character = `a${'\u20d7'.repeat(31)}`;
    const text = { title: character.repeat(50), body: `${character.repeat(498)}\n\u{1f468}\u{200d}\u{1f469}\u{200d}\u{1f467}` };
    expect(await notifyDevice(call, agent.id, text.title, text.body)).toBe(204);
    expect(await notifyDevice(call, agent.id, '\u05e9\u05dc\u05d5\u05dd', '\u202e\u0645\u0631\u062d\u0628\u0627')).toBe(204);
    await advance('1s');
    const shown = agent.runner.view().notifications.map(({ title, body }) => ({ title, body }));
    expect(shown).toEqual([text, { title: '\u05e9\u05dc\u05d5\u05dd', body: '\u202e\u0645\u0631\u062d\u0628\u0627' }]);
    expect(agent.troubles).toEqual([]);
  });
});

describe('a device that is away', () => {
  it('CN-12 CN-13 gets each notification when it is back, in order and once; of the nudges the newest one', async () => {
    const { call, act, enrolledAgent, advance } = await open();
    const agent = await enrolledAgent();
    const group = await makeGroup(call, 'All', { users: [adele] });
    await advance('1m');
    const pushed = () => agent.kinds('check-in').filter(({ trigger }) => trigger === 'push').length;
    const before = pushed();
    agent.network(false);
    for (const title of ['one', 'two', 'three']) {
      await advance('1h');
      expect(await (title === 'two' ? notifyGroups(call, [group], title) : notifyDevice(call, agent.id, title))).toBe(204);
      expect(await act(agent.id, 'syncDevice')).toBe(204);
    }
    await advance('1h');
    agent.network(true);
    await agent.did('syncDevice');
    await advance('1s');
    const backAt = minuteMs + 4 * hourMs;
    expect(arrivals(agent)).toEqual(['one', 'two', 'three'].map((title) => [title, backAt]));
    expect(pushed() - before).toBe(1);
    agent.network(false);
    agent.network(true);
    await agent.settled();
    await advance('1s');
    expect(titles(agent)).toHaveLength(3);
  });

  it('CN-13 gets none that was kept for too long', async () => {
    const { call, enrolledAgent, advance } = await open({ notificationsKeptForMs: 2 * hourMs });
    const agent = await enrolledAgent();
    agent.network(false);
    // With it the stub has heard that the link is gone: what is sent into a link that just breaks is lost.
    await advance('1m');
    expect(await notifyDevice(call, agent.id, 'too old')).toBe(204);
    await advance('1h');
    expect(await notifyDevice(call, agent.id, 'good')).toBe(204);
    await advance('61m');
    agent.network(true);
    await agent.settled();
    await advance('1s');
    expect(titles(agent)).toEqual(['good']);
  });
});

describe('a device that is not managed any more', () => {
  it.each(['wipe', 'retire', 'delete'] as const)(
    'CN-03 after a %s it gets nothing, neither what is sent then nor what waited',
    async (end) => {
      const { call, act, device, enrolledAgent, advance, notes } = await open({ latency: { kind: 'constant', ms: hourMs } });
      const agent = await enrolledAgent();
      const { id } = agent;
      const group = await makeGroup(call, 'All', { users: [adele] });
      await advance('1m');
      expect(await notifyDevice(call, id, 'under way')).toBe(204);
      expect(end === 'delete' ? (await call('DELETE', `${managedDevices}/${id}`)).status : await act(id, end)).toBe(204);
      await advance('2h');
      await until('it has left', () => ['retired', 'wiped'].includes(agent.runner.state.phase));
      await advance('1m');
      expect(await device(id)).toBeUndefined();
      expect(await notifyGroups(call, [group], 'too late')).toBe(204);
      expect(await notifyDevice(call, id, 'too late')).toBe(404);
      await advance('2h');
      expect(titles(agent)).toEqual([]);
      const outcomes = notes.flatMap((note) => (note.kind === 'notification-pushed' ? [note.outcome] : []));
      expect(outcomes).toEqual(['pushed', 'gone']);
    },
  );
});

describe('CN-17 what is seen late', () => {
  const lag = { membershipLag: { kind: 'constant', ms: 15 * minuteMs } } as const;

  it('a phone that was retired 5 minutes ago still shows it, after 20 minutes it does not; Graph and its link say that it is gone', async () => {
    const { call, act, device, enrolledAgent, advance, stub } = await open(lag);
    const [leaves, stays] = await Promise.all([enrolledAgent(of(adele)), enrolledAgent(of(adele, { platform: 'android' }))]);
    const { id } = leaves;
    const group = await makeGroup(call, 'All', { users: [adele] });
    await advance('1h');
    expect(await act(id, 'retire')).toBe(204);
    await until('it has left', () => leaves.runner.state.phase === 'retired');
    await until('its record is gone', () => tenant?.store.device(id) === undefined);
    expect(await device(id)).toBeUndefined();
    await advance('5m');
    expect(await notifyGroups(call, [group], 'after 5 minutes')).toBe(204);
    expect(await notifyDevice(call, id, 'not managed')).toBe(404);
    await advance('1s');
    expect(titles(leaves)).toEqual(['after 5 minutes']);
    // It is no peer that the clock waits for, and its person can go on using it.
    expect(leaves.runner.act({ input: { press: 'notifications' } }).view.screen).toMatchObject({ kind: 'notification-centre' });
    await advance('15m');
    await until('its link has ended', () => leaves.runner.state.link === 'closed');
    expect(await notifyGroups(call, [group], 'after 20 minutes')).toBe(204);
    await advance('16m');
    expect(titles(leaves)).toEqual(['after 5 minutes']);
    expect(titles(stays)).toEqual(['after 5 minutes', 'after 20 minutes']);
    expect(leaves.runner.act({ input: { press: 'dismiss-all' } }).view.notifications).toEqual([]);
    expect(stub.inside.nextDeadline()).toBeGreaterThan(stub.clock.now());
    expect(tenant?.log.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  });

  it('ends with the link: a stub that closes, a network that goes, a device that is switched off or enrolled again', async () => {
    const { call, act, enrolledAgent, advance, stub, notes } = await open(lag);
    const agents = await Promise.all([adele, adele, adele, adele].map((name) => enrolledAgent(of(name))));
    const group = await makeGroup(call, 'All', { users: [adele] });
    for (const { id } of agents) expect(await act(id, 'retire')).toBe(204);
    await until('all have left', () => agents.every(({ runner }) => runner.state.phase === 'retired'));
    await until('all records are gone', () => notes.filter(({ kind }) => kind === 'record-removed').length === 4);
    const [offline, off, again, there] = agents as [TestAgent, TestAgent, TestAgent, TestAgent];
    offline.network(false);
    off.runner.act({ power: false });
    again.runner.act({ enroll: true });
    await again.checkedIn();
    await advance('1m');
    expect(await notifyGroups(call, [group], 'one')).toBe(204);
    await advance('1s');
    expect(agents.map(titles)).toEqual([[], [], ['one'], ['one']]);
    offline.network(true);
    off.runner.act({ power: true });
    await advance('1m');
    expect([offline, off].map(titles)).toEqual([[], []]);
    stub.close();
    await until('its link has ended', () => there.runner.state.link === 'closed');
    expect(there.runner.state).toMatchObject({ phase: 'retired', reconnectAt: null });
  });

  it('who left the group a moment ago gets it, who joins a moment later too, and nobody twice', async () => {
    const { call, enrolledAgent, advance, notes } = await open(lag);
    const [left, long, joins, member] = (await Promise.all(
      ['left', 'long', 'joins', 'member'].map((name) => enrolledAgent(of(`${name}@contoso.example`))),
    )) as [TestAgent, TestAgent, TestAgent, TestAgent];
    const group = await makeGroup(call, 'All', { users: ['left', 'long', 'member'].map((name) => `${name}@contoso.example`) });
    expect(await leaveGroup(call, group, 'long@contoso.example')).toBe(204);
    await advance('20m');
    expect(await leaveGroup(call, group, 'left@contoso.example')).toBe(204);
    await advance('5m');
    expect(await notifyGroups(call, [group], 'News')).toBe(204);
    await advance('5m');
    const { id } = newUser('joins@contoso.example', 0);
    const reference = { '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${id}` };
    expect((await call('POST', `/v1.0/groups/${group}/members/$ref`, reference)).status).toBe(204);
    await advance('5m');
    expect([left, long, joins, member].map(titles)).toEqual([['News'], [], [], ['News']]);
    await advance('1h');
    expect([left, long, joins, member].map(titles)).toEqual([['News'], [], ['News'], ['News']]);
    // Not by the phone's own doing: a second copy would not be shown.
    const pushed = notes.flatMap((note) => (note.kind === 'notification-pushed' && note.outcome === 'pushed' ? [note.deviceId] : []));
    expect(pushed.sort()).toEqual([left, joins, member].map(({ id }) => id).sort());
  });
});

describe('the clock', () => {
  it('CN-13 an advance over late notifications brings each at its instant, in order with all else that happens', async () => {
    const { call, act, enrolledAgent, advance, stub } = await open({
      latency: { kind: 'constant', ms: 10 * minuteMs },
      late: { share: 0, by: { kind: 'constant', ms: 9 * hourMs } },
    });
    const [one, two] = (await Promise.all([enrolledAgent(of(adele)), enrolledAgent(of(bert))])) as [TestAgent, TestAgent];
    const group = await makeGroup(call, 'All', { users: [adele, bert] });
    const late = (share: number) => stub.inside.tenant().setPushSettings({ late: { share, by: { kind: 'constant', ms: 9 * hourMs } } });
    await advance('1h');
    late(1);
    expect(await notifyGroups(call, [group], 'held up')).toBe(204);
    await advance('1h');
    late(0);
    expect(await notifyDevice(call, one.id, 'overtakes it')).toBe(204);
    expect(await act(one.id, 'remoteLock')).toBe(204);
    await advance('10h');
    expect(arrivals(one)).toEqual([
      ['overtakes it', 2 * hourMs + 10 * minuteMs],
      ['held up', 10 * hourMs + 10 * minuteMs],
    ]);
    expect(arrivals(two)).toEqual([['held up', 10 * hourMs + 10 * minuteMs]]);
    // The lock came between them.
    const happened = one.notes.filter(
      ({ kind, at }) => ['notification', 'executed', 'check-in'].includes(kind) && at > tenantStart + hourMs,
    );
    expect(happened.map(({ at }) => at)).toEqual([...happened.map(({ at }) => at)].sort((a, b) => a - b));
    expect(happened.filter(({ kind }) => kind !== 'check-in').map(({ kind }) => kind)).toEqual([
      'notification',
      'executed',
      'notification',
    ]);
    expect(one.runner.state.lastCheckInAt).toBeGreaterThan(tenantStart + 4 * hourMs);
    expect(one.runner.view().notifications.map(({ shown }) => shown)).toEqual(['banner', 'lock-screen']);
  });

  it('CN-13 that runs 60 times as fast, and one that is frozen and set back', async () => {
    const { call, clock, enrolledAgent, stub } = await open({ latency: { kind: 'constant', ms: 30 * secondMs } }, { speed: 60 });
    const agent = await enrolledAgent();
    const sentAt = stub.clock.now();
    expect(await notifyDevice(call, agent.id, 'fast')).toBe(204);
    await until('it has come', () => titles(agent).length === 1);
    // The device's own clock follows the stub's by its frames, and is behind by their way: at this speed seconds.
    expect(stub.clock.now() - sentAt).toBeGreaterThanOrEqual(30 * secondMs);
    await clock({ freeze: true });
    expect(await notifyDevice(call, agent.id, 'frozen')).toBe(204);
    const frozenAt = stub.clock.now();
    expect(sentAt).toBeLessThan(frozenAt);
    await clock({ set: new Date(tenantStart).toISOString() });
    await until('it has followed', () => agent.runner.now === tenantStart);
    await clock({ advance: '1s' });
    expect(titles(agent)).toEqual(['fast']);
    await clock({ set: new Date(frozenAt + 30 * secondMs).toISOString() });
    expect(titles(agent)).toEqual(['fast', 'frozen']);
  });
});

/** Everybody has one phone, which is away. Gives the group that they are in. */
function plantPeople({ store, stub }: Tenant, sample: TestAgent, count: number): string {
  const groupId = '00000000-0000-4000-8000-000000000001';
  const record = store.device(sample.id);
  if (record === undefined) throw new Error('The sample is not enrolled.');
  const createdAt = stub.clock.now();
  const rest = { description: null, mailNickname: 'crowd', mailEnabled: false, securityEnabled: true, createdAt };
  store.transaction(() => {
    store.saveEntry('group', { id: groupId, displayName: 'Crowd', ...rest });
    for (let number = 0; number < count; number++) {
      const user = newUser(`person${number}@contoso.example`, createdAt);
      store.saveEntry('user', user);
      store.addMember(groupId, { id: user.id, kind: 'user' });
      const id = `10000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
      store.saveDevice({ ...record, id, inventory: { ...record.inventory, userPrincipalName: user.userPrincipalName } });
    }
  });
  return groupId;
}

describe('many people', () => {
  it('CN-18 while it is worked on for thousands of them, a check-in that comes in is answered before that is over', async () => {
    const { call, enrolledAgent, advance, notes } = await open();
    const agent = await enrolledAgent();
    const groupId = plantPeople(tenant as Tenant, agent, 4_000);
    await advance('1m');
    const before = notes.length;
    expect(await notifyGroups(call, [groupId], 'To everybody')).toBe(204);
    const pushedWhenAccepted = notes.slice(before).filter(({ kind }) => kind === 'notification-pushed').length;
    agent.runner.tell({ type: 'user-synced' });
    await until(
      'all have been seen to',
      () => notes.filter((note) => note.kind === 'notification-pushed' && note.outcome === 'kept').length === 4_000,
    );
    const checkedInAt = notes.findIndex((note, index) => index >= before && note.kind === 'checked-in');
    const lastAt = notes.findLastIndex(({ kind }) => kind === 'notification-pushed');
    expect(pushedWhenAccepted).toBeLessThan(4_000);
    expect(checkedInAt).toBeGreaterThan(before);
    expect(checkedInAt).toBeLessThan(lastAt);
  });

  it('CN-18 an advance works on it too, and serves others between', async () => {
    const { call, advance, enrolledAgent, notes } = await open();
    const agent = await enrolledAgent();
    const groupId = plantPeople(tenant as Tenant, agent, 8_000);
    await advance('1m');
    const kept = () => notes.filter((note) => note.kind === 'notification-pushed' && note.outcome === 'kept').length;
    expect(await notifyGroups(call, [groupId], 'To everybody')).toBe(204);
    const advanced = advance('1h');
    const isAdvancing = async () => ((await call('GET', '/mockfleet/clock')).body as unknown as { advancing: boolean }).advancing;
    await untilAnswered('it has begun', isAdvancing);
    agent.runner.tell({ type: 'user-synced' });
    await until('it has checked in', () => agent.kinds('check-in').some(({ trigger }) => trigger === 'user'));
    expect(kept()).toBeLessThan(8_000);
    await advanced;
    expect(kept()).toBe(8_000);
  });

  it.each([false, true])(
    'M-11 a stub that closes in the middle of it leaves nothing running (an advance under way: %s)',
    async (isAdvancing) => {
      const { call, advance, enrolledAgent, notes, stub, store, clock } = await open();
      const agent = await enrolledAgent();
      const groupId = plantPeople(tenant as Tenant, agent, 4_000);
      await advance('1m');
      expect(await notifyGroups(call, [groupId], 'To everybody')).toBe(204);
      const advanced = isAdvancing ? clock({ advance: '1h' }) : undefined;
      const pushed = () => notes.filter(({ kind }) => kind === 'notification-pushed').length;
      await until('it has begun', () => pushed() > 0);
      const pushedThen = pushed();
      // As a process does that ends: with the stub goes its store.
      stub.close();
      store.close();
      if (advanced !== undefined) expect((await advanced).body.error.code).toBe('clock-closed');
      await until('the agent knows', () => agent.runner.state.link === 'closed');
      expect(pushedThen).toBeLessThan(8_000);
      expect(pushed()).toBe(pushedThen);
    },
  );

  it('CN-10 M-09 of a fleet of 1,000 in the stub’s own process: each phone of the people in a group shows it', {
    timeout: 120_000,
  }, async () => {
    const count = 1_000;
    const { call, authority, store, stub, advance } = await open();
    fleet = await startLiveFleet({ stub, authority, count, token: 'letmein', keys: join(root, 'node_modules/.cache/mockfleet') });
    const records = () => [...store.devicesAfter(null)];
    await until('all are enrolled', () => records().length === count && records().every(({ lastSyncAt }) => lastSyncAt > 0));
    await advance('1m');
    const users = new Set([...new Set(records().map(({ inventory }) => inventory.userPrincipalName))].slice(0, 500));
    const group = await makeGroup(call, 'Some', {});
    const { directory } = stub.inside.tenant();
    for (const name of users) directory.addMember(group, { id: newUser(name, 0).id, kind: 'user' });
    expect(await notifyGroups(call, [group], 'To some')).toBe(204);
    await advance('1m');
    const { body } = await call('GET', '/mockfleet/devices');
    const views = body as unknown as {
      deviceName: string;
      platform: string;
      userPrincipalName: string;
      companyPortal: boolean;
      notificationsAllowed: string;
      notifications: { title: string }[];
    }[];
    expect(views).toHaveLength(count);
    const meant = (view: (typeof views)[number]) => users.has(view.userPrincipalName) && ['ios', 'android'].includes(view.platform);
    const withoutPlay = findScenario('fleet-lifecycle').scenario.fleet.filter(({ has }) => has.security.googlePlayServices === false);
    const hasPlay = ({ deviceName }: (typeof views)[number]) => withoutPlay.every(({ name }) => !deviceName.startsWith(`${name}-`));
    for (const view of views.filter((one) => !meant(one))) expect(view.notifications).toEqual([]);
    const shown = views.filter((one) => meant(one) && hasPlay(one) && one.companyPortal && one.notificationsAllowed === 'allowed');
    expect(shown.length).toBeGreaterThan(100);
    for (const view of shown) expect(view.notifications.map(({ title }) => title)).toEqual(['To some']);
  });
});
