/** A device that was offline until its certificate has ended, and then for 180 days more: all of it by clicks. */
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { untilAnswered } from '../support/until.ts';

interface Held {
  deviceId: string;
  deviceName: string;
  serialNumber: string;
}

const records = '/beta/deviceManagement/managedDevices';

describe.skipIf(!hasChromium)('the journey of a device that stays offline', () => {
  it('M-02 M-08: its certificate ends, then its record goes, and the others are still there', async () => {
    const { page, go, troubles, call } = await openConsole({ words: ['--devices', '3', '--speed', '0'] });
    const [away] = await call<Held[]>('GET', '/mockfleet/devices');
    if (away === undefined) throw new Error('There is no device.');
    await call('POST', `/mockfleet/devices/${away.serialNumber}/act`, { network: false });

    await go('#/time');
    const next = page.getByRole('region', { name: 'Next happenings' });
    const activity = page.getByRole('list', { name: 'Activity' });
    await next.getByRole('button', { name: 'Jump there: Certificate ends' }).click();
    await activity.getByText('its certificate has ended').waitFor();
    await activity.getByRole('link', { name: away.deviceName }).first().waitFor();
    const { value } = await call<{ value: { id: string }[] }>('GET', records);
    expect(value.map(({ id }) => id)).toContain(away.deviceId);

    await next.getByRole('button', { name: 'Jump there: Record removed' }).click();
    await activity.getByText('its record was removed').waitFor();
    await untilAnswered('it is gone', async () => {
      const left = await call<{ value: { id: string }[] }>('GET', records);
      return left.value.length === 2 && left.value.every(({ id }) => id !== away.deviceId);
    });
    const chart = page.getByRole('region', { name: 'States of the fleet' }).getByRole('slider');
    await untilAnswered('the chart shows it', async () => (await chart.getAttribute('aria-valuetext'))?.includes('Managed 2'));
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await chart.getAttribute('aria-valuetext')).toContain('Managed 3');
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-offline');
    expect(troubles).toEqual([]);
  });
});
