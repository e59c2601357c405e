/**
 * A tenant in a test answers as a live stub does: the same devices on both sides, the same calls through the same door, and answers that
 * are the same to the last property.
 */
import { isDeepStrictEqual } from 'node:util';
import { afterEach, expect, it } from 'vitest';
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

type Step = { call: string; on?: string; body?: object } | { device: string; network: boolean } | { advance: string };

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

it('M-09 answers call by call as a live stub with real agents', async () => {
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

  for (const step of steps) {
    const about = JSON.stringify(step);
    if ('advance' in step) {
      tenant.clock.advance(step.advance);
      await live.advance(step.advance);
    } else if ('device' in step) {
      tenant.devices.find(step.device).act({ network: step.network });
      agents.get(step.device)?.runner.act({ network: step.network });
    } else {
      const id = step.on === undefined ? '' : (tenant.devices.find(step.on).id as string);
      expect(step.on === undefined || agents.get(step.on)?.id === id).toBe(true);
      const [method = '', path = ''] = step.call.split(/ (.*)/s);
      const address = `${managedDevices}${path.replace('{id}', id)}`;
      if (method === 'GET') await isSame(about, address);
      else expect({ about, ...(await stub(method, address, step.body)) }).toEqual({ about, ...(await test(method, address, step.body)) });
    }
    for (const address of kept) await isSame(`${about}, then ${address}`, address);
  }
  // It was about something.
  const counts = await Promise.all(kept.map(async (address) => ((await test('GET', address)).body as { value: object[] }).value.length));
  expect(counts.map((count) => count >= 3)).toEqual(kept.map(() => true));
});
