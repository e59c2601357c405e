/** Custom notifications, from the administrator's form to what people see on their devices. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bodyCharactersMax, charactersIn, titleCharactersMax } from '../../protocol/notification-text.ts';
import * as shown from '../../server-stub/console/notifications/text.ts';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
users:
  - { userPrincipalName: adele@contoso.example, displayName: Adele Vance }
groups:
  - { displayName: "O'Brien's \\"team\\"", members: [] }
  - { displayName: Berlin, members: [adele@contoso.example] }
devices:
  - { platform: ios, name: phone, user: adele@contoso.example }
  - { platform: android, name: pixel, user: bo@contoso.example }
  - { platform: windows, name: pc, user: adele@contoso.example }
`;

const texts = ['', 'abc', 'e\u0301', '👨‍👩‍👧‍👦', '🇩🇪🇫🇷', '\r\n', '한국어', 'a'.repeat(60)];

it('CN-02 the console counts characters as the stub does', () => {
  expect(texts.map(shown.charactersIn)).toEqual(texts.map(charactersIn));
  expect([shown.titleCharactersMax, shown.bodyCharactersMax]).toEqual([titleCharactersMax, bodyCharactersMax]);
});

describe.skipIf(!hasChromium)('a notification', () => {
  it('to a group comes to the lock screens of its members, and leaves nothing behind', async () => {
    const file = join(scratch(), 'tenant.yaml');
    writeFileSync(file, tenant);
    const { page, go, call, troubles } = await openConsole({ words: ['--tenant', file, '--speed', '0'] });
    const devices = await untilAnswered('three devices', async () => {
      const { value } = await call<{ value: { id: string; deviceName: string }[] }>('GET', '/v1.0/deviceManagement/managedDevices');
      return value.length === 3 && Object.fromEntries(value.map(({ id, deviceName }) => [deviceName, id]));
    });
    await call('POST', '/mockfleet/devices/phone/act', { input: { press: 'lock' } });

    await go('#/notifications');
    const form = page.locator('section', { hasText: 'Write a notification' });
    const send = form.getByRole('button', { name: 'Send' });
    await form.getByText(`O'Brien's "team"`).waitFor();
    await form.getByLabel('Look for a group').fill('ber');
    await form.getByText(`O'Brien's "team"`).waitFor({ state: 'detached' });
    await form.getByRole('button', { name: 'Add Berlin' }).click();
    await form.getByRole('list', { name: 'Chosen' }).getByText('Berlin').waitFor();
    await form.getByLabel('Title').fill('x'.repeat(51));
    await form.getByLabel('Message').fill('Snow 👨‍👩‍👧‍👦.');
    await form.getByText('51 of 50 characters: 1 too many').waitFor();
    await form.getByText('7 of 500 characters').waitFor();
    expect(await send.isDisabled()).toBe(true);
    await form.getByLabel('Title').fill('Closed <b>today</b>');
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-notifications');
    await send.click();
    await form.getByText('Sent to 1 group.').waitFor();
    expect(await form.getByLabel('Title').inputValue()).toBe('');

    await untilAnswered('it is on the lock screen', async () => {
      const screen = await call<{ kind: string; lines: string[] }>('GET', '/mockfleet/devices/phone/screen');
      return screen.kind === 'locked' && screen.lines.join('\n').includes('Closed <b>today</b>');
    });
    await go(`#/screens/${devices.phone}`);
    await page.locator('main').getByText('Closed <b>today</b>').first().waitFor();
    await shoot(page, 'journey-notification-lock-screen');
    expect(await call('GET', '/mockfleet/devices/pixel')).toMatchObject({ notifications: [] });

    // CN-11 CN-18: of a single device the text that was sent is shown.
    await go(`#/notifications?device=${devices.phone}`);
    await form.getByRole('list', { name: 'Chosen' }).getByText('phone').waitFor();
    await form.getByLabel('Title').fill('Call us');
    await form.getByLabel('Message').fill('Your phone was found.');
    await send.click();
    await form.getByText('Sent to phone.').waitFor();
    await form.locator('blockquote', { hasText: 'Your phone was found.' }).waitFor();
    // CN-08: ten within an hour.
    const text = { notificationTitle: 'Again', notificationBody: 'and again' };
    const path = `/beta/deviceManagement/managedDevices/${devices.phone}/sendCustomNotificationToCompanyPortal`;
    for (let count = 2; count <= 10; count += 1) await call('POST', path, text);
    await form.getByLabel('Title').fill('Once more');
    await form.getByLabel('Message').fill('One too many.');
    await send.click();
    await form.getByText(/10 custom notifications .* It is possible again at \d{4}-/).waitFor();
    await form.getByText(/^That is in (1 h|59 min) of the tenant’s time\./).waitFor();
    expect(await form.getByLabel('Title').inputValue(), 'what was refused is not lost').toBe('Once more');
    await form.getByLabel('Look for a device').fill('p');
    const pc = form.getByRole('button', { name: 'Add pc' });
    await pc.waitFor();
    expect([await pc.isDisabled(), await pc.getAttribute('title')]).toEqual([true, 'Only iOS, iPadOS and Android show them.']);
    await form.getByRole('button', { name: 'Add pixel' }).click();
    await send.click();
    await form.getByText('Sent to 1 of 2 devices.').waitFor();
    await form.getByText('Not to phone: it had ten within the last hour').waitFor();

    // CN-06: nothing is kept of any of these texts.
    const kept = String(await page.evaluate('JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href])'));
    expect(kept).not.toMatch(/Closed|Snow|found|Once more/);
    expect(troubles).toEqual([]);
  });
});
