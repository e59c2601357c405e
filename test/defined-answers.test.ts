/**
 * The odd cases of device actions, each with its defined answer, through the doors that users use: Graph for the administrator, the control
 * interface for the person in front of the device, a real agent over mutual TLS.
 */
import { afterEach, describe, expect, it } from 'vitest';
import { openHands } from '../agent/hands-link.ts';
import { dayMs } from '../runtime/duration.ts';
import { enrollmentToken, managedDevices, openTenant, type Tenant, tenantStart } from './support/tenant.ts';
import type { AgentOptions, TestAgent } from './support/test-agent.ts';
import { until } from './support/until.ts';

const beta = '/beta/deviceManagement/managedDevices';

let tenant: Tenant;
afterEach(() => tenant.close());

async function opened(policy: object = {}): Promise<Tenant> {
  tenant = await openTenant({ settings: { tenant: policy } });
  return tenant;
}

/** A supervised iPhone whose Activation Lock is on, and the code that the service shows for it. */
async function lockedIphone(): Promise<{ agent: TestAgent; code: string }> {
  await opened({ allowActivationLock: true });
  const agent = await tenant.enrolledAgent({ enrollment: 'automated', has: { findMy: true, accountPassword: 'apple-secret' } });
  await until('a bypass code', () => tenant.store.bypassCode(agent.runner.state.inventory.serialNumber));
  return { agent, code: (await shownCode(agent)) ?? '' };
}

async function shownCode(agent: TestAgent): Promise<string | null> {
  const { body } = await tenant.call('GET', `${beta}('${agent.id}')?$select=activationLockBypassCode`);
  return (body as unknown as { activationLockBypassCode: string | null }).activationLockBypassCode;
}

async function wiped(agent: TestAgent): Promise<void> {
  expect(await tenant.act(agent.id, 'wipe')).toBe(204);
  await agent.noted('wiped');
}

interface Result {
  outcome: string;
  view: { screen: { kind: string; number: number; notice: string | null }; phase: string };
}

async function act(agent: TestAgent, what: object): Promise<Result> {
  const { status, body } = await tenant.call('POST', `/mockfleet/devices/${agent.runner.state.inventory.serialNumber}/act`, what);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Result;
}

/** Types into the screen, and waits for Apple's answer. */
async function typed(agent: TestAgent, text: string): Promise<Result['view']['screen']> {
  const answers = agent.kinds('activation').length;
  expect((await act(agent, { input: { type: text } })).outcome).toBe('waiting');
  await agent.noted('activation', answers + 1);
  return agent.runner.view().screen;
}

const enrolled = (options: AgentOptions = {}) => tenant.enrolledAgent(options);

describe('the Activation Lock screen', () => {
  it('TD-03 a wrong code leaves it locked, the right one lets set-up go on', async () => {
    const { agent, code } = await lockedIphone();
    await wiped(agent);
    expect(agent.runner.view().screen.kind).toBe('activation-lock');
    const other = code.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A'));
    for (const wrong of [other, 'AAAAA', code.slice(0, -1), `${code}A`]) {
      expect(await typed(agent, wrong)).toMatchObject({ kind: 'activation-lock', notice: expect.any(String) });
    }
    expect(await typed(agent, code)).toMatchObject({ kind: 'set-up-assistant' });
  });

  it('TD-04 neither case nor dashes matter', async () => {
    const { agent, code } = await lockedIphone();
    await wiped(agent);
    expect(await typed(agent, code.toLowerCase().replaceAll('-', ''))).toMatchObject({ kind: 'set-up-assistant' });
  });

  it('TD-02 a code opens in its last millisecond, and not one later', async () => {
    const { agent, code } = await lockedIphone();
    await wiped(agent);
    await tenant.clock({ set: new Date(tenantStart + 15 * dayMs + 1).toISOString() });
    expect(await typed(agent, code)).toMatchObject({ kind: 'activation-lock' });
    await tenant.clock({ set: new Date(tenantStart + 15 * dayMs).toISOString() });
    expect(await typed(agent, code)).toMatchObject({ kind: 'set-up-assistant' });
  });

  it('TD-01 TD-02 a fresh code takes the place of the one before, and nothing happens on the device', async () => {
    const { agent, code } = await lockedIphone();
    const commands = agent.kinds('command').length;
    expect(await tenant.act(agent.id, 'bypassActivationLock')).toBe(204);
    const fresh = await shownCode(agent);
    expect(fresh).not.toBeNull();
    expect(fresh).not.toBe(code);
    expect(agent.kinds('command')).toHaveLength(commands);
    expect(agent.runner.view().screen.kind).toBe('home');
    await wiped(agent);
    expect(await typed(agent, code)).toMatchObject({ kind: 'activation-lock' });
    expect(await typed(agent, fresh ?? '')).toMatchObject({ kind: 'set-up-assistant' });
  });

  it('TD-05 TD-06 the expired code is gone from Graph, and the action is greyed out and refused', async () => {
    const { agent } = await lockedIphone();
    await tenant.advance('16d');
    expect(await shownCode(agent)).toBeNull();
    const { status, body } = await tenant.call('POST', `${managedDevices}/${agent.id}/bypassActivationLock`);
    expect([status, body.error.code]).toEqual([400, 'BadRequest']);
    expect(body.error.message).toMatch(/expired/i);
    const { body: actions } = await tenant.call('GET', `/mockfleet/devices/${agent.id}/actions`);
    const rows = actions as unknown as { name: string; available: boolean; reason: string | null }[];
    expect(rows.find((row) => row.name === 'bypassActivationLock')).toMatchObject({
      available: false,
      reason: expect.stringMatching(/expired/i),
    });
    // The property is there only when it is asked for.
    expect((await tenant.device(agent.id)) ?? {}).toMatchObject({ activationLockBypassCode: null });
  });

  it('the owner’s own account opens it too', async () => {
    const { agent } = await lockedIphone();
    await wiped(agent);
    const unlock = (password: string) => act(agent, { input: { press: 'unlock', values: { appleId: 'adele@contoso.example', password } } });
    expect((await unlock('not-this-one')).outcome).toBe('waiting');
    await agent.noted('activation', 1);
    expect(agent.runner.view().screen.kind).toBe('activation-lock');
    await unlock('apple-secret');
    await agent.noted('activation', 2);
    expect(agent.runner.view().screen.kind).toBe('set-up-assistant');
  });
});

describe('typing', () => {
  it('M-07 into a screen that is gone types nothing', async () => {
    await opened();
    const agent = await enrolled({ has: { passcode: '246810' } });
    await tenant.act(agent.id, 'remoteLock');
    await agent.did('remoteLock');
    const { number } = agent.runner.view().screen;
    // While its user types the passcode, the device is wiped.
    await wiped(agent);
    const late = await act(agent, { input: { type: '246810', screen: number } });
    expect(late.outcome).toBe('screen-changed');
    expect(late.view.screen).toMatchObject({ kind: 'set-up-assistant', notice: null });
  });

  it('M-07 a wrong passcode is refused, the right one unlocks, and neither is ever written down', async () => {
    await opened();
    const agent = await enrolled({ has: { passcode: '246810' } });
    await tenant.act(agent.id, 'remoteLock');
    await agent.did('remoteLock');
    const wrong = await act(agent, { input: { type: '135791' } });
    expect([wrong.outcome, wrong.view.screen.kind]).toEqual(['refused', 'locked']);
    const right = await act(agent, { input: { type: '246810' } });
    expect([right.outcome, right.view.screen.kind]).toEqual(['done', 'home']);
    const written = JSON.stringify([tenant.log, tenant.notes, agent.notes, right]);
    for (const secret of ['246810', '135791']) expect(written).not.toContain(secret);
  });
});

describe('actions at odd times', () => {
  it('M-05 on a deleted, a retired and an unknown device: 404, and nothing is audited', async () => {
    await opened();
    const [deleted, retired] = [await enrolled(), await enrolled()];
    await tenant.call('DELETE', `${managedDevices}/${deleted.id}`);
    await tenant.act(retired.id, 'retire');
    for (const agent of [deleted, retired]) {
      await agent.noted('unenrolled');
      await until('its record is gone', () => tenant.store.device(agent.id) === undefined);
    }
    const audits = [...tenant.store.audits()].length;
    for (const id of [deleted.id, retired.id, '00000000-0000-4000-8000-000000000000']) {
      const { status, body } = await tenant.call('POST', `${managedDevices}/${id}/remoteLock`);
      expect([status, body.error.code]).toEqual([404, 'ResourceNotFound']);
    }
    expect([...tenant.store.audits()]).toHaveLength(audits);
  });

  it('TD-07 two wipes at once: one is carried out, both are in the audit log', async () => {
    await opened();
    const agent = await enrolled();
    agent.network(false);
    const both = await Promise.all([tenant.act(agent.id, 'wipe'), tenant.act(agent.id, 'wipe')]);
    expect(both).toEqual([204, 204]);
    agent.network(true);
    await agent.noted('wiped');
    expect(agent.kinds('executed').filter((note) => note.command === 'wipe')).toHaveLength(1);
    const { body } = await tenant.call('GET', "/v1.0/deviceManagement/auditEvents?$filter=activityType eq 'wipe ManagedDevice'");
    const events = (body as unknown as { value: { actor: { userPrincipalName: string } }[] }).value;
    expect(events.map(({ actor }) => actor.userPrincipalName)).toEqual(['admin@contoso.example', 'admin@contoso.example']);
  });

  it('a wipe after a retire that still waits takes its place', async () => {
    await opened();
    const agent = await enrolled();
    agent.network(false);
    await tenant.act(agent.id, 'retire');
    expect(await tenant.device(agent.id)).toMatchObject({ managementState: 'retirePending' });
    await tenant.act(agent.id, 'wipe');
    expect(await tenant.device(agent.id)).toMatchObject({ managementState: 'wipePending' });
    agent.network(true);
    await agent.noted('wiped');
    const ended = tenant.store.commandsOf(agent.id).map(({ action, status }) => `${action} ${status}`);
    expect(ended).toEqual(['retire canceled', 'wipe acknowledged']);
    expect(agent.runner.state.phase).toBe('wiped');
  });

  it('a lock during set-up: the device has no record, and its screen stays the set-up assistant', async () => {
    await opened();
    const agent = tenant.agent({ enroll: false });
    const { status } = await tenant.call('POST', `${managedDevices}/00000000-0000-4000-8000-000000000000/remoteLock`);
    expect(status).toBe(404);
    expect(agent.runner.view().screen.kind).toBe('set-up-assistant');
    // Enrolled from its own screen, it is a device like any other.
    expect((await act(agent, { enroll: true })).outcome).toBe('done');
    await agent.checkedIn();
    await tenant.act(agent.id, 'remoteLock');
    await agent.did('remoteLock');
    expect(agent.runner.view().screen.kind).toBe('locked');
  });

  it('TD-11 cancelling: possible while it waits, too late once it was delivered', async () => {
    await opened();
    const agent = await enrolled({ behaviors: [{ on: 'wipe', then: 'slow', delayMs: dayMs }] });
    agent.network(false);
    await tenant.act(agent.id, 'wipe');
    const cancel = () => tenant.call('POST', `/mockfleet/devices/${agent.id}/actions/wipe/cancel`);
    expect((await cancel()).status).toBe(200);
    expect(await tenant.device(agent.id)).toMatchObject({ managementState: 'wipeCanceled' });
    expect((await cancel()).status).toBe(404);
    agent.network(true);
    await agent.checkedIn();
    await tenant.act(agent.id, 'wipe');
    const { commandId } = await agent.noted('command');
    // The first one that it hears of is the second one that was asked for.
    expect(tenant.store.commandsOf(agent.id).map(({ id, status }) => [id === commandId, status])).toEqual([
      [false, 'canceled'],
      [true, 'delivered'],
    ]);
    expect(await cancel()).toMatchObject({ status: 409, body: { error: { code: 'already-delivered' } } });
  });
});

describe('the FileVault key of a Mac', () => {
  it('M-05 is another one once the Mac has carried the rotation out, and is in no log', async () => {
    await opened();
    const agent = await tenant.enrolledAgent({ platform: 'macos', has: { encrypted: true } });
    await until('it has told that it is encrypted', () => tenant.store.device(agent.id)?.information?.encrypted);
    const key = async () => {
      const { status, body } = await tenant.call('GET', `${beta}/${agent.id}/getFileVaultKey`);
      expect(status).toBe(200);
      return (body as unknown as { value: string }).value;
    };
    const first = await key();
    agent.network(false);
    expect(await tenant.actOn(agent.id, 'rotateFileVaultKey')).toBe(204);
    expect(await key()).toBe(first);
    agent.network(true);
    await agent.did('rotateFileVaultKey');
    await until('the service has heard', () => tenant.store.commandsOf(agent.id).every(({ status }) => status === 'acknowledged'));
    const second = await key();
    expect(second).toMatch(/^[A-Z0-9]{4}(-[A-Z0-9]{4}){5}$/);
    expect(second).not.toBe(first);
    const written = JSON.stringify([tenant.log, tenant.notes, agent.notes]);
    for (const secret of [first, second]) expect(written).not.toContain(secret);
  });
});

describe('a device without a link', () => {
  it('M-07 that restarts hears of the tenant’s clock from whoever holds it: an advance brings it back', async () => {
    await opened();
    const agent = await enrolled({ enrollment: 'automated' });
    await tenant.act(agent.id, 'rebootNow');
    await agent.noted('power');
    expect(agent.runner.view()).toMatchObject({ power: 'restarting', screen: { kind: 'off' } });
    await tenant.advance('3m');
    await until('it is back', () => agent.isIdle && agent.runner.view().power === 'on');
    expect(agent.kinds('check-in').at(-1)).toMatchObject({ trigger: 'connect' });
  });

  it('M-07 that is in another process hears of it over its hands', async () => {
    await opened();
    const agent = tenant.agent({ enrollment: 'automated', hands: false });
    const hands = openHands({
      url: tenant.server.hands,
      ca: tenant.authority.certificatePem,
      token: enrollmentToken,
      runner: agent.runner,
      onTrouble: () => {},
    });
    try {
      await agent.checkedIn();
      await until('its hands are attached', () => tenant.log.some(({ data }) => data.event === 'hands-attached'));
      await tenant.act(agent.id, 'shutDown');
      await agent.noted('power');
      await tenant.advance('30d');
      await until('its clock is there', () => agent.runner.now >= tenantStart + 30 * dayMs);
      expect(agent.runner.view().power).toBe('off');
    } finally {
      hands.close();
    }
  });
});
