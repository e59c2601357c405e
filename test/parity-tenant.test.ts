/**
 * A tenant in a test answers as a live stub does: the same devices on both sides, the same calls through the same door, and answers that
 * are the same to the last property.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, it } from 'vitest';
import type { DeviceChange } from '../protocol/hands.ts';
import type { MailRecord } from '../server-stub/core/directory-records.ts';
import { readSeed } from '../simulator/tenant/read-seed.ts';
import { devicesOf } from '../simulator/tenant/seed-devices.ts';
import { createTenant, type DeviceOptions, type Tenant } from '../simulator/testing/msw.ts';
import { managedDevices, openTenant, type Tenant as StubTenant, tenantStart } from './support/tenant.ts';
import type { TestAgent } from './support/test-agent.ts';
import { untilAnswered } from './support/until.ts';

const devices: DeviceOptions[] = [
  { platform: 'ios', enrollment: 'automated', name: 'phone', user: 'adele@contoso.example', has: { passcode: '246810' } },
  { platform: 'windows', name: 'pc', user: 'adele@contoso.example' },
  { platform: 'android', name: 'mobile', user: 'megan@contoso.example' },
  { platform: 'macos', name: 'mac', user: '' },
];

/** A call is to `managedDevices`, or (with a whole path) to anything; `keep`: the id that is answered stands for this name from then on. */
type Step =
  | { call: string; on?: string; body?: object; keep?: string }
  | { device: string; network: boolean }
  | { device: string; change: DeviceChange }
  | { advance: string };

const steps: Step[] = [
  { call: 'GET ' },
  { call: 'GET /{id}', on: 'phone' },
  { call: 'POST /{id}/remoteLock', on: 'phone' },
  { call: 'POST /{id}/remoteLock', on: 'mac' },
  { call: 'POST /{id}/remoteLock', on: 'pc' },
  { call: 'POST /{id}/resetPasscode', on: 'phone' },
  { device: 'pc', network: false },
  { device: 'mobile', network: false },
  { call: 'POST /{id}/wipe', on: 'pc', body: { keepEnrollmentData: false } },
  { call: 'POST /{id}/retire', on: 'mobile' },
  { advance: '3h' },
  { call: 'GET ' },
  { advance: '40d' },
  { device: 'mobile', network: true },
  { call: 'GET /{id}', on: 'mobile' },
  { call: 'DELETE /{id}', on: 'mac' },
  { call: 'GET /{id}', on: 'mac' },
  { advance: '330d' },
  { call: 'GET /{id}', on: 'pc' },
  { call: 'GET /{id}', on: 'phone' },
  { advance: '180d' },
  { call: 'GET /{id}', on: 'pc' },
  { call: "GET ?$filter=managementState eq 'managed'&$orderby=deviceName" },
  { call: 'GET ?$filter=deviceName like x' },
  { call: 'POST /{id}/explode', on: 'phone' },
];

/** Besides, after each step: what the administrator did, and what became of it. */
const kept = ['/v1.0/deviceManagement/auditEvents', '/beta/deviceManagement/remoteActionAudits', '/v1.0/users?$select=userPrincipalName'];

let live: StubTenant;
let tenant: Tenant;
afterEach(async () => {
  tenant.close();
  await live.close();
});

interface Answer {
  status: number;
  body: unknown;
}

/** Without what is drawn for each request. */
async function answerOf(
  fetch: (request: Request) => Promise<Response>,
  token: string,
  method: string,
  address: string,
  body?: object,
): Promise<Answer> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const request = new Request(`https://graph.microsoft.com${address}`, {
    method,
    headers,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const response = await fetch(request);
  const text = (await response.text())
    .replace(/Activity ID: [0-9a-f-]{36}/, 'Activity ID: …')
    .replace(/"innerError":\{[^}]*\}/, '"innerError":"…"');
  return { status: response.status, body: text === '' ? null : JSON.parse(text) };
}

it('M-09 answers call by call as a live stub with real agents', () => follow(devices, steps, kept));

it('M-09 NC-06 answers as a live stub with real agents does on the days of devices that break their policies', () =>
  follow(devices, noncompliantSteps, keptOfPolicies));

const policies = '/beta/deviceManagement/deviceCompliancePolicies';
const templates = '/v1.0/deviceManagement/notificationMessageTemplates';
const day = (actionType: string, days: number, more: object = {}) => {
  return { actionType, gracePeriodHours: 24 * days, notificationTemplateId: '', notificationMessageCCList: [], ...more };
};
const rules = (...actions: object[]) => [{ ruleName: 'PasswordRequired', scheduledActionConfigurations: actions }];
const mail = { notificationTemplateId: '{template}' };
const forUsers = { assignments: [{ target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } }] };

const noncompliantSteps: Step[] = [
  { call: `POST ${templates}`, body: { displayName: 'Warning' }, keep: 'template' },
  {
    call: `POST ${templates}/{template}/localizedNotificationMessages`,
    body: { locale: 'en-us', subject: 'About {{DeviceName}}', messageTemplate: 'Please see to it.', isDefault: true },
  },
  {
    call: `POST ${policies}`,
    body: {
      '@odata.type': '#microsoft.graph.iosCompliancePolicy',
      displayName: 'iPhones',
      passcodeRequired: true,
      securityBlockJailbrokenDevices: true,
      scheduledActionsForRule: rules(
        day('block', 3),
        day('notification', 2, mail),
        day('notification', 5, mail),
        day('remoteLock', 4),
        day('pushNotification', 0),
      ),
    },
    keep: 'phones',
  },
  {
    call: `POST ${policies}`,
    body: {
      '@odata.type': '#microsoft.graph.windows10CompliancePolicy',
      displayName: 'PCs',
      storageRequireEncryption: true,
      scheduledActionsForRule: rules(day('block', 0), day('retire', 1)),
    },
    keep: 'pcs',
  },
  { call: `POST ${policies}/{phones}/assign`, body: forUsers },
  { call: `POST ${policies}/{pcs}/assign`, body: forUsers },
  { device: 'phone', change: { jailBroken: true } },
  { device: 'pc', change: { encrypted: false } },
  { advance: '9h' },
  { advance: '2d' },
  { device: 'phone', network: false },
  { advance: '3d' },
  { call: `GET ${policies}/getDevicesScheduledToRetire()` },
  { device: 'phone', change: { jailBroken: false } },
  { device: 'phone', network: true },
  { device: 'phone', change: { passcode: null } },
  { call: 'POST /{id}/syncDevice', on: 'phone' },
  { advance: '4d' },
  {
    call: `POST ${policies}/{phones}/scheduleActionsForRules`,
    body: { deviceComplianceScheduledActionForRules: rules(day('block', 9), day('retire', 1)) },
  },
  { device: 'pc', network: false },
  { advance: '40d' },
  { call: `DELETE ${policies}/{pcs}` },
  { device: 'pc', network: true },
  { advance: '1d' },
];

const keptOfPolicies = [
  '/v1.0/deviceManagement/managedDevices?$select=deviceName,complianceState,complianceGracePeriodExpirationDateTime,managementState',
  '/v1.0/deviceManagement/deviceCompliancePolicyDeviceStateSummary',
  '/v1.0/deviceManagement/deviceCompliancePolicies',
  `${policies}/{phones}/deviceStatuses`,
  '/v1.0/deviceManagement/auditEvents?$select=activityType,activityDateTime',
];

async function follow(devices: DeviceOptions[], steps: readonly Step[], kept: readonly string[]): Promise<void> {
  live = await openTenant();
  tenant = createTenant({ seed: 'test', start: tenantStart, devices });
  const agents = new Map<string, TestAgent>();
  for (const fresh of devicesOf(readSeed({ devices }, 'test'), 'contoso.example')) {
    agents.set(fresh.inventory.deviceName, await live.enrolledAgent({ fresh }));
  }
  const stub = (method: string, address: string, body?: object) =>
    answerOf((request) => live.stub.fetch(request), 'administrator-of-the-test', method, address, body);
  const test = (method: string, address: string, body?: object) => answerOf(tenant.fetch, tenant.token, method, address, body);

  /** Agents do their part in a while; what they come to has to be what the tenant says at once. */
  async function isSame(about: string, address: string): Promise<void> {
    const wanted = await test('GET', address);
    let answered: Answer | undefined;
    const isReached = async () => {
      answered = await stub('GET', address);
      return isDeepStrictEqual(answered, wanted);
    };
    await untilAnswered(about, isReached).catch(() => {
      // The comparison below says more than that time is up.
    });
    expect({ about, ...answered }).toEqual({ about, ...wanted });
  }

  const ids = new Map<string, string>();
  const named = (text: string) => text.replace(/\{(template|phones|pcs)\}/g, (whole, name: string) => ids.get(name) ?? whole);

  for (const step of steps) {
    const about = JSON.stringify(step);
    if ('advance' in step) {
      tenant.clock.advance(step.advance);
      await live.advance(step.advance);
    } else if ('device' in step) {
      const act = 'network' in step ? { network: step.network } : { change: step.change };
      tenant.devices.find(step.device).act(act);
      agents.get(step.device)?.runner.act(act);
    } else {
      const id = step.on === undefined ? '' : (tenant.devices.find(step.on).id as string);
      expect(step.on === undefined || agents.get(step.on)?.id === id).toBe(true);
      const [method = '', path = ''] = step.call.split(/ (.*)/s);
      const address = named(path.startsWith('/v1.0') || path.startsWith('/beta') ? path : `${managedDevices}${path.replace('{id}', id)}`);
      const body = step.body === undefined ? undefined : (JSON.parse(named(JSON.stringify(step.body))) as object);
      if (method === 'GET') await isSame(about, address);
      else {
        const answer = await test(method, address, body);
        expect({ about, ...(await stub(method, address, body)) }).toEqual({ about, ...answer });
        if (step.keep !== undefined) ids.set(step.keep, (answer.body as { id: string }).id);
      }
    }
    for (const address of kept) if (!named(address).includes('{')) await isSame(`${about}, then ${address}`, named(address));
  }
  // It was about something.
  const lists = await Promise.all(kept.map(async (address) => ((await test('GET', named(address))).body as { value?: object[] }).value));
  const counts = lists.flatMap((list) => (list === undefined ? [] : [list.length]));
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...counts)).toBeGreaterThanOrEqual(3);
  // Whatever was sent, to whom, and dated when.
  const mails = (all: Iterable<MailRecord>) => [...all].map(({ at, to, subject, state, messageId }) => [at, to, subject, state, messageId]);
  const wanted = mails(tenant.mailbox.outbox()).reverse();
  expect(wanted.length > 0).toBe(ids.has('template'));
  await untilAnswered('the mails are sent', async () => [...live.stub.inside.tenant().mails()].every(({ state }) => state !== 'queued'));
  expect(mails(live.stub.inside.tenant().mails())).toEqual(wanted);
}
