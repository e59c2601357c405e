/** The audit log, the remote actions and the sign-in log, with what decides about sign-ins. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const tenant = `
users:
  - { userPrincipalName: adele@contoso.example, displayName: Adele Vance }
compliancePolicies:
  - { displayName: Newer than there is, type: iosCompliancePolicy, settings: { osMinimumVersion: "99.0" }, assignTo: [all users] }
conditionalAccess:
  - { displayName: Compliant devices only, users: [all users], apps: [all], require: [compliantDevice] }
  - { displayName: Nobody at all, users: [all users], apps: [all], require: [block], state: enabledForReportingButNotEnforced }
devices:
  - { platform: ios, enrollment: automated, name: phone, user: adele@contoso.example }
`;

async function opened() {
  const file = join(scratch(), 'tenant.yaml');
  writeFileSync(file, tenant);
  const console = await openConsole({ words: ['--tenant', file, '--speed', '0'] });
  const { call } = console;
  const id = await untilAnswered('the device is noncompliant', async () => {
    const { value } = await call<{ value: { id: string; complianceState: string }[] }>('GET', '/v1.0/deviceManagement/managedDevices');
    return value[0]?.complianceState === 'noncompliant' && value[0].id;
  });
  return { ...console, id };
}

describe.skipIf(!hasChromium)('the logs', () => {
  it('TD-07 who did what is listed, narrowed, paged and opened; what became of it is beside it', async () => {
    const { page, go, call, id, troubles } = await opened();
    const path = `/v1.0/deviceManagement/managedDevices/${id}`;
    for (let count = 0; count < 51; count += 1) await call('POST', `${path}/syncDevice`);
    await call('POST', `${path}/setDeviceName`.replace('v1.0', 'beta'), { deviceName: 'renamed' });
    await go('#/audit');
    const table = page.getByRole('region', { name: 'Audit events' });
    await table.getByRole('link', { name: 'setDeviceName' }).waitFor();
    expect(await table.getByRole('row').count()).toBe(51);
    await page.getByRole('button', { name: 'Older' }).click();
    await table.getByRole('link', { name: 'setDeviceName' }).waitFor({ state: 'detached' });
    await page.getByText('Page 2').waitFor();
    await page.getByRole('button', { name: 'Newer' }).click();
    await table.getByRole('link', { name: 'setDeviceName' }).waitFor();
    // Live: an entry that comes is there by itself.
    await call('POST', `${path}/rebootNow`);
    await table.getByRole('link', { name: 'rebootNow' }).waitFor();

    await page.getByLabel('Activity').fill('reboot');
    await table.getByRole('link', { name: 'syncDevice' }).first().waitFor({ state: 'detached' });
    expect(await table.getByRole('row').count()).toBe(2);
    expect(page.url()).toContain('activity=reboot');
    await page.getByLabel('By', { exact: true }).fill("o'nobody");
    await page.getByText('No entry is like that.').waitFor();
    await page.getByRole('button', { name: 'Show all' }).click();
    await page.getByLabel('Device, policy, …').fill(id.toUpperCase());
    await page.getByLabel('From').fill('2001-01-01');
    await page.getByLabel('Until').fill('2001-12-31');
    await page.getByText('No entry is like that.').waitFor();
    await page.getByLabel('Until').fill('2999-12-31');
    await table.getByRole('link', { name: 'rebootNow' }).click();
    const dialog = page.getByRole('dialog', { name: 'rebootNow ManagedDevice' });
    await dialog.getByRole('cell', { name: id }).waitFor();
    await dialog.getByText('admin@contoso.example (ItPro)').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-audit-event');
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
    expect(page.url(), 'the view stays as it was').toContain('until=2999-12-31');

    await page.getByRole('link', { name: 'Remote actions' }).click();
    const actions = page.getByRole('region', { name: 'Remote actions' });
    await page.getByLabel(/^Action/).selectOption('Restart');
    await actions.getByText('unknown').first().waitFor({ state: 'detached' });
    await actions.getByText('Restart', { exact: true }).waitFor();
    await actions.getByText('done', { exact: true }).waitFor();
    expect(await actions.getByRole('row').count()).toBe(2);
    await page.getByLabel(/^State/).selectOption('failed');
    await page.getByText('No entry is like that.').waitFor();
    expect(troubles).toEqual([]);
  });

  it('NC-12 every sign-in is there with its outcome, and with what each policy said and why', async () => {
    const { page, go, call, troubles } = await opened();
    const open = () => call('POST', '/mockfleet/devices/phone/act', { input: { press: 'open-outlook' } });
    await go('#/sign-ins');
    await page.getByText('No app has signed in yet').waitFor();
    await open();
    const table = page.getByRole('region', { name: 'Sign-ins' });
    await table.getByRole('link', { name: 'Blocked' }).click();
    const dialog = page.getByRole('dialog', { name: /^Outlook/ });
    await dialog.getByText('Device is not in required device state: compliant. (53000)').waitFor();
    const applied = (name: string) => dialog.getByRole('row').filter({ hasText: name });
    await applied('Compliant devices only').getByText('Blocked', { exact: true }).waitFor();
    await applied('Compliant devices only').getByText('A compliant device').waitFor();
    await applied('Nobody at all').getByText('Would block').waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'console-sign-in-detail');
    await page.keyboard.press('Escape');

    await page.getByRole('link', { name: 'Conditional Access' }).click();
    await page.getByLabel('State of Compliant devices only').selectOption('Off');
    await page.getByText('Compliant devices only: Off.').waitFor();
    expect(await page.getByLabel('State of Nobody at all').inputValue()).toBe('enabledForReportingButNotEnforced');
    expect(await seriousProblems(page)).toEqual([]);
    await open();
    await page.getByRole('link', { name: 'Sign-ins' }).click();
    await table.getByRole('link', { name: 'Let in' }).waitFor();
    await page.getByLabel('Outcome').selectOption('Blocked by Conditional Access');
    await table.getByRole('link', { name: 'Let in' }).waitFor({ state: 'detached' });
    await table.getByRole('link', { name: 'Blocked' }).waitFor();
    await page.getByLabel('User', { exact: true }).fill('nobody');
    await page.getByText('No entry is like that.').waitFor();
    await shoot(page, 'console-sign-ins');
    expect(troubles).toEqual([]);
  });
});
