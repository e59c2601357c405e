/** The devices of a tenant: the list of all, one of them, and what can be done to them. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { hasChromium, type OpenConsole, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { untilAnswered } from '../support/until.ts';

interface Listed {
  id: string;
  deviceName: string;
  operatingSystem: string;
  serialNumber: string;
}

const collection = '/beta/deviceManagement/managedDevices';

/** A fleet in which everything has enrolled. */
async function openFleet(count: number): Promise<OpenConsole> {
  const opened = await openConsole({ words: ['--devices', String(count)] });
  await untilAnswered('the fleet is enrolled', async () => (await opened.call<number>('GET', `${collection}/$count`)) === count);
  return opened;
}

const all = async ({ call }: OpenConsole, query = '') => (await call<{ value: Listed[] }>('GET', `${collection}?$top=200${query}`)).value;

const tableOf = (page: Page) => page.getByRole('region', { name: 'Devices', exact: true });
const namesIn = (page: Page) => tableOf(page).locator('a.device-name').allTextContents();

/** The list shows these names, in this order, as soon as the stub has answered. */
async function shows(page: Page, names: readonly string[]): Promise<void> {
  let seen: string[] = [];
  await untilAnswered(
    `the list shows ${names.join()}`,
    async () => {
      seen = await namesIn(page);
      return seen.join() === names.join();
    },
    () => `It shows ${seen.join()}`,
    15_000,
  );
}

describe.skipIf(!hasChromium)('devices', () => {
  it('are searched, filtered, sorted and paged by the stub, and acted on many at once', async () => {
    const opened = await openFleet(70);
    const { page, call, go, troubles } = opened;
    const devices = await all(opened, '&$orderby=deviceName');
    const names = devices.map(({ deviceName }) => deviceName);
    await go('#/devices');
    await shows(page, names.slice(0, 50));
    expect(await page.getByRole('region', { name: 'Platform of all devices' }).textContent()).toContain('iOS, iPadOS');

    // Pages, from 1 on, in the address.
    await page.getByRole('button', { name: 'Next' }).click();
    await shows(page, names.slice(50));
    expect(page.url()).toContain('page=2');
    expect(await page.getByRole('button', { name: 'Next' }).isDisabled()).toBe(true);

    // Sorted the other way round: from the first page.
    await page.getByRole('button', { name: 'Name' }).click();
    await shows(page, names.toReversed().slice(0, 50));
    expect(await page.getByRole('columnheader', { name: 'Name' }).getAttribute('aria-sort')).toBe('descending');

    // A tile is a filter, and an address is enough to come back to it.
    await page.getByRole('link', { name: /^Windows/ }).click();
    const windows = devices.filter(({ operatingSystem }) => operatingSystem === 'Windows').map(({ deviceName }) => deviceName);
    await shows(page, windows.toReversed());
    await page.reload();
    await shows(page, windows.toReversed());
    expect(await page.getByRole('combobox', { name: 'Platform' }).inputValue()).toBe('Windows');
    await page.getByRole('button', { name: 'Clear filters' }).click();

    // Whatever is typed is a text, and never a part of the question.
    const search = page.getByRole('searchbox', { name: /Search/ });
    await search.fill("o'x') or contains(deviceName,'");
    await page.getByText('No device fits.').waitFor();
    const wanted = devices.find(({ operatingSystem }) => operatingSystem === 'Android');
    await search.fill(wanted?.serialNumber ?? '');
    await shows(page, [wanted?.deviceName ?? '']);
    expect(await seriousProblems(page)).toEqual([]);
    await search.fill('');
    await shows(page, names.toReversed().slice(0, 50));

    // Two phones and a PC, which cannot be locked: each has its own outcome.
    const phones = devices.filter(({ operatingSystem }) => operatingSystem === 'Android').slice(-2);
    const [pc] = devices.filter(({ operatingSystem }) => operatingSystem === 'Windows').slice(-1);
    for (const one of [...phones, pc]) await page.getByRole('checkbox', { name: `Select ${one?.deviceName}`, exact: true }).check();
    await shoot(page, 'devices-ticked');
    await page.getByRole('region', { name: 'Ticked devices' }).getByRole('button', { name: 'Remote lock' }).click();
    const outcome = page.getByRole('dialog', { name: /Remote lock: 3 devices/ });
    await outcome.getByText('2 accepted').waitFor();
    expect(await outcome.textContent()).toContain('1 refused');
    expect(await outcome.textContent()).toContain('Remote lock is not supported on Windows');
    expect(await seriousProblems(page)).toEqual([]);
    await outcome.getByRole('button', { name: 'Close', exact: true }).last().click();
    for (const { id } of phones) {
      const { deviceActionResults } = await call<{ deviceActionResults: { actionName: string }[] }>('GET', `${collection}/${id}`);
      expect(deviceActionResults.map(({ actionName }) => actionName)).toEqual(['remoteLock']);
    }

    // Many records go only when their number was typed.
    await page.getByRole('region', { name: 'Ticked devices' }).getByRole('button', { name: 'Delete' }).click();
    const question = page.getByRole('dialog', { name: 'Delete?' });
    const yes = question.getByRole('button', { name: 'Delete' });
    expect(await yes.isDisabled()).toBe(true);
    await question.getByRole('textbox', { name: 'Type 3 to go on' }).fill('3');
    await yes.click();
    const deleted = page.getByRole('dialog', { name: 'Delete: 3 devices' });
    await deleted.getByText('3 accepted').waitFor();
    await deleted.getByRole('button', { name: 'Close', exact: true }).last().click();
    await page.getByText('67 in all').waitFor();
    expect(await call<number>('GET', `${collection}/$count`)).toBe(67);
    expect(troubles).toEqual([]);
  });

  it('are added to a tenant that has none, and are there as they enroll', async () => {
    const { page, call, go, troubles } = await openConsole();
    await go('#/devices');
    await page.getByRole('heading', { name: 'This tenant has no devices yet' }).waitFor();
    await page.getByText('mockfleet agent --platform ios').waitFor();
    await shoot(page, 'devices-none');
    await page.getByRole('button', { name: 'Add devices' }).first().click();
    const dialog = page.getByRole('dialog', { name: 'Add devices' });
    expect(await seriousProblems(page)).toEqual([]);
    await dialog.getByRole('combobox', { name: 'Platform' }).selectOption('android');
    await dialog.getByRole('combobox', { name: 'Enrollment' }).selectOption('fully-managed');
    await dialog.getByRole('textbox', { name: /^Name/ }).fill('<b>Kiosk</b>');
    await dialog.getByRole('spinbutton', { name: 'How many' }).fill('3');
    await dialog.getByRole('button', { name: 'Add', exact: true }).dblclick();
    await dialog.waitFor({ state: 'detached' });
    await shows(page, ['<b>Kiosk</b>-1', '<b>Kiosk</b>-2', '<b>Kiosk</b>-3']);
    expect(await call<number>('GET', `${collection}/$count`)).toBe(3);
    // What the stub refuses is said, and what was typed stays.
    await page.getByRole('button', { name: 'Add devices' }).click();
    await dialog.getByRole('combobox', { name: /^User/ }).fill('nobody at all');
    await dialog.getByRole('button', { name: 'Add', exact: true }).click();
    await page.getByText(/user/i).and(page.locator('.toast.refused span')).waitFor();
    expect(await dialog.getByRole('combobox', { name: /^User/ }).inputValue()).toBe('nobody at all');
    expect(troubles).toEqual([]);
  });

  it('have a page that says what can be done and why not, asks before it destroys, and sends nothing twice', async () => {
    const opened = await openFleet(30);
    const { page, call, go, troubles } = opened;
    const [pc] = await all(opened, "&$filter=operatingSystem eq 'Windows'");
    await go(`#/devices/${pc?.id}`);
    await page.getByRole('heading', { name: String(pc?.deviceName), exact: true }).waitFor();
    const lock = page.getByRole('button', { name: 'Remote lock' });
    expect(await lock.getAttribute('aria-disabled')).toBe('true');
    await page.getByText('Remote lock: Remote lock is not supported on Windows desktop devices.').waitFor();
    await lock.press('Enter');
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'device-overview');

    // What it takes is asked for, in a form, with the name of what is lost.
    await page.getByRole('button', { name: 'Wipe', exact: true }).click();
    const wipe = page.getByRole('dialog', { name: 'Wipe?' });
    await wipe.getByText(pc?.deviceName ?? '', { exact: true }).waitFor();
    expect(await wipe.textContent()).toContain('everything on it is lost');
    expect(await seriousProblems(page)).toEqual([]);
    await wipe.getByRole('button', { name: 'Cancel' }).click();

    await page.getByRole('button', { name: /All actions/ }).click();
    const list = page.getByRole('dialog', { name: 'All actions' });
    expect(await list.textContent()).toContain('Lost mode exists on supervised iOS and iPadOS devices only.');
    expect(await seriousProblems(page)).toEqual([]);
    await list.getByRole('button', { name: 'Microsoft Defender scan' }).click();
    const scan = page.getByRole('dialog', { name: 'Microsoft Defender scan?' });
    await scan.getByRole('checkbox').check();
    await scan.getByRole('button', { name: 'Microsoft Defender scan' }).dblclick();
    await page.getByText(`Microsoft Defender scan: accepted for ${pc?.deviceName}.`).waitFor();
    await page.getByRole('link', { name: 'Actions and results' }).click();
    await page.getByRole('region', { name: 'Results of actions' }).getByText('Quick').waitFor();
    await page.getByRole('button', { name: 'Sync', exact: true }).dblclick();
    await page.getByText(`Sync: accepted for ${pc?.deviceName}.`).waitFor();
    const audits = await call<{ value: unknown[] }>(
      'GET',
      `/beta/deviceManagement/remoteActionAudits?$filter=managedDeviceId eq '${pc?.id}'`,
    );
    expect(audits.value).toHaveLength(2);

    // Whoever looks on sees nothing that opens a device, until somebody asks for it.
    const [mac] = await all(opened, "&$filter=operatingSystem eq 'macOS'");
    await call('POST', `${collection}/${mac?.id}/remoteLock`);
    await go(`#/devices/${mac?.id}?tab=actions`);
    await page.getByRole('button', { name: 'Show unlock PIN' }).click();
    expect(await page.getByRole('status', { name: 'unlock PIN' }).textContent()).toMatch(/^\d{6}$/);
    await page.getByRole('button', { name: 'Hide unlock PIN' }).click();
    expect(await page.getByRole('main').textContent()).not.toMatch(/PIN: \d/);
    await page.getByRole('link', { name: 'Overview' }).click();
    await page.getByRole('button', { name: 'Show FileVault recovery key' }).click();
    await page
      .getByRole('status', { name: 'FileVault recovery key' })
      .getByText(/^([A-Z0-9]{4}-?){6}$/)
      .waitFor();

    for (const tab of ['compliance', 'user', 'actions']) {
      await go(`#/devices/${mac?.id}?tab=${tab}`);
      await page.locator('nav.tabs a[aria-current=page]').waitFor();
      expect(await seriousProblems(page), tab).toEqual([]);
    }
    expect(troubles).toEqual([]);
  });
});
