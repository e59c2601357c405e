/** Faults from the console: switched on they have their effect, stand on every page, and are off again at once. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
devices:
  - { platform: ios, enrollment: automated, name: phone, user: adele@contoso.example }
`;
const devices = '/v1.0/deviceManagement/managedDevices';

describe.skipIf(!hasChromium)('faults', () => {
  it('are switched on, work, are seen on every page, and are all off with one button', async () => {
    const file = join(scratch(), 'tenant.yaml');
    writeFileSync(file, tenant);
    const { page, go, call, url, token, troubles } = await openConsole({ words: ['--tenant', file] });
    const status = async () => (await page.request.get(url + devices, { headers: { authorization: `Bearer ${token}` } })).status();
    await untilAnswered('the device', async () => (await call<{ value: unknown[] }>('GET', devices)).value.length === 1);
    await go('#/faults');
    await page.getByText('Nothing is made to go wrong.').waitFor();
    const card = (title: string) => page.locator('section.card').filter({ has: page.getByRole('heading', { name: title }) });
    const on = page.getByRole('list', { name: 'On now' });
    const warning = page.getByText('Faults are on:');

    const graph = card('Graph');
    await graph.getByLabel('Refuse the next').fill('2');
    await graph.getByRole('button', { name: 'Refuse them' }).click();
    await on.getByText('Graph answers the next 2 requests with 503').waitFor();
    expect([await status(), await status(), await status()]).toEqual([503, 503, 200]);
    await on.waitFor({ state: 'detached' });
    await graph.getByRole('button', { name: 'Intune’s limits' }).click();
    await on.getByText('Graph takes 2000 requests and 200 writes in 20 s').waitFor();

    const links = card('Links of devices');
    await links.getByLabel('Unreachable').check();
    await links.getByRole('button', { name: 'Switch on' }).click();
    await on.getByText('no link to any device').waitFor();
    expect(await call('GET', '/mockfleet/faults')).toMatchObject({ unreachable: true, links: 0 });
    const [{ id } = { id: '' }] = (await call<{ value: { id: string }[] }>('GET', devices)).value;
    await call('POST', `${devices}/${id}/rebootNow`);
    const state = async () => {
      const { deviceActionResults } = await call<{ deviceActionResults: { actionState: string }[] }>(
        'GET',
        `/beta${devices.slice(5)}/${id}`,
      );
      return deviceActionResults[0]?.actionState;
    };
    expect(await state()).toBe('pending');

    const mailbox = card('Mailbox');
    await mailbox.getByLabel('What').selectOption('Let nobody in');
    await mailbox.getByRole('button', { name: 'Switch on' }).click();
    const push = card('The push service');
    await push.getByLabel(/^Lost/).fill('150%');
    await push.getByRole('button', { name: 'Change' }).click();
    await push.getByText('lost: write a share from 0 to 1, or 0% to 100%').waitFor();
    await push.getByLabel(/^Lost/).fill('5%');
    await push.getByLabel(/^Latency/).fill('1s..10s');
    await push.getByRole('button', { name: 'Change' }).click();
    await on.getByText('5% of the pushes are lost').waitFor();
    expect(await call('GET', '/mockfleet/push')).toMatchObject({ lost: 0.05, latency: { uniform: ['1s', '10s'] } });
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-faults');

    await go('#/audit');
    await warning.waitFor();
    await page.getByRole('link', { name: 'Change' }).click();
    await on.getByRole('button', { name: 'Mailbox: off' }).click();
    await on.getByText('the mailbox lets nobody in').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'All off' }).click();
    await page.getByText('Nothing is made to go wrong.').waitFor();
    await warning.waitFor({ state: 'detached' });
    expect(await call('GET', '/mockfleet/throttle')).toMatchObject({ next: 0, limits: { requests: null, writes: null } });
    expect(await call('GET', '/mockfleet/push')).toMatchObject({ lost: 0, latency: '0ms' });
    await untilAnswered('the device comes back and restarts', async () => (await state()) === 'done');

    // Whoever else switches something on is seen here too.
    await call('POST', '/mockfleet/throttle', { next: 3, of: 'writes' });
    await on.getByText('Graph answers the next 3 writes with 429').waitFor();
    expect(troubles).toEqual([]);
  });
});
