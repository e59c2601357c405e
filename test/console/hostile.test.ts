/** What people and devices call themselves, and a stub that dies: nothing of it runs in the page, and nothing breaks it. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { type DeviceView, handsSubProtocol } from '../../protocol/hands.ts';
import { heldDevice } from '../../server-stub/door.fixture.ts';
import { hasChromium, openConsole } from '../support/console.ts';
import { mockfleet } from '../support/program.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

/** Each would set `hostile` if a page took it for more than text. */
const run = 'globalThis.hostile=1';
const markup = `"'><img src=x onerror="${run}"><script>${run}</script><svg onload=${run}>`;
const templates = `\${${run}} {{constructor.constructor('${run}')()}} <%= ${run} %> javascript:${run}`;
/** Right to left, an embedding that nobody ends, nothing to see, and more accents than a line is high. */
const letters = '\u202Egnihton\u2066 \u200f\u05d0\u0627 \u200b\u00ad\ufeff e\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301\u0301';
const long = 'W'.repeat(10_000);
const cut = (text: string, length: number) => text.slice(0, length);

const pageIds = [
  'devices',
  'policies',
  'templates',
  'groups',
  'notifications',
  'mail',
  'screens',
  'audit',
  'sign-ins',
  'time',
  'scenarios',
  'faults',
];

const tenant = {
  users: [{ userPrincipalName: 'adele@contoso.example', displayName: cut(markup, 200) }],
  devices: [
    { platform: 'ios', name: cut(markup, 250), user: 'adele@contoso.example' },
    { platform: 'android', name: cut(templates, 250), user: 'adele@contoso.example' },
    { platform: 'windows', name: cut(letters, 250), user: 'adele@contoso.example' },
    { platform: 'macos', name: cut(long, 256), user: 'adele@contoso.example' },
  ],
};

/** A device in somebody's hands whose every text is one of these. */
function holdHostileDevice(url: string, token: string, view: Partial<DeviceView>): void {
  const socket = new WebSocket(`${url.replace('https', 'wss')}/hands`, handsSubProtocol, { rejectUnauthorized: false });
  onTestFinished(() => socket.terminate());
  socket.on('open', () => socket.send(JSON.stringify({ type: 'hello', token, view: { ...heldDevice().current, ...view } })));
  socket.on('error', () => {});
}

/** '' where the page fits; else by how many pixels it does not, and the innermost element that reaches farthest. */
const widestElement = `(() => {
  const pixels = document.scrollingElement.scrollWidth - innerWidth;
  if (pixels <= 0) return '';
  const reach = (element) => element.getBoundingClientRect().right;
  const farthest = [...document.querySelectorAll('main *, header *')].reduce((a, b) => (reach(b) >= reach(a) ? b : a));
  return pixels + ' pixels, ' + farthest.parentElement.className + ' > ' + farthest.tagName + ' ' + farthest.className;
})()`;

/** At each width; a page that is wider than the window is one whose texts push it apart. */
async function tooWide(page: Page, where: string): Promise<string[]> {
  const found: string[] = [];
  for (const width of [390, 1440]) {
    await page.setViewportSize({ width, height: 900 });
    const widest = (await page.evaluate(widestElement)) as string;
    if (widest !== '') found.push(`${where} at ${width}: ${widest}`);
  }
  return found;
}

describe.skipIf(!hasChromium)('the console', () => {
  it('shows hostile names, users, models, mails and texts as text, wherever they are, and none of them breaks a page', async () => {
    const file = join(scratch(), 'tenant.json');
    writeFileSync(file, JSON.stringify(tenant));
    const { page, go, call, troubles, url, program } = await openConsole({ words: ['--tenant', file, '--speed', '0'] });
    const { enrollmentToken } = (await program.line({ ready: true })) as { enrollmentToken: string };
    const list = '/beta/deviceManagement/managedDevices';
    const devices = await untilAnswered('four devices', async () => {
      const { value } = await call<{ value: { id: string; deviceName: string }[] }>('GET', list);
      return value.length === tenant.devices.length && value;
    });
    expect(devices.map(({ deviceName }) => deviceName).sort()).toEqual(tenant.devices.map(({ name }) => name).sort());
    for (const { id } of devices)
      await call('PATCH', `${list}/${id}`, { managedDeviceName: cut(markup + long, 255), notes: cut(markup + long, 4096) });
    const screen = {
      ...heldDevice().current.screen,
      kind: 'home' as const,
      title: markup,
      lines: [markup, templates, letters, cut(long, 2048)],
    };
    const hostile = { model: cut(markup + long, 2048), osVersion: letters, userPrincipalName: cut(templates + long, 2048) };
    for (const [index, deviceName] of [markup, letters, `a\r\nSet-Cookie: b\r\n${templates}`, cut(long, 2048)].entries()) {
      const notice = { at: 0, from: 'custom', title: cut(markup, 50), body: cut(markup + long, 500), shown: 'banner' } as const;
      holdHostileDevice(url, enrollmentToken, {
        ...hostile,
        deviceName,
        serialNumber: index === 0 ? cut(markup, 64) : `H${index}`,
        description: markup,
        notifications: [notice as DeviceView['notifications'][number]],
        apps: [{ id: cut(markup, 64), name: cut(templates, 64), source: 'user' }],
        screen,
      });
    }
    await untilAnswered('they are held', async () => (await call<unknown[]>('GET', '/mockfleet/devices')).length === 8);

    const { id: group } = await call<{ id: string }>('POST', '/v1.0/groups', {
      displayName: cut(markup, 250),
      description: cut(markup + long, 1000),
      mailEnabled: false,
      mailNickname: 'hostile',
      securityEnabled: true,
    });
    const { id: policy } = await call<{ id: string }>('POST', '/beta/deviceManagement/deviceCompliancePolicies', {
      '@odata.type': '#microsoft.graph.iosCompliancePolicy',
      displayName: cut(markup + long, 256),
      description: cut(markup + long, 1000),
      passcodeRequired: true,
      scheduledActionsForRule: [
        { ruleName: 'PasswordRequired', scheduledActionConfigurations: [{ actionType: 'block', gracePeriodHours: 0 }] },
      ],
    });
    await call('POST', `/beta/deviceManagement/deviceCompliancePolicies/${policy}/assign`, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.groupAssignmentTarget', groupId: group } }],
    });
    const { id: template } = await call<{ id: string }>('POST', '/beta/deviceManagement/notificationMessageTemplates', {
      displayName: cut(markup, 250),
      defaultLocale: 'en-US',
    });
    await call('POST', `/beta/deviceManagement/notificationMessageTemplates/${template}/localizedNotificationMessages`, {
      locale: 'en-US',
      subject: cut(markup, 78),
      messageTemplate: cut(markup + long, 2000),
      isDefault: true,
    });
    await call('POST', '/v1.0/me/sendMail', {
      message: {
        subject: cut(markup + long, 10_000),
        body: { contentType: 'html', content: `${markup}<b>bold</b><a href="javascript:${run}">here</a>${templates}${long}` },
        toRecipients: [{ emailAddress: { address: 'adele@contoso.example' } }],
      },
    });
    for (const { id } of devices) await call('POST', `${list}/${id}/syncDevice`);
    const [mail] = await untilAnswered('the mail', async () => {
      const mails = await call<{ id: string }[]>('GET', '/mockfleet/mail');
      return mails.length > 0 && mails;
    });

    const places = [
      ...pageIds,
      ...devices.map(({ id }) => `devices/${id}`),
      `policies/${policy}`,
      `templates/${template}`,
      `groups/${group}`,
      `mail/${mail?.id}`,
      'mail/outbox',
      ...devices.map(({ id }) => `screens/${id}`),
      'screens/H1',
      'screens/H3',
      `screens/${encodeURIComponent(cut(markup, 64))}`,
      `devices?q=${encodeURIComponent(markup)}`,
      `devices/${encodeURIComponent(markup)}`,
      encodeURIComponent(markup),
    ];
    const wide: string[] = [];
    for (const place of places) {
      await go(`#/${place}`);
      await page.locator('main h1, main .trouble, main .empty').first().waitFor();
      await page.getByText('Loading …').first().waitFor({ state: 'detached' });
      wide.push(...(await tooWide(page, place)));
      for (const tab of await page.locator('main').getByRole('tab').all()) {
        await tab.click();
        wide.push(...(await tooWide(page, `${place}, ${await tab.textContent()}`)));
      }
      // A mail is shown in a frame of its own, whose policy Chromium tells of when it has kept something from running.
      const others = troubles.filter((trouble) => !trouble.includes('/mail-view/'));
      expect([place, await page.evaluate('globalThis.hostile'), others]).toEqual([place, undefined, []]);
    }
    expect(wide).toEqual([]);
    // They were looked at as text.
    await go('#/devices');
    await page.locator('main').getByText(cut(markup, 250)).first().waitFor();
  });

  it('says that its stub is away when it is killed in the middle of a jump, comes back by itself, and shows what is true', async () => {
    const file = join(scratch(), 'tenant.json');
    writeFileSync(file, JSON.stringify({ devices: [{ platform: 'ios', name: 'phone', count: 20 }] }));
    const { page, call, troubles, url, program } = await openConsole({ words: ['--tenant', file, '--speed', '0'] });
    await untilAnswered('its devices', async () => (await call<number>('GET', '/v1.0/deviceManagement/managedDevices/$count')) === 20);
    const bar = page.getByRole('region', { name: 'Clock' });
    const shown = () => bar.getByRole('link', { name: 'Time of the tenant' });
    const day = (text: string) => text.slice(0, 10);
    const { now: before } = await call<{ now: string }>('GET', '/mockfleet/clock');
    await call('POST', '/mockfleet/clock', { advance: '3650d', wait: false });
    await untilAnswered('it is under way', async () => {
      const { now, advance } = await call<{ now: string; advance: object | null }>('GET', '/mockfleet/clock');
      return advance !== null && now > before;
    });
    await page.getByRole('progressbar').first().waitFor();
    await program.killed();
    await page.getByText('The stub is away. Trying again').waitFor();

    const words = program.words.map((word, place) => (program.words[place - 1] === '--port' ? new URL(url).port : word));
    const again = mockfleet(words.filter((word) => word !== '--tenant' && word !== file));
    await again.line({ ready: true });
    await page.getByText('The stub is away. Trying again').waitFor({ state: 'detached' });
    // The jump ended with its process; the time that was lived is there.
    await page.getByRole('progressbar').first().waitFor({ state: 'detached' });
    const { now, advance } = await call<{ now: string; advance: object | null }>('GET', '/mockfleet/clock');
    expect([advance, now > before]).toEqual([null, true]);
    await shown().getByText(day(now)).waitFor();
    const names = page.locator('main tbody tr');
    const count = await call<number>('GET', '/v1.0/deviceManagement/managedDevices/$count');
    await untilAnswered('the list is that of the stub', async () => (await names.count()) === count);
    expect(troubles).toEqual([]);
  });
});
