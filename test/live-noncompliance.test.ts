/** The days of noncompliance on a live stub: its clock jumps over them, and it is killed and started again in the middle of it. */
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { dayMs, formatInstant, hourMs } from '../runtime/duration.ts';
import type { MailRecord } from '../server-stub/core/directory-records.ts';
import { openSqliteStore } from '../server-stub/store/sqlite-store.ts';
import { scratch } from './support/scratch.ts';
import { enrolled, type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { openTenant, type Tenant, tenantStart } from './support/tenant.ts';
import { afterMs, untilAnswered } from './support/until.ts';

type Call = (method: string, path: string, body?: object) => Promise<{ status: number; body: unknown }>;

const policies = '/beta/deviceManagement/deviceCompliancePolicies';

/** A policy for iPhones: a grace of four days, e-mails on day 2 and 5, a lock on day 3, a notification at once. */
async function setUp(call: Call): Promise<void> {
  const done = async (path: string, body: object) => {
    const { status, body: answer } = await call('POST', path, body);
    if (status >= 300) throw new Error(`${path}: ${status} ${JSON.stringify(answer)}`);
    return answer as { id: string };
  };
  const templates = '/v1.0/deviceManagement/notificationMessageTemplates';
  const template = await done(templates, { displayName: 'Warning' });
  const message = { locale: 'en-us', subject: 'About {{DeviceName}}', messageTemplate: 'Please see to it.', isDefault: true };
  await done(`${templates}/${template.id}/localizedNotificationMessages`, message);
  const action = (actionType: string, days: number, notificationTemplateId = '') => {
    return { actionType, gracePeriodHours: days * 24, notificationTemplateId, notificationMessageCCList: [] };
  };
  const actions = [
    action('pushNotification', 0),
    action('notification', 2, template.id),
    action('remoteLock', 3),
    action('block', 4),
    action('notification', 5, template.id),
  ];
  const policy = await done(policies, {
    '@odata.type': '#microsoft.graph.iosCompliancePolicy',
    displayName: 'iPhones need a passcode',
    passcodeRequired: true,
    scheduledActionsForRule: [{ ruleName: 'PasswordRequired', scheduledActionConfigurations: actions }],
  });
  const target = { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' };
  await done(`${policies}/${policy.id}/assign`, { assignments: [{ target }] });
}

const stateOf = async (call: Call, id: string) => {
  const { body } = await call('GET', `/v1.0/deviceManagement/managedDevices/${id}`);
  return body as { complianceState: string; complianceGracePeriodExpirationDateTime: string };
};

/** The device has been found noncompliant: when its spell began. */
async function untilInGrace(call: Call, id: string): Promise<number> {
  await untilAnswered('the device is in its grace', async () => (await stateOf(call, id)).complianceState === 'inGracePeriod');
  return Date.parse((await stateOf(call, id)).complianceGracePeriodExpirationDateTime) - 4 * dayMs;
}

const days = (mails: Iterable<MailRecord>, from: number) => [...mails].map(({ at }) => Math.round((at - from) / hourMs) / 24).reverse();

describe('a jump of the clock over several days', () => {
  let tenant: Tenant | undefined;
  afterEach(() => tenant?.close());

  it.each(['advance', 'set'])('NC-06 by %s sends each e-mail, dated on its day, and locks between them', async (how) => {
    tenant = await openTenant();
    const { call, clock, store, notes, enrolledAgent } = tenant;
    const agent = await enrolledAgent();
    await setUp(call);
    const from = await untilInGrace(call, agent.id);
    expect(from).toBe(tenantStart);
    await untilAnswered('the notification is shown', async () => agent.runner.view().notices.length === 1);
    agent.network(false);
    const change = how === 'set' ? { set: formatInstant(from + 6 * dayMs) } : { advance: '6d' };
    expect((await clock(change)).status).toBe(200);
    expect(days(store.mails(), from)).toEqual([2, 5]);
    const fired = notes.flatMap((note) => (note.kind === 'noncompliance-action' ? [`${(note.dueAt - from) / dayMs} ${note.action}`] : []));
    expect(fired).toEqual(['0 pushNotification', '2 notification', '3 remoteLock', '4 block', '5 notification']);
    expect((await stateOf(call, agent.id)).complianceState).toBe('noncompliant');
    agent.network(true);
    await untilAnswered('the lock is carried out', async () => agent.kinds('executed').some(({ command }) => command === 'remoteLock'));
    expect((await clock({ advance: '30d' })).status).toBe(200);
    expect([...store.mails()], 'once').toHaveLength(2);
    expect(store.commandsOf(agent.id).filter(({ action }) => action === 'remoteLock')).toHaveLength(1);
  });
});

/** Killed so many milliseconds after the clock was asked to go on. */
const moments = [0, 20, 70];

describe('NC-06 the stub is killed while its clock goes over the days of a spell', () => {
  it('every action is done once, on its day', { timeout: 120_000 }, async () => {
    const folder = scratch();
    let stub: StubProgram = await startStub();
    const call: Call = (method, path, body) => stub.call(method, path, body);
    await stub.clock({ speed: 0 });
    await setUp(call);
    const agent = stub.agent('phone', folder);
    const id = await enrolled(agent);
    const from = await untilInGrace(call, id);
    agent.kill('SIGTERM');
    await agent.end();
    for (const ms of moments) {
      // It is killed before it answers, or just after.
      const asked = stub.clock({ set: formatInstant(from + 6 * dayMs) }).catch(() => undefined);
      await afterMs(ms);
      await stub.program.killed();
      await asked;
      stub = await startAgain(stub);
      await stub.clock({ speed: 0 });
    }
    const { now } = await stub.clock({ set: formatInstant(from + 7 * dayMs) });
    expect(Date.parse(now)).toBe(from + 7 * dayMs);
    expect((await stateOf(call, id)).complianceState).toBe('noncompliant');
    expect(stub.commands(id).map(({ action }) => action)).toEqual(['remoteLock']);
    stub.program.kill('SIGTERM');
    await stub.program.end();
    const store = openSqliteStore(join(stub.state, 'stub.db'));
    try {
      expect(days(store.mails(), from)).toEqual([2, 5]);
      expect([...store.mails()].map(({ state }) => state)).toEqual(['sent', 'sent']);
      // A mail that was taken in just before a kill may have come twice, and then under one Message-ID.
      const arrived = new Set([...store.receivedMails()].map(({ messageId }) => messageId));
      expect(arrived).toEqual(new Set([...store.mails()].map(({ messageId }) => messageId)));
    } finally {
      store.close();
    }
  });
});
