/** Policies, templates and groups as an administrator makes them by hand. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { policyTypes, type SettingForm } from '../../server-stub/console/policies/setting-forms.ts';
import { policyTypeTable } from '../../server-stub/core/compliance/policy-types.ts';
import type { SettingRule } from '../../server-stub/core/compliance/setting.ts';
import { hasChromium, openConsole, seriousProblems, shoot } from '../support/console.ts';
import { scratch } from '../support/scratch.ts';
import { untilAnswered } from '../support/until.ts';

const policiesPath = '/beta/deviceManagement/deviceCompliancePolicies';

/** What the stub says about a value that nothing takes, put as the form has it. */
function allowedBy(form: SettingForm): string | RegExp {
  switch (form.kind) {
    case 'flag':
      return 'true or false';
    case 'number':
      return `a whole number from ${form.min} to ${form.max}`;
    case 'choice':
      return `one of ${[...form.values].sort().join(', ')}`;
    case 'text':
      return /^text that is /;
    case 'list':
      return new RegExp(`^a list of up to ${form.max}, each of them .*\\{${names(form.members)}\\}`);
    case 'structure':
      return new RegExp(`\\{${names(form.members)}\\}$`);
  }
}

const names = (members: readonly string[]) => members.map((name) => name.replace('?', '')).join(', ');

/** Values that the form lets through, which the stub must take. */
function examplesOf(form: SettingForm): unknown[] {
  switch (form.kind) {
    case 'text':
      return [form.such];
    case 'list': {
      const needed = form.members.filter((name) => !name.endsWith('?'));
      return [[Object.fromEntries(needed.map((name) => [name, '10.0']))]];
    }
    case 'structure':
      return [{}];
    default:
      return [];
  }
}

const said = (rule: SettingRule) => {
  const words = rule.whyNot({ nothing: 'takes this' }) ?? '';
  return words.startsWith('one of ') ? `one of ${words.slice(7).split(', ').sort().join(', ')}` : words;
};

describe('the forms of policies', () => {
  it.each(Object.entries(policyTypeTable))('of %s are what the stub takes', (type, { settings }) => {
    const forms = policyTypes[type]?.settings ?? {};
    expect(Object.keys(forms).sort()).toEqual(Object.keys(settings).sort());
    for (const [name, form] of Object.entries(forms)) {
      const rule = settings[name] as SettingRule;
      const allowed = allowedBy(form);
      if (typeof allowed === 'string') expect(said(rule), name).toBe(allowed);
      else expect(said(rule), name).toMatch(allowed);
      for (const value of examplesOf(form)) expect(rule.whyNot(value as never), name).toBeUndefined();
      if (form.kind === 'choice') expect(form.values[0], name).toBe(rule.unset);
    }
  });

  it('name every type, and those that reach no device', () => {
    expect(Object.keys(policyTypes).sort()).toEqual(Object.keys(policyTypeTable).sort());
    const kinds = [
      ...['ios', 'macos', 'windows'].map((platform) => ({ platform, enrollment: 'company-portal' })),
      ...['device-administrator', 'personal-work-profile', 'fully-managed'].map((enrollment) => ({ platform: 'android', enrollment })),
    ] as Parameters<(typeof policyTypeTable)['iosCompliancePolicy']['isFor']>[0][];
    for (const [type, { isFor }] of Object.entries(policyTypeTable)) {
      expect(policyTypes[type]?.reachesNobody === true, type).toBe(!kinds.some(isFor));
    }
  });
});

function tenant(text: string): string {
  const path = join(scratch(), 'tenant.yaml');
  writeFileSync(path, text);
  return path;
}

const twoPhones = `
users:
  - { userPrincipalName: adele@contoso.example, displayName: Adele Vance, roles: [Intune Administrator] }
  - { userPrincipalName: ben@contoso.example, displayName: Ben Walters }
devices:
  - { platform: ios, name: adeles-phone, user: adele@contoso.example, has: { passcode: "246810" } }
  - { platform: ios, name: bens-phone, user: ben@contoso.example }
`;

const hostile = '<img src=x onerror=alert(1)>';

const button = (page: Page, name: string | RegExp) => page.getByRole('button', { name, exact: typeof name === 'string' });
const link = (page: Page, name: string) => page.getByRole('link', { name, exact: true });
const heading = (page: Page, name: string) => page.getByRole('heading', { name, level: 1, exact: true }).waitFor();

describe.skipIf(!hasChromium)('in the console', () => {
  it('a template, a group and a policy are made, changed, looked at and deleted by hand', { timeout: 120_000 }, async () => {
    const { page, go, call, troubles } = await openConsole({ words: ['--tenant', tenant(twoPhones)] });

    // A template with a message, and the mail that comes of it.
    await go('#/templates');
    await page.getByText('No template yet').waitFor();
    await button(page, 'New template').click();
    await page.getByLabel('Name', { exact: true }).fill(`Warning ${hostile}`);
    await button(page, 'Create').click();
    await heading(page, `Warning ${hostile}`);
    await button(page, 'Add a language').click();
    await page.getByLabel('Subject').fill('About {{DeviceName}}');
    await page
      .getByRole('textbox', { name: /^Message/ })
      .fill(`Dear <b>{{UserName}}</b>,\nsee <a href="https://contoso.example/help">this page</a>.`);
    const preview = page.getByRole('region', { name: 'Preview' }).last();
    await preview.getByText('About Adele’s phone').waitFor();
    expect(await preview.locator('b').textContent()).toBe('Adele Vance');
    await page.getByRole('textbox', { name: /^Message/ }).fill(`Dear {{UserName}} ${hostile}`);
    await preview.getByText('sent as the text that it is').waitFor();
    expect(await preview.locator('img').count()).toBe(0);
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'template-message');
    await button(page, 'Save').last().click();
    await page.getByText('default', { exact: true }).waitFor();
    await button(page, 'Send test message').click();
    await page.getByLabel('As whom?').fill('Ben');
    await button(page, 'Send as Ben Walters').click();
    await page.getByText(/Insufficient|privileges|not authorized/i).waitFor();
    await page.getByLabel('As whom?').fill('Adele');
    await button(page, 'Send as Adele Vance').click();
    const mails = await untilAnswered('the test message is in the mailbox', async () => {
      const found = await call<{ subject: string; to: unknown }[]>('GET', '/mockfleet/mail');
      return found.length > 0 && found;
    });
    expect(JSON.stringify(mails)).toContain('adele@contoso.example');

    // A group with Ben in it.
    await link(page, 'Groups').click();
    await button(page, 'New group').click();
    await page.getByLabel('Name', { exact: true }).fill('Überall & <b>Sales</b>');
    await button(page, 'Create').click();
    await heading(page, 'Überall & <b>Sales</b>');
    await page.getByLabel('Search people').fill('wal');
    await button(page, 'Add Ben Walters').click();
    await button(page, 'Remove Ben Walters').waitFor();
    expect(await seriousProblems(page)).toEqual([]);

    // A policy that asks for a passcode of 6, of everybody but that group.
    await link(page, 'Policies').click();
    await page.getByText('No policy yet').waitFor();
    await link(page, 'New policy').click();
    await link(page, 'iOS/iPadOS').click();
    await page.getByLabel('Name', { exact: true }).fill('Phones');
    await page.getByLabel('Passcode required', { exact: true }).check();
    await page.getByLabel('Passcode minimum length').fill('6');
    await page.getByLabel('Passcode required type').selectOption('Alphanumeric');
    await button(page, 'Add to Restricted apps').click();
    await page.getByRole('group', { name: 'Restricted apps, 1' }).getByLabel('Name').fill('Games');
    await page.getByLabel('Add an action').selectOption('Send e-mail to the user');
    await page.getByLabel('Days after noncompliance').last().fill('2');
    await page.getByLabel('Add an action').selectOption('Lock the device');
    await page.getByLabel('Days after noncompliance').last().fill('3');
    await page.getByLabel('All users').check();
    await page.getByLabel('Groups', { exact: true }).fill('sales');
    await button(page, 'Add Überall & <b>Sales</b>').click();
    await page.getByLabel('Überall & <b>Sales</b>: included or excluded').selectOption('Excluded');
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'policy-new');
    await button(page, 'Create').click();
    await heading(page, 'Phones');
    await page.getByText('Excluded').waitFor();
    const expand = '?$expand=assignments,scheduledActionsForRule($expand=scheduledActionConfigurations)';
    const made = async () => (await call<{ value: Record<string, unknown>[] }>('GET', policiesPath + expand)).value[0] ?? {};
    const policy = await made();
    expect(policy).toMatchObject({
      '@odata.type': '#microsoft.graph.iosCompliancePolicy',
      passcodeRequired: true,
      passcodeMinimumLength: 6,
      passcodeRequiredType: 'alphanumeric',
      restrictedApps: [{ name: 'Games' }],
      passcodeBlockSimple: false,
      version: 1,
    });
    expect(JSON.stringify(policy.scheduledActionsForRule)).toMatch(/"gracePeriodHours":48,"actionType":"notification"/);
    expect(policy.assignments).toHaveLength(2);
    // Adele's phone breaks it: its passcode has no letters. Ben's is in the group.
    await page
      .getByRole('row', { name: /adeles-phone/ })
      .getByText('Noncompliant')
      .waitFor();
    expect(await page.getByRole('row', { name: /bens-phone/ }).count()).toBe(0);
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'policy');

    // Changed: the length, and to whom; the actions keep what they are.
    await link(page, 'Edit').click();
    await page.getByLabel('Passcode required type').selectOption('Device default');
    await page.getByLabel('Passcode minimum length').fill('40');
    await button(page, 'Save').click();
    expect(
      await page
        .getByLabel('Passcode minimum length')
        .evaluate((field) => (field as unknown as { validity: { rangeOverflow: boolean } }).validity.rangeOverflow),
    ).toBe(true);
    await page.getByLabel('Passcode minimum length').fill('');
    await button(page, 'Remove Überall & <b>Sales</b>').click();
    await button(page, 'Save').click();
    await heading(page, 'Phones');
    const changed = await made();
    expect(changed).toMatchObject({ passcodeRequiredType: 'deviceDefault', passcodeMinimumLength: null, version: 2 });
    expect(changed.scheduledActionsForRule).toEqual(policy.scheduledActionsForRule);
    expect(changed.assignments).toHaveLength(1);
    await page
      .getByRole('row', { name: /bens-phone/ })
      .getByText('Noncompliant')
      .waitFor();
    await page
      .getByRole('row', { name: /adeles-phone/ })
      .getByText('Compliant', { exact: true })
      .waitFor();

    // What a policy sends cannot be deleted; the policy can.
    await link(page, 'Templates').click();
    await link(page, `Warning ${hostile}`).click();
    await button(page, 'Delete').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText(/is sent by 'Phones'/).waitFor();
    await link(page, 'Policies').click();
    await page.getByRole('table').getByText('1 noncompliant').waitFor();
    await link(page, 'Phones').click();
    await button(page, 'Delete').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No policy yet').waitFor();
    expect(troubles).toEqual([]);
  });

  it('the settings for all, the branding and the retire list are there to decide about; names of any length fit', {
    timeout: 120_000,
  }, async () => {
    const { page, go, call, troubles } = await openConsole({ words: ['--tenant', tenant(twoPhones)] });
    await go('#/policies/settings');
    await page.getByLabel('Devices without a compliance policy count as').selectOption('Not compliant');
    await page.getByLabel('Compliance status is valid for (days)').fill('14');
    await button(page, 'Save').click();
    await page.getByText('The settings are saved.').waitFor();
    const { settings } = await call<{ settings: object }>('GET', '/beta/deviceManagement?$select=settings');
    expect(settings).toMatchObject({ secureByDefault: true, deviceComplianceCheckinThresholdDays: 14, isScheduledActionEnabled: true });
    expect(await seriousProblems(page)).toEqual([]);

    await go('#/templates/branding');
    await page.getByLabel('Company name').fill('Contoso');
    const png = Buffer.from('iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==', 'base64');
    await page.getByLabel('Choose a picture').setInputFiles({ name: 'logo.png', mimeType: 'image/png', buffer: png });
    await page.getByRole('img', { name: 'Contoso' }).waitFor();
    await button(page, 'Save').click();
    await page.getByText('The branding is saved.').waitFor();
    const { intuneBrand } = await call<{ intuneBrand: object }>('GET', '/beta/deviceManagement?$select=intuneBrand');
    expect(intuneBrand).toMatchObject({ displayName: 'Contoso', lightBackgroundLogo: { type: 'image/png' } });
    expect(await seriousProblems(page)).toEqual([]);

    // Both phones are listed at once: one is retired, the other stays.
    const long = 'W'.repeat(256);
    const retire = { actionType: 'retire', gracePeriodHours: 0, notificationTemplateId: '', notificationMessageCCList: [] };
    await call('POST', policiesPath, {
      '@odata.type': '#microsoft.graph.iosCompliancePolicy',
      displayName: long,
      osMinimumVersion: '99',
      scheduledActionsForRule: [{ ruleName: null, scheduledActionConfigurations: [{ ...retire, actionType: 'block' }, retire] }],
      assignments: [{ target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } }],
    });
    await go('#/policies/retire');
    await page.getByLabel('Select').nth(1).waitFor();
    expect(await seriousProblems(page)).toEqual([]);
    await shoot(page, 'retire-list');
    await page.getByLabel('Select').first().check();
    await button(page, 'Retire').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Retire' }).click();
    await page.getByText('They are retired at their next check-in.').waitFor();
    await page.getByLabel('Select').nth(1).waitFor({ state: 'detached' });
    await page.getByLabel('All on this page').check();
    await button(page, 'Take off the list').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Take off the list' }).click();
    await page.getByText('Nobody is on the list').waitFor();

    await go('#/policies');
    await link(page, long).waitFor();
    for (const width of [1440, 390]) {
      await page.setViewportSize({ width, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
      await link(page, long).click();
      await heading(page, long);
      expect(await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')).toBe(0);
      await go('#/policies');
    }
    await go(`#/policies/${'0'.repeat(8)}-0000-4000-8000-000000000000`);
    await page.getByRole('alert').waitFor();
    expect(troubles).toEqual([]);
  });
});
