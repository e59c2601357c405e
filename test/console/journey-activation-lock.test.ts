/** A lost code and a locked iPhone: administrator and device side by side, as a help desk plays it through. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
devices:
  - { platform: ios, enrollment: automated, name: iphone, user: adele@contoso.example, has: { findMy: true } }
tenant:
  policy: { allowActivationLock: true }
`;

const collection = '/beta/deviceManagement/managedDevices';

describe.skipIf(!hasChromium)('Activation Lock', () => {
  it('TD-01 TD-03 TD-04 is bypassed with the code that the administrator sees, typed in small letters and without dashes', async () => {
    const file = join(scratch(), 'tenant.yaml');
    writeFileSync(file, tenant);
    const { page, call, go, troubles } = await openConsole({ words: ['--tenant', file] });
    await untilAnswered('the iPhone is enrolled', async () => (await call<number>('GET', `${collection}/$count`)) === 1);
    await go('#/devices');
    await page.getByRole('link', { name: 'iphone', exact: true }).click();
    const main = page.getByRole('main');
    await main.getByRole('button', { name: 'Show its screen' }).click();
    const screen = page.getByRole('complementary', { name: 'Dock' }).getByRole('region', { name: 'Screen of iphone' });
    await screen.getByRole('button', { name: 'Company Portal' }).waitFor();

    // The device does nothing; the code appears at the administrator.
    await main.getByRole('button', { name: 'Bypass Activation Lock' }).click();
    const code = main.getByLabel('Activation Lock bypass code', { exact: true });
    await untilAnswered('the code is there', async () => {
      await main.getByRole('button', { name: 'Show Activation Lock bypass code' }).click();
      const shown = (await code.textContent()) ?? '';
      if (/^\w{5}-/.test(shown)) return true;
      const hide = main.getByRole('button', { name: 'Hide Activation Lock bypass code' });
      if (await hide.isVisible()) await hide.click();
      return false;
    });
    const bypassCode = /[\dA-Z]{5}(-[\dA-Z]{4,5})+/.exec((await code.textContent()) ?? '')?.[0] ?? '';
    expect(bypassCode).toMatch(/^[\dA-Z-]{25,}$/);
    expect(await screen.getByRole('button', { name: 'Company Portal' }).isVisible()).toBe(true);
    await shoot(page, 'journey-activation-lock-code');

    // The wipe ends the record; the device comes up, and is locked.
    await main.getByRole('button', { name: 'Wipe', exact: true }).click();
    await page.getByRole('dialog', { name: 'Wipe?' }).getByRole('button', { name: 'Wipe' }).click();
    await screen.getByRole('heading', { name: 'Activation Lock' }).waitFor();
    await untilAnswered('the record is gone', async () => (await call<number>('GET', `${collection}/$count`)) === 0);
    await shoot(page, 'journey-activation-lock-locked');

    // One wrong character leaves it so, and says why.
    const password = screen.getByLabel('Password', { exact: true });
    await password.fill(`${bypassCode.slice(0, -1)}${bypassCode.endsWith('A') ? 'B' : 'A'}`);
    await password.press('Enter');
    await screen.getByText('This code does not open the device.').waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    await password.fill(bypassCode.toLowerCase().replaceAll('-', ''));
    await password.press('Enter');
    await screen.getByRole('heading', { name: 'Hello' }).waitFor();
    await shoot(page, 'journey-activation-lock-open');

    // Set-up goes on, into the management again.
    await screen.getByRole('button', { name: 'Enroll in device management' }).click();
    await screen.getByRole('button', { name: 'Company Portal' }).waitFor();
    await untilAnswered('there is a new record', async () => (await call<number>('GET', `${collection}/$count`)) === 1);
    expect(troubles).toEqual([]);
  });
});
