/** A device breaks the rules: what its user gets to see, day by day, and what the administrator does; and how it ends. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { dayMs } from '../../runtime/duration.ts';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
notificationTemplates:
  - displayName: Warning
    messages: [{ locale: en-us, subject: "About {{DeviceName}}", message: "Dear {{UserName}}, please see to it." }]
compliancePolicies:
  - displayName: No jailbreak
    type: iosCompliancePolicy
    settings: { securityBlockJailbrokenDevices: true }
    assignTo: [all users]
    actions:
      - { do: block }
      - { do: notification, after: 2d, template: Warning }
      - { do: remoteLock, after: 3d }
devices:
  - { platform: ios, name: adeles-phone, user: adele@contoso.example, has: { passcode: "246810" } }
  - { platform: ios, name: bens-phone, user: ben@contoso.example, has: { passcode: "135790" } }
`;

interface Screen {
  kind: string;
}

describe.skipIf(!hasChromium)('noncompliance', () => {
  it('NC-01 NC-04 NC-05 is seen on the policy page, leads to the e-mail and the lock on their days, and ends when the user mends it', {
    timeout: 120_000,
  }, async () => {
    const file = join(scratch(), 'tenant.yaml');
    writeFileSync(file, tenant);
    const { page, call, go, troubles } = await openConsole({ words: ['--tenant', file] });
    const clock = (change: object) => call('POST', '/mockfleet/clock', change);
    const screen = () => call<Screen>('GET', '/mockfleet/devices/adeles-phone/screen');
    const row = (state: string) => page.getByRole('row', { name: /adeles-phone/ }).getByText(state, { exact: true });

    // Both keep the policy.
    await go('#/policies');
    await page.getByRole('table').getByText('2 compliant').waitFor();
    await page.getByRole('link', { name: 'No jailbreak' }).click();
    await row('Compliant').waitFor();
    await page.getByText('after 2 days').waitFor();
    await clock({ freeze: true });

    // One of them is jailbroken: at its next check-in the page says so by itself.
    await call('POST', '/mockfleet/devices/adeles-phone/act', { change: { jailBroken: true } });
    await clock({ advance: '9h' });
    await row('Noncompliant').waitFor();
    await page.getByText('1 noncompliant').waitFor();
    expect(
      await page
        .getByRole('row', { name: /bens-phone/ })
        .getByText('Compliant', { exact: true })
        .count(),
    ).toBe(1);
    const marked = page
      .getByRole('row', { name: /adeles-phone/ })
      .locator('time')
      .first();
    const since = Date.parse((await marked.getAttribute('datetime')) ?? '');
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'journey-noncompliant');

    // Two days later there is a mail, dated on its day, and nothing else has happened.
    await go('#/mail');
    await page.getByText('No mail yet').waitFor();
    await clock({ advance: '60h' });
    await page.getByRole('link', { name: /About adeles-phone/ }).click();
    await page.getByRole('article').getByText('adele@contoso.example').first().waitFor();
    await page
      .getByRole('article')
      .getByText(new RegExp(dayOf(since + 2 * dayMs)))
      .first()
      .waitFor();
    expect((await screen()).kind).toBe('home');
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'journey-noncompliant-mail');

    // On the third day it is locked, once.
    await clock({ advance: '24h' });
    await untilAnswered('the phone is locked', async () => (await screen()).kind === 'locked');
    await go('#/screens/adeles-phone');
    const phone = page.getByRole('region', { name: 'Screen of adeles-phone' });
    await phone.getByLabel('Passcode', { exact: true }).waitFor();
    await shoot(page, 'journey-noncompliant-locked');

    // Its user unlocks it, mends it, and it is compliant again.
    await phone.getByLabel('Passcode', { exact: true }).fill('111111');
    await phone.getByRole('button', { name: 'Unlock' }).click();
    expect((await screen()).kind).toBe('locked');
    await phone.getByLabel('Passcode', { exact: true }).fill('246810');
    await phone.getByRole('button', { name: 'Unlock' }).click();
    await untilAnswered('the phone is unlocked', async () => (await screen()).kind === 'home');
    await call('POST', '/mockfleet/devices/adeles-phone/act', { change: { jailBroken: false } });
    await clock({ advance: '9h' });
    await go('#/policies');
    await page.getByRole('table').getByText('2 compliant').waitFor();
    await shoot(page, 'journey-compliant-again');
    await clock({ advance: '10d' });
    expect(await call<object[]>('GET', '/mockfleet/mail')).toHaveLength(1);
    expect((await screen()).kind).toBe('home');
    expect(troubles).toEqual([]);
  });
});

const dayOf = (at: number) => new Date(at).toISOString().slice(0, 10);
