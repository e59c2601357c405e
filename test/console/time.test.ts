/** The tenant's clock in people's hands: paused, fast, moved; a long jump leaves the page usable, can be stopped, and survives the stub's death. */
import { describe, expect, it } from 'vitest';
import { hasChromium, type OpenConsole, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { mockfleet } from '../support/program.ts';
import { untilAnswered } from '../support/until.ts';

interface ClockShown {
  now: string;
  speed: number;
  advance: { target: string } | null;
}

const clockOf = (console: OpenConsole) => console.call<ClockShown>('GET', '/mockfleet/clock');

const hourMs = 3_600_000;

/** Years of check-ins and renewals: long enough to be looked at, and to be stopped. */
async function jumpFar({ page, go }: OpenConsole): Promise<void> {
  await go('#/time');
  const now = page.getByRole('region', { name: 'Now' });
  await now.getByLabel('To an instant (UTC)').fill('2060-01-01T00:00');
  await now.getByRole('button', { name: 'Jump there' }).click();
}

describe.skipIf(!hasChromium)('time in the console', () => {
  it('stands, runs, and jumps by clicks and by the keyboard; a refusal is said in words', async () => {
    const opened = await openConsole({ words: ['--devices', '4', '--speed', '0'] });
    const { page, go, troubles } = opened;
    const bar = page.getByRole('region', { name: 'Clock' });
    const begun = Date.parse((await clockOf(opened)).now);
    const shown = (at: number) => new Date(at).toISOString().replace('T', ' ').slice(0, 19);
    await bar.getByText(shown(begun).slice(0, 16)).waitFor();

    await bar.getByRole('button', { name: '+1 hour' }).click();
    await page.getByText(`It is ${shown(begun + hourMs).slice(0, 16)} now.`).waitFor();
    await bar.getByRole('button', { name: '+1 day' }).focus();
    await page.keyboard.press('Enter');
    await page.getByText(`It is ${shown(begun + 25 * hourMs).slice(0, 16)} now.`).waitFor();
    expect(Date.parse((await clockOf(opened)).now)).toBe(begun + 25 * hourMs);

    await go('#/time');
    const now = page.getByRole('region', { name: 'Now' });
    await now.getByText('The clock stands.').waitFor();
    await now.getByRole('button', { name: '×3,600' }).click();
    await now.getByText('3,600 times as fast').waitFor();
    await untilAnswered('an hour goes by in a second', async () => Date.parse((await clockOf(opened)).now) > begun + 26 * hourMs);
    await bar.getByRole('combobox', { name: 'Speed' }).selectOption('Paused');
    await now.getByRole('button', { name: 'Paused', pressed: true }).waitFor();

    await now.getByRole('button', { name: 'Another speed' }).click();
    await page.getByRole('textbox', { name: 'Seconds of the tenant' }).fill('2000000');
    expect(await page.getByRole('button', { name: 'Set it' }).isDisabled()).toBe(true);
    await page.getByRole('textbox', { name: 'Seconds of the tenant' }).fill('7');
    await page.keyboard.press('Enter');
    await now.getByText('7 times as fast').waitFor();
    await now.getByRole('button', { name: 'Paused' }).click();
    await now.getByText('The clock stands.').waitFor();

    // Back is asked about first; out of its range it is refused.
    await bar.getByRole('button', { name: 'Jump to' }).click();
    const panel = page.getByRole('dialog', { name: 'Jump to' });
    await panel.getByLabel('To an instant (UTC)').fill('2024-01-01T00:00');
    await page.keyboard.press('Enter');
    await page.getByRole('button', { name: 'Set it back' }).click();
    await page.getByText('It is 2024-01-01 00:00 now.').waitFor();
    await bar.getByRole('button', { name: 'Jump to' }).click();
    await panel.getByLabel('To an instant (UTC)').fill('9999-01-01T00:00');
    await page.keyboard.press('Enter');
    await page.getByText('The clock goes from 1970').waitFor();
    await page.keyboard.press('Escape');
    await panel.waitFor({ state: 'hidden' });
    expect(troubles).toEqual([]);
  });

  it('shows the states along the time lived: by the keyboard, as a table, without what is toggled off', async () => {
    const { page, go, troubles, call } = await openConsole({ words: ['--devices', '4', '--speed', '0'] });
    const [first] = await call<{ deviceId: string }[]>('GET', '/mockfleet/devices');
    await untilAnswered('all are enrolled', async () => {
      const { points } = await call<{ points: { states: { managed?: number } }[] }>('GET', '/mockfleet/history');
      return points.at(-1)?.states.managed === 4;
    });
    await call('POST', '/mockfleet/clock', { advance: '2d' });
    await call('DELETE', `/beta/deviceManagement/managedDevices/${first?.deviceId}`);
    await call('POST', '/mockfleet/clock', { advance: '2d' });
    await go('#/time');
    const card = page.getByRole('region', { name: 'States of the fleet' });
    const chart = card.getByRole('slider');
    await card.locator('canvas').waitFor();
    await untilAnswered('the latest count', async () => (await chart.getAttribute('aria-valuetext'))?.includes('the latest: Managed 3'));
    await chart.focus();
    await page.keyboard.press('Home');
    expect(await chart.getAttribute('aria-valuetext')).toContain('Managed 4');
    await card.getByRole('button', { name: 'Managed 4' }).click();
    expect(await card.getByRole('button', { name: 'Managed' }).getAttribute('aria-pressed')).toBe('false');
    await card.getByText('As a table').click();
    await card.getByRole('row').nth(1).getByText('3', { exact: true }).waitFor();
    await page.getByRole('list', { name: 'Activity' }).getByText('its record was removed').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-time');
    expect(troubles).toEqual([]);
  });

  it('stays usable while 50 devices live through a long jump, and stops where it is', async () => {
    const opened = await openConsole({ words: ['--devices', '50', '--speed', '0'] });
    const { page, go, troubles, call } = opened;
    const begun = Date.parse((await clockOf(opened)).now);
    await jumpFar(opened);
    const progress = page.getByRole('region', { name: 'A jump is under way' });
    await progress.getByRole('progressbar').waitFor();
    await shoot(page, 'console-jump');
    // Nobody else can move the clock, and the page does not try.
    await page.getByRole('region', { name: 'Now' }).getByRole('button', { name: '+1 day' }).press('Enter');
    await page.getByText('A jump is under way. Stop it first').waitFor();
    await go('#/scenarios');
    await page.getByRole('searchbox', { name: 'Search scenarios' }).fill('NC-04');
    await progress.getByText(/[1-9][\d,]* happenings? so far/).waitFor();
    await progress.getByRole('button', { name: 'Stop' }).click();
    await page.getByText('The jump has ended at').waitFor();
    await progress.waitFor({ state: 'hidden' });
    const { now, advance } = await clockOf(opened);
    expect(advance).toBeNull();
    expect(Date.parse(now)).toBeGreaterThan(begun);
    expect(Date.parse(now)).toBeLessThan(Date.parse('2060-01-01T00:00:00Z'));
    expect(await call('GET', '/beta/deviceManagement/managedDevices/$count')).toBe(50);
    expect(troubles).toEqual([]);
  });

  it('a stub that dies in the middle of a jump: the page says so, and finds it again', async () => {
    const opened = await openConsole({ words: ['--devices', '50', '--speed', '0'] });
    const { page, program, troubles, url } = opened;
    await jumpFar(opened);
    const progress = page.getByRole('region', { name: 'A jump is under way' });
    await progress.getByRole('progressbar').waitFor();
    await program.killed();
    await progress.getByText('The stub is away; it was on the way to').waitFor();
    const words = program.words.map((word, index) => (program.words[index - 1] === '--port' ? new URL(url).port : word));
    await mockfleet(words).line({ ready: true });
    await progress.waitFor({ state: 'hidden' });
    await page.getByText('The jump has ended at').waitFor();
    await page.getByRole('region', { name: 'Clock' }).getByRole('button', { name: '+1 hour' }).click();
    await page.getByText(/It is .* now\./).waitFor();
    expect(troubles).toEqual([]);
  });
});
