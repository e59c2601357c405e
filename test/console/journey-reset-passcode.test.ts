/** Reset passcode on a work profile: not supported until policy, passcode and consent are there, seen from both sides. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
devices:
  - platform: android
    enrollment: personal-work-profile
    name: pixel
    user: adele@contoso.example
    osVersion: "13"
    has: { workProfilePasscode: "1357" }
tenant:
  policy: { passcodeLengthMin: 6 }
`;

const collection = '/beta/deviceManagement/managedDevices';

interface ActionResult {
  actionName: string;
  actionState: string;
}

describe.skipIf(!hasChromium)('reset passcode on a work profile', () => {
  it('TD-18 M-08 answers not supported until policy, passcode and consent are there', async () => {
    const file = join(scratch(), 'tenant.yaml');
    writeFileSync(file, tenant);
    const { page, call, go, troubles } = await openConsole({ words: ['--tenant', file] });
    await untilAnswered('the phone is enrolled', async () => (await call<number>('GET', `${collection}/$count`)) === 1);
    const { value } = await call<{ value: { id: string }[] }>('GET', collection);
    const id = value[0]?.id ?? '';
    await go(`#/devices/${id}`);
    const main = page.getByRole('main');
    await main.getByRole('button', { name: 'Show its screen' }).click();
    const screen = page.getByRole('complementary', { name: 'Dock' }).getByRole('region', { name: 'Screen of pixel' });
    await screen.getByRole('button', { name: 'Company Portal' }).waitFor();

    /** Asks for a reset by a click, and says how it stands with it when the phone has answered. */
    const resetPasscode = async () => {
      const before = await call<{ value: unknown[] }>('GET', '/beta/deviceManagement/auditEvents');
      await main.getByRole('button', { name: 'Reset passcode', exact: true }).click();
      const question = page.getByRole('dialog', { name: 'Reset passcode?' });
      await question.getByRole('button', { name: 'Reset passcode' }).click();
      return untilAnswered('the reset has come to an end', async () => {
        const audited = await call<{ value: unknown[] }>('GET', '/beta/deviceManagement/auditEvents');
        if (audited.value.length === before.value.length) return undefined;
        const { deviceActionResults } = await call<{ deviceActionResults: ActionResult[] }>('GET', `${collection}/${id}`);
        const result = deviceActionResults.find(({ actionName }) => actionName === 'resetPasscode');
        return result === undefined || ['pending', 'active'].includes(result.actionState) ? undefined : result.actionState;
      });
    };

    expect(await resetPasscode()).toBe('notSupported');
    await main.getByRole('link', { name: 'Actions and results' }).click();
    await main.getByText('Not supported').first().waitFor();
    await shoot(page, 'journey-reset-passcode-not-supported');

    // 1. The policy. The phone asks its user for a passcode of six characters; the policy alone is not enough.
    await call('PATCH', '/mockfleet/configuration', { workProfilePasscodeRequired: true });
    await main.getByRole('button', { name: 'Sync', exact: true }).click();
    await screen.getByRole('heading', { name: 'Set a new passcode' }).waitFor();
    expect(await resetPasscode()).toBe('notSupported');

    // 2. The passcode: four digits are too few.
    const field = screen.getByLabel('New passcode', { exact: true });
    await field.fill('2468');
    await field.press('Enter');
    await screen
      .getByText(/at least 6 characters\.$/)
      .last()
      .waitFor();
    await field.fill('135790');
    await screen.getByRole('button', { name: 'Set passcode' }).click();
    await screen.getByRole('heading', { name: /^Let your administrator reset/ }).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'journey-reset-passcode-consent');

    // 3. The consent, put off at first; the next check-in asks again.
    await screen.getByRole('button', { name: 'Not now' }).click();
    await screen.getByRole('button', { name: 'Company Portal' }).waitFor();
    expect(await resetPasscode()).toBe('notSupported');
    await screen.getByRole('button', { name: 'Allow' }).click();
    await screen.getByRole('button', { name: 'Company Portal' }).waitFor();

    expect(await resetPasscode()).toBe('done');
    await main
      .getByRole('row', { name: /^Reset passcode Done/ })
      .first()
      .waitFor();
    await shoot(page, 'journey-reset-passcode-done');
    expect(troubles).toEqual([]);
  });
});
