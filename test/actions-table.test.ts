/**
 * The table of kinds × actions, cell by cell, through the doors that users use: the action is asked for through Graph, a real agent carries
 * it out over mutual TLS, and what is seen afterwards, on the device and in the service, is compared with an oracle written by hand.
 * How the device is beforehand is drawn, so that each cell is a property and not one example.
 */
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { actionTable, type CommandType, commandTypes } from '../protocol/commands.ts';
import type { DeviceView } from '../protocol/hands.ts';
import { type After, type Before, devicePasscode, expected, type KindOfTest, kindsOfTest, workPasscode } from './support/actions-oracle.ts';
import { openTenant, type Tenant } from './support/tenant.ts';
import type { TestAgent } from './support/test-agent.ts';
import { until } from './support/until.ts';

const beta = '/beta/deviceManagement/managedDevices';
const samplesPerCell = 3;

const anyBefore: fc.Arbitrary<Before> = fc.record({
  passcode: fc.boolean(),
  encrypted: fc.boolean(),
  findMy: fc.boolean(),
  allowActivationLock: fc.boolean(),
  workProfilePasscodeRequired: fc.boolean(),
  resetConsent: fc.boolean(),
  lostMode: fc.boolean(),
  keepUserData: fc.boolean(),
  keepEnrollmentData: fc.boolean(),
  quickScan: fc.boolean(),
  isItsUser: fc.boolean(),
});

function bodyOf(action: CommandType, before: Before): object | undefined {
  switch (action) {
    case 'wipe':
      return { keepUserData: before.keepUserData, keepEnrollmentData: before.keepEnrollmentData };
    case 'cleanWindowsDevice':
      return { keepUserData: before.keepUserData };
    case 'deleteUserFromSharedAppleDevice':
      return { userPrincipalName: before.isItsUser ? 'Adele@Contoso.example' : 'nobody@contoso.example' };
    case 'windowsDefenderScan':
      return { quickScan: before.quickScan };
    case 'enableLostMode':
      return { message: 'Please call us', phoneNumber: '+49 30 1234', footer: 'Contoso' };
    case 'setDeviceName':
      return { deviceName: 'Renamed-1' };
    case 'sendCustomNotificationToCompanyPortal':
      return { notificationTitle: 'Closed today', notificationBody: 'Please work from home.' };
    default:
      return undefined;
  }
}

const tenants = new Map<string, Tenant>();
/** Tenants differ in their policy alone; each is shared by all cells that want it. */
async function tenantFor(before: Before): Promise<Tenant> {
  const { allowActivationLock, workProfilePasscodeRequired } = before;
  const name = `${allowActivationLock} ${workProfilePasscodeRequired}`;
  const known = tenants.get(name);
  if (known !== undefined) return known;
  const apps = [{ id: 'mail', name: 'Contoso Mail', intent: 'required' as const }];
  const made = await openTenant({ settings: { tenant: { allowActivationLock, workProfilePasscodeRequired, apps } } });
  tenants.set(name, made);
  return made;
}

beforeAll(async () => {
  // The four of them at once: each makes its listening socket.
  for (const allowActivationLock of [false, true])
    for (const workProfilePasscodeRequired of [false, true])
      await tenantFor({ allowActivationLock, workProfilePasscodeRequired } as Before);
});
afterAll(async () => {
  for (const tenant of tenants.values()) await tenant.close();
});

let serials = 0;

async function enrolled(tenant: Tenant, kind: KindOfTest, before: Before): Promise<TestAgent> {
  const { platform, enrollment, osVersion, model, shared } = kind;
  const isWorkProfile = enrollment.endsWith('work-profile');
  const agent = await tenant.enrolledAgent({
    platform,
    enrollment,
    serialNumber: `CELL${++serials}`,
    inventory: { osVersion, model, ...(shared === true ? { shared } : {}) },
    has: {
      passcode: before.passcode ? devicePasscode : null,
      encrypted: before.encrypted,
      findMy: before.findMy && (platform === 'ios' || platform === 'macos'),
      accountPassword: 'apple-secret',
      apps: [{ id: 'chess', name: 'Chess', source: 'user' }],
      userData: true,
      ...(shared === true ? { activeUser: 'adele@contoso.example' } : {}),
      ...(isWorkProfile ? { workProfile: { passcode: workPasscode, resetConsent: before.resetConsent } } : {}),
    },
  });
  // The last frame of its first check-in may still be under way to the service.
  // What Jamf manages gets no apps of ours.
  const known = enrollment === 'jamf' ? 'chess' : 'mail';
  await until('the service knows its apps', () => tenant.store.device(agent.id)?.information?.apps.some((app) => app.id === known));
  if (before.lostMode && kind.can.includes('e')) {
    expect(await tenant.actOn(agent.id, 'enableLostMode', bodyOf('enableLostMode', before))).toBe(204);
    await agent.did('enableLostMode');
  }
  return agent;
}

interface Seen {
  entity: Record<string, unknown> | undefined;
  result: Record<string, unknown> | undefined;
  view: DeviceView;
}

async function look(tenant: Tenant, agent: TestAgent, action: CommandType): Promise<Seen> {
  const { status, body } = await tenant.call('GET', `${beta}/${agent.id}`);
  const entity = status === 404 ? undefined : (body as unknown as Record<string, unknown>);
  const results = (entity?.deviceActionResults ?? []) as Record<string, unknown>[];
  return { entity, result: results.find((one) => one.actionName === action), view: agent.runner.view() };
}

/** What has to be waited for: the action's end in the service, and on the device. */
async function lived(tenant: Tenant, agent: TestAgent, action: CommandType, after: After): Promise<Seen> {
  let seen = await look(tenant, agent, action);
  const isThere = async () => {
    seen = await look(tenant, agent, action);
    if (after.gone === true) return seen.entity === undefined && seen.view.phase === after.phase;
    const ended = after.action === undefined ? seen.entity?.managementState === 'managed' : seen.result?.actionState !== 'pending';
    const idle = seen.view.power !== 'on' || agent.isIdle;
    const isDown = after.power === undefined || seen.view.power === after.power;
    const isTold = after.notified !== true || seen.view.notifications.length > 0;
    return seen.entity !== undefined && ended && idle && isDown && isTold && (after.action === undefined || seen.result !== undefined);
  };
  for (let looks = 0; !(await isThere()); looks++) {
    if (looks > 400) throw new Error(`${action} does not end: ${JSON.stringify([seen, agent.notes.slice(-8), agent.troubles])}`);
    await new Promise(setImmediate);
    await until('the next look', () => true);
  }
  return seen;
}

async function cell(kind: KindOfTest, action: CommandType, before: Before): Promise<void> {
  const tenant = await tenantFor(before);
  const agent = await enrolled(tenant, kind, before);
  try {
    await cellOf(tenant, agent, kind, action, before);
  } finally {
    agent.close();
  }
}

async function cellOf(tenant: Tenant, agent: TestAgent, kind: KindOfTest, action: CommandType, before: Before): Promise<void> {
  const told = agent.kinds('command').length;
  const screen = agent.runner.view().screen.kind;
  const after = expected(kind, action, { ...before, lostMode: before.lostMode && kind.can.includes('e') });
  const { status, body } = await tenant.call('POST', `${beta}/${agent.id}/${action}`, bodyOf(action, before));
  if (after.refused === true) {
    expect(status, JSON.stringify(before)).toBe(400);
    expect(body.error.code).toBe('BadRequest');
    // Intune's own refusal: a sentence within JSON within the message.
    expect((JSON.parse(body.error.message) as { Message: string }).Message).toMatch(/^[A-Z].+\./);
    expect(agent.kinds('command')).toHaveLength(told);
    expect(agent.runner.view().screen.kind).toBe(screen);
  } else expect(status).toBe(204);
  const seen = after.refused === true ? await look(tenant, agent, action) : await lived(tenant, agent, action, after);
  if (after.gone === true) expect(seen.entity).toBeUndefined();
  else expect(seen.entity?.managementState).toBe('managed');
  expect(seen.view.phase).toBe(after.phase);
  if (after.action !== undefined) expect(seen.result?.actionState).toBe(after.action);
  if (after.notified === true) {
    expect(seen.view.notifications).toMatchObject([{ title: 'Closed today', body: 'Please work from home.' }]);
    expect([seen.result, agent.kinds('command').length]).toEqual([undefined, told]);
  } else expect(seen.view.notifications).toEqual([]);
  for (const [name, pattern] of Object.entries(after.result ?? {})) {
    if (pattern === 'location') {
      expect(seen.result?.[name]).toMatchObject({ latitude: expect.any(Number), longitude: expect.any(Number) });
    } else expect(seen.result?.[name]).toMatch(pattern);
  }
  if (after.screen !== undefined) expect(seen.view.screen.kind).toBe(after.screen);
  if (after.power !== undefined) expect(seen.view.power).toBe(after.power);
  if (after.userData !== undefined) expect(seen.view.userData).toBe(after.userData);
  if (after.companyData !== undefined) expect(seen.view.companyData).toBe(after.companyData);
  if (after.apps !== undefined) {
    const names = seen.view.apps.map((app) => app.name);
    expect({ required: names.includes('Contoso Mail'), own: names.includes('Chess') }).toEqual(after.apps);
  }
  if (after.names !== undefined) {
    const is = (name: unknown) => (name === 'Renamed-1' ? 'new' : 'old');
    expect({ graph: is(seen.entity?.deviceName), device: is(seen.view.deviceName) }).toEqual(after.names);
  }
  if (after.lostModeState !== undefined) expect(seen.entity?.lostModeState).toBe(after.lostModeState);
  if (after.users !== undefined) {
    const { body: selected } = await tenant.call('GET', `${beta}/${agent.id}?$select=hardwareInformation`);
    const { hardwareInformation } = selected as unknown as { hardwareInformation: { sharedDeviceCachedUsers: unknown[] } };
    expect(hardwareInformation.sharedDeviceCachedUsers).toHaveLength(after.users);
  }
  if (after.bypassCode !== undefined) {
    const { body: selected } = await tenant.call('GET', `${beta}/${agent.id}?$select=activationLockBypassCode`);
    const code = (selected as unknown as { activationLockBypassCode: string | null }).activationLockBypassCode;
    if (after.bypassCode) expect(code).toMatch(/^[A-Z0-9]{5}-[A-Z0-9]{5}(-[A-Z0-9]{4}){4}$/);
    else expect(code).toBeNull();
  }
}

describe('the table of kinds × actions', () => {
  it('knows every action', () => {
    expect(new Set(commandTypes)).toEqual(new Set(Object.keys(actionTable)));
  });

  describe.each(kindsOfTest)('$label', (kind) => {
    // What is refused changes nothing, and each refusal is seen to: so devices that are asked for it are there once for all such actions.
    const asked = fc.sample(anyBefore, samplesPerCell);
    const devices = new Map<Before, TestAgent>();
    afterAll(() => {
      for (const agent of devices.values()) agent.close();
    });
    const isRefused = (action: CommandType) => (before: Before) =>
      expected(kind, action, { ...before, lostMode: before.lostMode && kind.can.includes('e') }).refused === true;

    it.each(commandTypes.map((action) => ({ action })))('M-05 M-06 $action', async ({ action }) => {
      if (asked.every(isRefused(action))) {
        for (const before of asked) {
          const tenant = await tenantFor(before);
          const agent = devices.get(before) ?? (await enrolled(tenant, kind, before));
          devices.set(before, agent);
          await cellOf(tenant, agent, kind, action, before);
        }
        return;
      }
      await fc.assert(
        fc.asyncProperty(anyBefore, (before) => cell(kind, action, before)),
        { numRuns: samplesPerCell },
      );
    });
  });
});
