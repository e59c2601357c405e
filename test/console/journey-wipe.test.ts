/** A wipe that stays pending: what the administrator sees of a phone that is offline, and of one that was wiped without a word. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
devices:
  - { platform: ios, enrollment: device, name: silent-phone, user: adele@contoso.example }
  - { platform: ios, enrollment: device, name: far-phone, user: alex@contoso.example }
`;

interface Device {
  id: string;
  deviceName: string;
}

const collection = '/beta/deviceManagement/managedDevices';

describe.skipIf(!hasChromium)('a wipe that stays pending', () => {
  it('TD-11 TD-12 TD-13 is seen for what it is, in the state and in the audit log, and ended by deleting the record', async () => {
    const file = join(scratch(), 'tenant.yaml');
    writeFileSync(file, tenant);
    const { page, call, go, troubles } = await openConsole({ words: ['--tenant', file] });
    await untilAnswered('both phones are enrolled', async () => (await call<number>('GET', `${collection}/$count`)) === 2);
    await call('POST', '/mockfleet/devices/silent-phone/act', { change: { behavior: { on: 'wipe', then: 'silent' } } });

    // Out of reach: the page says so as it happens, and the wipe waits.
    await go('#/devices');
    await page.getByRole('link', { name: 'far-phone', exact: true }).click();
    await page.getByText('Online', { exact: true }).waitFor();
    await call('POST', '/mockfleet/devices/far-phone/act', { network: false });
    await page.getByText('Offline', { exact: true }).waitFor();
    const main = page.getByRole('main');
    const wipe = async () => {
      await main.getByRole('button', { name: 'Wipe', exact: true }).click();
      await page.getByRole('dialog', { name: 'Wipe?' }).getByRole('button', { name: 'Wipe' }).click();
      await main.getByText('Wipe pending', { exact: true }).waitFor();
    };
    await wipe();

    // The other one is reset at once, and cannot say so any more.
    await go('#/devices');
    await page.getByRole('link', { name: 'silent-phone', exact: true }).click();
    await wipe();
    await main.getByText(/if the device was wiped before it said so: then delete the record/).waitFor();
    await main.getByText(/On the device: (Hello|.*[Ss]et.?up)/).waitFor();
    await shoot(page, 'journey-wipe-pending');

    // Waiting helps neither.
    await call('POST', '/mockfleet/clock', { advance: '30d' });
    await go('#/devices');
    await page.getByRole('link', { name: /^Wipe pending/ }).click();
    await page.getByRole('link', { name: 'far-phone', exact: true }).waitFor();
    await shoot(page, 'journey-wipe-list');
    await page.getByRole('link', { name: 'silent-phone', exact: true }).click();
    await page.getByRole('link', { name: 'Actions and results' }).click();
    await page.getByRole('button', { name: 'Cancel Wipe' }).click();
    await page.getByText(/The device has the wipe already/).waitFor();
    await page.getByRole('region', { name: 'Everything that was asked of this device' }).getByText('Pending').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await page.getByRole('link', { name: 'Audit', exact: true }).click();
    const log = page.getByRole('region', { name: 'Audit log of this device' });
    await log.getByText('admin@contoso.example').waitFor();
    expect(await log.locator('tbody tr').allTextContents()).toEqual([expect.stringContaining('Wipe')]);

    // What ends it. The record is gone, its entries of the log stay.
    await main.getByRole('button', { name: 'Delete', exact: true }).click();
    const question = page.getByRole('dialog', { name: 'Delete?' });
    await question.getByText('silent-phone', { exact: true }).waitFor();
    expect(await question.textContent()).toContain('The record goes at once');
    const address = page.url();
    await question.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('heading', { name: 'Devices', exact: true }).waitFor();
    await page.getByRole('link', { name: 'far-phone', exact: true }).waitFor();
    const left = await call<{ value: Device[] }>('GET', collection);
    expect(left.value.map(({ deviceName }) => deviceName)).toEqual(['far-phone']);
    await page.goto(address);
    await page.getByRole('heading', { name: 'No such device' }).waitFor();
    await log.getByText('Delete', { exact: true }).waitFor();
    expect(await log.locator('tbody tr').count()).toBe(2);
    await shoot(page, 'journey-wipe-gone');

    // The one that is out of reach is wiped when it comes back.
    await go('#/devices');
    await page.getByRole('link', { name: 'far-phone', exact: true }).click();
    await main.getByText('Wipe pending', { exact: true }).waitFor();
    await call('POST', '/mockfleet/devices/far-phone/act', { network: true });
    await page.getByRole('heading', { name: 'No such device' }).waitFor();
    expect(await call<number>('GET', `${collection}/$count`)).toBe(0);
    expect(troubles).toEqual([]);
  });
});
