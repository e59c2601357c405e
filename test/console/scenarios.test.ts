/** A scenario by clicks: found, started, followed step by step from both sides, taken over, and back to one's own tenant. */
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';

const records = '/beta/deviceManagement/managedDevices/$count';

describe.skipIf(!hasChromium)('scenarios in the console', () => {
  it('are found by what they ask, lived step by step, taken over, and put away again', async () => {
    const { page, go, troubles, call } = await openConsole({ words: ['--devices', '2', '--speed', '0'] });
    await go('#/scenarios');
    const search = page.getByRole('searchbox', { name: 'Search scenarios' });
    await page.getByText(/^\d+ of \d+$/).waitFor();
    await shoot(page, 'console-scenarios');
    await search.fill('no such question');
    await page.getByText('No scenario fits.').waitFor();
    await search.fill('capital dashes TD-04');
    await page.getByText(/^1 of \d+$/).waitFor();
    await page.getByRole('link', { name: /Do capital letters and dashes matter/ }).click();
    await page.getByRole('heading', { name: 'What happens' }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    await page.getByRole('button', { name: 'Start' }).click();
    await page.getByText('The tenant that is served now is put aside').waitFor();
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    const banner = page.getByRole('region', { name: 'Scenario', exact: true });
    await banner.getByText('Waiting').waitFor();
    expect(await call('GET', records)).toBe(4);

    // The administrator notes the codes, then wipes.
    const goOn = page.getByRole('group', { name: 'Go on' });
    await goOn.getByRole('button', { name: 'Next step' }).click();
    await page.getByRole('region', { name: 'Noted by the administrator' }).getByText('as-shown: bypass code').waitFor();
    await banner.getByText('Waiting').waitFor();
    await goOn.getByRole('button', { name: '+1 hour' }).click();
    const verdicts = page.getByRole('region', { name: 'What was expected' });
    await verdicts.getByText('so it is').first().waitFor();
    await banner.getByText('Waiting').waitFor();
    await page.getByRole('combobox', { name: 'Device', exact: true }).selectOption('mistyped');
    await page.getByRole('region', { name: 'Screen of mistyped' }).first().waitFor();
    await page.getByText('there is no record of it').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-scenario');

    // Told on every page.
    await go('#/time');
    await banner.getByRole('link').click();
    await goOn.getByRole('button', { name: 'Take over' }).click();
    await banner.getByText('By hand').waitFor();
    await page.getByRole('region', { name: 'Clock' }).getByRole('button', { name: '+1 day' }).click();
    await page.getByText(/It is 2026-03-03 .* now\./).waitFor();

    await banner.getByRole('button', { name: 'Back to my tenant' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Go back' }).click();
    await banner.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Start' }).waitFor();
    expect(await call('GET', records)).toBe(2);
    expect(troubles).toEqual([]);
  });
});
