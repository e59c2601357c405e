/** The newer doors with real agents behind them: real WebSockets, mutual TLS, HTTPS. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openHands } from '../agent/hands-link.ts';
import { enrollmentToken, managedDevices, openTenant, type Tenant } from '../test/support/tenant.ts';
import type { TestAgent } from '../test/support/test-agent.ts';
import { until } from '../test/support/until.ts';

let tenant: Tenant;
beforeEach(async () => {
  tenant = await openTenant();
});
afterEach(() => tenant.close());

const user = 'adele@contoso.example';

/** A call whose answer is whatever the test expects. */
async function call(method: string, path: string, body?: object, token?: string) {
  const answer = await tenant.call(method, path, body, token);
  return { status: answer.status, body: answer.body as unknown };
}

async function portal() {
  const { body } = await call('POST', '/portal/sign-in', { userPrincipalName: user, password: enrollmentToken });
  const { token } = body as { token: string };
  return (method: string, path: string) => call(method, `/portal/devices/${path}`, undefined, token);
}

const appsOf = ({ runner }: TestAgent) =>
  runner
    .view()
    .apps.map(({ name, source }) => `${name} (${source})`)
    .sort();
const value = async (path: string) => ((await call('GET', `/beta/deviceManagement/${path}`)).body as { value: object[] }).value;

it('TD-07 TD-08 a user retires a phone on the self-service site: what the company brought goes, the user’s own stays, no audit entry', async () => {
  const agent = await tenant.enrolledAgent({ has: { apps: [{ id: 'Chess', name: 'Chess', source: 'user' }] } });
  await call('PATCH', '/mockfleet/configuration', {
    apps: [
      { id: 'mail', name: 'Contoso Mail', intent: 'required' },
      { id: 'expenses', name: 'Expenses', intent: 'available' },
    ],
  });
  const mine = await portal();
  expect((await mine('POST', `${agent.id}/apps/expenses/install`)).status).toBe(202);
  // The change of the configuration and the request are both pushed: nobody has to wait for the next schedule.
  const all = ['Chess (user)', 'Contoso Mail (required)', 'Expenses (available)'];
  await until(
    'all three are there',
    () => appsOf(agent).join() === all.join(),
    () => appsOf(agent).join(),
  );
  await agent.checkedIn();
  await tenant.advance('9h');
  expect((await value(`managedDevices/${agent.id}/detectedApps?$select=displayName`)).length).toBe(3);

  expect((await mine('POST', `${agent.id}/retire`)).status).toBe(202);
  await until('it is retired', () => agent.runner.state.phase === 'retired');
  expect(appsOf(agent)).toEqual(['Chess (user)']);
  await until('its record is gone', () => tenant.notes.some(({ kind }) => kind === 'record-removed'));
  expect(await value("auditEvents?$filter=activityType eq 'retire ManagedDevice'")).toEqual([]);
  expect(await value("remoteActionAudits?$filter=action eq 'removeCompanyData'")).toMatchObject([
    { initiatedByUserPrincipalName: user, actionState: 'done', managedDeviceId: agent.id },
  ]);
  expect((await mine('POST', `${agent.id}/wipe`)).status).toBe(404);
});

it('M-07 TD-03 a wiped phone, without certificate and record, is still typed into over its hands', async () => {
  await call('PATCH', '/mockfleet/configuration', { allowActivationLock: true });
  const agent = await tenant.enrolledAgent({ enrollment: 'automated', serialNumber: 'SN-LOCK', has: { findMy: true }, hands: false });
  const { runner } = agent;
  const hands = openHands({
    url: tenant.server.hands,
    ca: tenant.authority.certificatePem,
    token: enrollmentToken,
    runner,
    onTrouble: () => {},
  });
  await until('its hands are attached', () => tenant.log.some(({ data }) => data.event === 'hands-attached'));
  const phone = '/mockfleet/devices/sn-lock';
  await tenant.advance('9h');
  const selected = `/beta/deviceManagement/managedDevices('${agent.id}')?$select=activationLockBypassCode`;
  const { activationLockBypassCode: code } = (await call('GET', selected)).body as { activationLockBypassCode: string };
  expect(code).toMatch(/-/);
  await tenant.act(agent.id, 'wipe');
  await until('it is wiped', () => runner.state.phase === 'wiped');
  await until('its record is gone', () => tenant.notes.some(({ kind }) => kind === 'record-removed'));
  expect((await call('GET', `${managedDevices}/${agent.id}`)).status).toBe(404);

  const type = async (text: string) => (await call('POST', `${phone}/act`, { input: { type: text } })).body;
  expect(await type(code.slice(1))).toMatchObject({ outcome: 'waiting' });
  await until('Apple refused it', () => runner.view().screen.notice !== null);
  expect(runner.view().screen.kind).toBe('activation-lock');
  expect(await type(code.replaceAll('-', '').toLowerCase())).toMatchObject({ outcome: 'waiting' });
  await until('it goes on', () => runner.view().screen.kind === 'set-up-assistant');
  expect((await call('POST', `${phone}/act`, { input: { press: 'unlock' } })).body).toMatchObject({
    outcome: 'no-such-button',
    view: { phase: 'wiped', screen: { kind: 'set-up-assistant' } },
  });
  expect(JSON.stringify(tenant.log)).not.toContain(code);
  hands.close();
});
