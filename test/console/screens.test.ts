/** Devices as their users have them: each kind of screen, what is typed into it, what happens to the device beside it, and the dock. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import type { DeviceView } from '../../protocol/hands.ts';
import { hasChromium, type OpenConsole, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
devices:
  - { platform: ios, enrollment: automated, name: phone, user: adele@contoso.example, has: { passcode: "246810" } }
  - { platform: ios, enrollment: automated, name: tablet, model: "iPad (10th generation)", user: adele@contoso.example, has: { findMy: true } }
  - { platform: android, enrollment: personal-work-profile, name: pixel, user: megan@contoso.example, has: { apps: [Diary] } }
  - { platform: macos, enrollment: device, name: macbook, user: lee@contoso.example }
  - { platform: windows, name: pc, model: OptiPlex 7010, user: adele@contoso.example, has: { passcode: "246810" } }
tenant:
  policy: { allowActivationLock: true }
  apps:
    - { id: company-mail, name: Contoso Mail, intent: required }
    - { id: expenses, name: Expenses, intent: available }
`;
const deviceCount = 5;

interface OpenFleet extends OpenConsole {
  view(ref: string): Promise<DeviceView>;
  act(ref: string, act: object): Promise<unknown>;
  press(ref: string, button: string, values?: Record<string, string>): Promise<unknown>;
  /** As an administrator. */
  ask(ref: string, action: string, body?: object): Promise<unknown>;
}

async function openFleet(): Promise<OpenFleet> {
  const file = join(scratch(), 'tenant.yaml');
  writeFileSync(file, tenant);
  const opened = await openConsole({ words: ['--tenant', file] });
  const { call } = opened;
  const collection = '/beta/deviceManagement/managedDevices';
  await untilAnswered('all are enrolled', async () => (await call<number>('GET', `${collection}/$count`)) === deviceCount);
  const view = (ref: string) => call<DeviceView>('GET', `/mockfleet/devices/${ref}`);
  const act = (ref: string, what: object) => call('POST', `/mockfleet/devices/${ref}/act`, what);
  return {
    ...opened,
    view,
    act,
    press: (ref, button, values = {}) => act(ref, { input: { press: button, values } }),
    ask: async (ref, action, body = {}) => call('POST', `${collection}/${(await view(ref)).deviceId}/${action}`, body),
  };
}

/** Of the page, not of the dock. */
const screenOf = (page: Page, name: string) => page.getByRole('main').getByRole('region', { name: `Screen of ${name}` });

describe.skipIf(!hasChromium)('screens', () => {
  it('draw each kind of screen as the device that it is on, live', async () => {
    const { page, call, go, act, press, ask, troubles } = await openFleet();
    const shown = (name: string, heading: string) => screenOf(page, name).getByRole('heading', { name: heading }).waitFor();

    await go('#/screens');
    await page.getByText('5 in somebody’s hands').waitFor();
    await page.getByLabel(/^Search devices/).fill('megan@');
    await page.getByText('1 in somebody’s hands').waitFor();
    await shoot(page, 'screens');
    await page.getByRole('main').getByRole('link', { name: /pixel/ }).click();
    await shown('pixel', 'pixel');
    await screenOf(page, 'pixel').getByText('Work profile').waitFor();
    await act('pixel', { change: { notificationsAllowed: 'not-asked' } });
    await screenOf(page, 'pixel').getByRole('button', { name: 'Company Portal' }).click();
    await shown('pixel', 'Company Portal would like to send you notifications');
    await screenOf(page, 'pixel').getByRole('button', { name: 'Allow', exact: true }).click();
    await shown('pixel', 'Company Portal');
    await screenOf(page, 'pixel').getByRole('button', { name: 'Install Expenses' }).click();
    await screenOf(page, 'pixel').getByText('pixel (this device)').waitFor();
    await untilAnswered('it is installed', async () => (await screenOf(page, 'pixel').getByText('installed').count()) === 2);
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'screens-company-portal');

    await go('#/screens/phone');
    await ask('phone', 'sendCustomNotificationToCompanyPortal', { notificationTitle: 'Snow', notificationBody: 'Stay.\nAt home.' });
    await screenOf(page, 'phone').getByRole('status').getByText('Snow').waitFor();
    await press('phone', 'lock');
    await shown('phone', 'Locked');
    const [entry] = await screenOf(page, 'phone').getByRole('listitem').allInnerTexts();
    expect(entry?.split(/\n+/)).toEqual(['Company Portal', 'Snow', 'Stay.', 'At home.']);
    expect(await seriousProblems(page)).toEqual([]);
    await press('phone', 'unlock', { passcode: '246810' });
    await screenOf(page, 'phone').getByRole('button', { name: 'Notifications (1)' }).click();
    await shown('phone', 'Notifications');
    await screenOf(page, 'phone').getByRole('button', { name: 'Dismiss 1' }).click();
    await screenOf(page, 'phone').getByText('There are none.').waitFor();
    await ask('phone', 'enableLostMode', { message: 'Please call us.', phoneNumber: '555', footer: 'Contoso' });
    await shown('phone', 'Lost device');
    await screenOf(page, 'phone').getByText('Call 555').waitFor();

    await go('#/screens/macbook');
    await shown('macbook', 'macbook');
    await call('PATCH', '/mockfleet/configuration', { passcodeRequired: true, passcodeLengthMin: 6 });
    await press('macbook', 'company-portal');
    await press('macbook', 'sync');
    await shown('macbook', 'Set a new passcode');
    await ask('macbook', 'remoteLock');
    await shown('macbook', 'This Mac is locked');

    await go('#/screens/tablet');
    await ask('tablet', 'wipe');
    await shown('tablet', 'Activation Lock');

    await go('#/screens/pc');
    await shown('pc', 'pc');
    await shoot(page, 'screens-pc');
    await screenOf(page, 'pc').getByRole('button', { name: 'Power off' }).click();
    await shown('pc', 'Off');
    expect(await seriousProblems(page)).toEqual([]);
    await screenOf(page, 'pc').getByRole('button', { name: 'Power', exact: true }).click();
    await shown('pc', 'Locked');
    expect(troubles).toEqual([]);
  });

  it('keep what is being typed while the device changes, and stand beside what happens to it', async () => {
    const { page, call, go, press, act, view, troubles } = await openFleet();
    await press('phone', 'lock');
    await go('#/screens/phone');
    const passcode = screenOf(page, 'phone').getByLabel('Passcode', { exact: true });
    await passcode.fill('2468');
    await act('phone', { network: false });
    await screenOf(page, 'phone').getByText('Offline').waitFor();
    expect(await passcode.inputValue()).toBe('2468');
    expect(await passcode.getAttribute('type')).toBe('password');
    await passcode.press('Enter');
    await screenOf(page, 'phone').getByText('The passcode is wrong.').waitFor();
    await untilAnswered('a wrong passcode is cleared', async () => (await passcode.inputValue()) === '');

    // Somebody else unlocks and locks it in between, and the page has not heard of it.
    await passcode.fill('246810');
    await page.route('**/mockfleet/devices/*', (route) => route.abort());
    await press('phone', 'unlock', { passcode: '246810' });
    await press('phone', 'lock');
    await passcode.press('Enter');
    await page.getByText('Meanwhile the device shows another screen: nothing was typed. Look at it, and try again.').waitFor();
    expect((await view('phone')).screen.kind).toBe('locked');
    await page.unroute('**/mockfleet/devices/*');

    // Who types goes on with the keyboard alone.
    await untilAnswered('the field has the focus', () => page.evaluate('document.activeElement?.tagName === "INPUT"') as Promise<boolean>);
    await page.keyboard.type('246810');
    await page.keyboard.press('Enter');
    await screenOf(page, 'phone').getByRole('heading', { name: 'phone' }).waitFor();

    // Beside it: power, network, compliance, its user, habits.
    await go('#/screens/pc');
    const main = page.getByRole('main');
    await main.getByRole('textbox', { name: /^Version, now/ }).fill('10.0.1');
    await main.getByRole('textbox', { name: /^Version, now/ }).press('Enter');
    await main.getByText('Version, now 10.0.1').waitFor();
    // Nobody has turned BitLocker on yet.
    await main.getByRole('switch', { name: 'Encrypted' }).click();
    await main.getByLabel('Something else of it').selectOption({ label: 'Firewall' });
    await main.getByRole('switch', { name: 'Firewall' }).click();
    await main.getByText('Firewall: no').waitFor();
    await main.getByLabel('Something else of it').selectOption({ label: 'Version of Defender' });
    await main.getByRole('textbox', { name: 'Version of Defender' }).fill('old');
    await main.getByRole('textbox', { name: 'Version of Defender' }).press('Enter');
    // A value that no device has: the stub says what is allowed.
    await page.getByText(/change\.security\.defenderVersion: write one to four numbers/).waitFor();
    await main.getByRole('textbox', { name: 'Installs an app' }).fill('Chess');
    await main.getByRole('textbox', { name: 'Installs an app' }).press('Enter');
    await screenOf(page, 'pc').getByText('Chess').waitFor();
    await main.getByRole('combobox', { name: /^What it does/ }).selectOption('slow');
    await main.getByLabel('Seconds').fill('30');
    await main.getByLabel(/^How many times/).fill('2');
    await main.getByRole('button', { name: 'Add habit' }).click();
    await main.getByText('Wipe: takes its time, 30 s, 2 times').waitFor();
    await main.getByRole('switch', { name: 'Network' }).click();
    await screenOf(page, 'pc').getByText('Offline').waitFor();
    expect(await view('pc')).toMatchObject({
      osVersion: '10.0.1',
      network: false,
      apps: expect.arrayContaining([expect.objectContaining({ name: 'Chess', source: 'user' })]),
      condition: { encrypted: true, security: { firewall: false }, behaviors: [{ on: 'wipe', then: 'slow', delayMs: 30_000, times: 2 }] },
    });
    await main.getByRole('button', { name: 'Mend: Firewall' }).click();
    await main.getByRole('button', { name: 'Remove habit 1' }).click();
    await main.getByText('It does what it is told.').waitFor();
    expect((await view('pc')).condition).toMatchObject({ security: {}, behaviors: [] });
    expect(await seriousProblems(page)).toEqual([]);

    // Nobody holds it any more: its record is there, its screen is not, and the page says why.
    await call('POST', '/mockfleet/devices', { platform: 'windows', name: 'borrowed' });
    await untilAnswered('it is enrolled', async () => (await view('borrowed')).phase === 'enrolled');
    await go('#/screens/borrowed');
    await screenOf(page, 'borrowed').getByRole('heading', { name: 'borrowed' }).waitFor();
    await call('DELETE', '/mockfleet/devices/borrowed');
    await main.getByText('hands-missing').waitFor();
    await main.getByText('mockfleet agent --name').waitFor();
    expect(troubles).toEqual([]);
  });

  it('are in the dock beside every page, with those that are pinned, the mailbox and what happens', async () => {
    const { page, call, go, press, troubles } = await openFleet();
    const dock = page.getByRole('complementary', { name: 'Dock' });
    await go('#/policies');
    await dock.getByLabel(/^Find a device/).fill('tabl');
    await dock.getByRole('button', { name: /^tablet/ }).click();
    await dock.getByRole('region', { name: 'Screen of tablet' }).waitFor();
    await dock.getByRole('button', { name: 'Pin', exact: true }).click();
    await dock.getByRole('button', { name: 'Another device …' }).click();
    await dock.getByRole('button', { name: /^phone/ }).click();
    await dock.getByRole('region', { name: 'Screen of phone' }).waitFor();
    await dock.getByRole('button', { name: 'Pin', exact: true }).click();
    await press('phone', 'lock');
    await dock.getByRole('heading', { name: 'Locked' }).waitFor();

    await dock.getByRole('tab', { name: 'Activity' }).click();
    await dock.getByRole('tab', { name: 'Activity' }).press('ArrowLeft');
    await dock.getByText('No mails yet.').waitFor();
    const toRecipients = [{ emailAddress: { address: 'adele@contoso.example' } }];
    const message = { subject: 'Snow <b>tomorrow</b>', body: { contentType: 'text', content: 'Stay at home.' }, toRecipients };
    await call('POST', '/v1.0/me/sendMail', { message });
    await dock.getByRole('link', { name: /Snow <b>tomorrow<\/b>.*to adele@contoso\.example/ }).click();
    await page.getByRole('main').getByText('Stay at home.').waitFor();
    await shoot(page, 'dock-mailbox');

    // It is all there after the page was loaded again, folded or not.
    await dock.getByRole('tab', { name: 'Screen' }).click();
    await page.reload();
    await dock.getByRole('region', { name: 'Screen of phone' }).waitFor();
    await dock.getByRole('button', { name: 'tablet', exact: true }).click();
    await dock.getByRole('region', { name: 'Screen of tablet' }).waitFor();
    await dock.getByRole('button', { name: 'Unpin tablet' }).click();
    expect(await dock.getByRole('list', { name: 'Pinned devices' }).getByRole('listitem').count()).toBe(1);
    await dock.getByRole('button', { name: 'Fold the dock' }).click();
    await page.reload();
    await dock.getByRole('button', { name: 'Unfold the dock' }).click();
    await dock.getByRole('region', { name: 'Screen of tablet' }).waitFor();

    // Where there is no room it is a sheet, which Escape closes.
    await page.setViewportSize({ width: 390, height: 844 });
    await page.getByRole('button', { name: 'Screen and mailbox' }).click();
    await dock.getByRole('region', { name: 'Screen of tablet' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dock.waitFor({ state: 'hidden' });
    expect(await page.evaluate('document.scrollingElement.scrollWidth')).toBe(390);
    expect(troubles).toEqual([]);
  });
});
