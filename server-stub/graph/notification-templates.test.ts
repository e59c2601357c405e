import { beforeEach, describe, expect, it } from 'vitest';
import { firstAdministrator } from '../core/people.ts';
import type { CompliancePolicyRecord } from '../core/policy-records.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';

const templates = '/v1.0/deviceManagement/notificationMessageTemplates';
const english = { locale: 'en-us', subject: 'Your phone', messageTemplate: 'Dear {{UserName}}, set a passcode.' };
const german = { locale: 'de-DE', subject: 'Ihr Telefon', messageTemplate: 'Guten Tag {{UserName}}.' };

let bench: DirectoryBench;
beforeEach(() => {
  bench = new DirectoryBench();
});

/** The text inside the nested message. */
const told = (outcome: string) => /"Message": "(.*?) - Operation ID/.exec(outcome)?.[1]?.replaceAll('\\', '') ?? outcome;

function made(body: object = {}): string {
  return bench.post(templates, { displayName: 'First warning', ...body }).id as string;
}
const messagesOf = (id: string) => `${templates}/${id}/localizedNotificationMessages`;
const add = (id: string, message: object) => bench.post(messagesOf(id), message).id as string;

/** A policy that mails it. */
function policyWith(templateId: string): CompliancePolicyRecord {
  const actions = [{ id: 'mail', type: 'notification', hours: 48, templateId, ccGroups: [] } as const];
  const rules = [{ id: 'rule', ruleName: null, actions }];
  const dates = { createdAt: bench.now, modifiedAt: bench.now, version: 1 };
  return {
    id: 'p',
    type: 'iosCompliancePolicy',
    displayName: 'iPhones',
    description: null,
    ...dates,
    settings: {},
    roleScopeTagIds: [],
    assignments: [],
    rules,
  };
}

describe('templates', () => {
  it('NC-09 have logo, company name and contact information on, unless somebody says otherwise, and can be edited', () => {
    const id = made();
    expect(bench.get(`${templates}/${id}`)).toEqual({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#deviceManagement/notificationMessageTemplates/$entity',
      id,
      displayName: 'First warning',
      defaultLocale: null,
      brandingOptions: 'includeCompanyLogo,includeCompanyName,includeContactInformation',
      roleScopeTagIds: ['0'],
      lastModifiedDateTime: '2030-01-01T00:00:00Z',
    });
    bench.pass(60_000);
    const changed = bench.call('PATCH', `${templates}/${id}`, { displayName: 'Warning', brandingOptions: 'none' });
    expect(changed.status).toBe(200);
    expect(JSON.parse(changed.body)).toMatchObject({
      displayName: 'Warning',
      brandingOptions: 'none',
      lastModifiedDateTime: '2030-01-01T00:01:00Z',
    });
    expect(bench.get(templates).value).toMatchObject([{ id, displayName: 'Warning', brandingOptions: 'none' }]);
    expect(bench.call('GET', `${templates}/$count`).body).toBe('1');
    expect(bench.outcome('DELETE', `${templates}/${id.toUpperCase()}`)).toBe('204');
    expect(told(bench.outcome('GET', `${templates}/${id}`))).toBe(`No notification message template has the id '${id}'`);
    expect(bench.audits()).toEqual(
      ['create', 'patch', 'delete'].map((verb) => `${verb} NotificationMessageTemplate by ${firstAdministrator}`),
    );
  });

  it('take switches in any order and case, and answer with them in the order of the schema', () => {
    const id = made({ brandingOptions: 'includeDeviceDetails, INCLUDECOMPANYNAME,includeCompanyName' });
    expect(bench.get(`${templates}/${id}`).brandingOptions).toBe('includeCompanyName,includeDeviceDetails');
  });

  it('have a description on beta alone', () => {
    const body = { displayName: 'x', description: 'For phones' };
    expect(bench.outcome('POST', templates, body)).toContain("The property 'description' does not exist on type");
    const id = bench.post(templates.replace('v1.0', 'beta'), body).id as string;
    expect(bench.get(`${templates.replace('v1.0', 'beta')}/${id}`).description).toBe('For phones');
    expect(bench.get(`${templates}/${id}`)).not.toHaveProperty('description');
  });

  it.each([
    [{}, "A value is required for property 'displayName'"],
    [{ displayName: '' }, "property 'displayName' of resource 'NotificationMessageTemplate': it takes a text of 1 to 256 characters"],
    [{ displayName: 'x', brandingOptions: 'includeCompanyLogo,includeLogo' }, "'brandingOptions'"],
    [{ displayName: 'x', brandingOptions: 'none,includeCompanyLogo' }, "'brandingOptions'"],
    [{ displayName: 'x', brandingOptions: 7 }, "'brandingOptions'"],
    [{ displayName: 'x', defaultLocale: 'English' }, "'defaultLocale' of resource 'NotificationMessageTemplate': it takes a language"],
    [{ displayName: 'x', roleScopeTagIds: ['1'] }, "'roleScopeTagIds'"],
    [{ displayName: 'x', colour: 'red' }, "The property 'colour' does not exist on type 'microsoft.graph.notificationMessageTemplate'"],
    [{ displayName: 'x', localizedNotificationMessages: english }, "'localizedNotificationMessages': it takes a list of objects"],
    [{ displayName: 'x', localizedNotificationMessages: [english, english] }, "a message with the locale 'en-us' already"],
    [{ displayName: 'x', localizedNotificationMessages: [english], defaultLocale: 'fr' }, 'one of the template'],
  ])('refuse %j', (body, sentence) => {
    const outcome = bench.outcome('POST', templates, body);
    expect(outcome).toMatch(/^400 BadRequest: /);
    expect(told(outcome)).toContain(sentence);
    expect(bench.get(templates).value).toEqual([]);
  });

  it('are not deleted while a policy sends them', () => {
    const id = made();
    const policy = policyWith(id);
    bench.store.saveEntry('compliancePolicy', policy);
    expect(told(bench.outcome('DELETE', `${templates}/${id}`))).toBe(
      "The notification message template 'First warning' is sent by 'iPhones'; change their actions first.",
    );
    bench.store.removeEntry('compliancePolicy', policy.id);
    expect(bench.outcome('DELETE', `${templates}/${id}`)).toBe('204');
  });

  it('need the permission, and of people a role', () => {
    const nobody = bench.person('nobody');
    for (const [caller, status] of [
      [program('DeviceManagementConfiguration.Read.All'), '403'],
      [program('DeviceManagementConfiguration.ReadWrite.All'), '201'],
      [limited(bench.caller, 'DeviceManagementServiceConfig.ReadWrite.All'), '201'],
      [nobody, '403'],
      [bench.person('adam', 'Intune Administrator'), '201'],
    ] as const) {
      bench.caller = caller;
      expect(bench.outcome('POST', templates, { displayName: 'x' }).slice(0, 3)).toBe(status);
    }
    bench.caller = program('DeviceManagementConfiguration.Read.All');
    expect(bench.get(templates).value).toHaveLength(3);
  });
});

describe('messages of a template', () => {
  it('are one for each language, and the first one is the default until another one is', () => {
    const id = made();
    expect(add(id, english)).toBe(`${id}_en-us`);
    expect(add(id, german)).toBe(`${id}_de-de`);
    const all = () => bench.get(`${messagesOf(id)}?$select=locale,isDefault`).value;
    expect(all()).toEqual([
      { locale: 'de-de', isDefault: false },
      { locale: 'en-us', isDefault: true },
    ]);
    expect(bench.get(`${templates}/${id}`).defaultLocale).toBe('en-us');
    const patched = bench.call('PATCH', `${messagesOf(id)}/${id}_DE-de`, { isDefault: true, subject: 'Telefon' });
    expect([patched.status, JSON.parse(patched.body).isDefault]).toEqual([200, true]);
    expect(all()).toEqual([
      { locale: 'de-de', isDefault: true },
      { locale: 'en-us', isDefault: false },
    ]);
    expect(bench.get(`${templates}/${id}`).defaultLocale).toBe('de-de');
    expect(bench.outcome('PATCH', `${templates}/${id}`, { defaultLocale: 'en-US' })).toBe('200');
    expect(all()[1]).toEqual({ locale: 'en-us', isDefault: true });
    expect(told(bench.outcome('PATCH', `${templates}/${id}`, { defaultLocale: 'fr' }))).toContain("'defaultLocale'");
    expect(told(bench.outcome('PATCH', `${messagesOf(id)}/${id}_en-us`, { isDefault: false }))).toContain('can only be set to true');
    expect(told(bench.outcome('DELETE', `${messagesOf(id)}/${id}_en-us`))).toContain("set 'isDefault' of another one (de-de) first");
    expect(bench.outcome('DELETE', `${messagesOf(id)}/${id}_de-de`)).toBe('204');
    expect(bench.outcome('DELETE', `${messagesOf(id)}/${id}_en-us`)).toBe('204');
    expect(all()).toEqual([]);
  });

  it('are shown within their template, and what is shown can be posted again', () => {
    const id = made({ brandingOptions: 'includeDeviceDetails' });
    add(id, english);
    add(id, { ...german, isDefault: true });
    const { lastModifiedDateTime: _, ...shown } = bench.get(`${templates}/${id}?$expand=localizedNotificationMessages`);
    expect(shown.localizedNotificationMessages).toMatchObject([{ id: `${id}_de-de`, isDefault: true }, english]);
    const copy = bench.post(templates, shown).id as string;
    expect(copy).not.toBe(id);
    const again = bench.get(`${templates}/${copy}?$expand=localizedNotificationMessages`);
    const plain = (one: object) => JSON.stringify(one).replaceAll(id, '*').replaceAll(copy, '*');
    expect(plain({ ...again, lastModifiedDateTime: undefined })).toBe(plain(shown));
    expect(bench.get(`${messagesOf(id)}?$filter=locale eq 'en-us'`).value).toMatchObject([english]);
  });

  it.each([
    [
      { ...english, subject: 'x'.repeat(79) },
      "'subject' of resource 'LocalizedNotificationMessage': it takes a text of 1 to 78 characters",
    ],
    [{ ...english, subject: 'Hello\r\nBcc: eve@contoso.example' }, 'in one line'],
    [{ ...english, subject: '  ' }, "'subject'"],
    [
      { ...english, messageTemplate: 'x'.repeat(2001) },
      "'messageTemplate' of resource 'LocalizedNotificationMessage': it takes a text of 1 to 2000",
    ],
    [{ ...english, locale: 'en_us' }, "'locale' of resource 'LocalizedNotificationMessage': it takes a language"],
    [{ ...english, isDefault: 'yes' }, "'isDefault'"],
    [{ locale: 'en-us', subject: 'x' }, "A value is required for property 'messageTemplate'"],
    [{ ...english, body: 'x' }, "The property 'body' does not exist"],
  ])('refuse %j', (body, sentence) => {
    const id = made();
    const outcome = bench.outcome('POST', messagesOf(id), body);
    expect(outcome).toMatch(/^400 BadRequest: /);
    expect(told(outcome)).toContain(sentence);
  });

  it('take 78 characters of subject and 2000 of body', () => {
    const longest = { locale: 'en', subject: 'x'.repeat(78), messageTemplate: `${'x'.repeat(1999)}\n` };
    expect(bench.post(messagesOf(made()), longest)).toMatchObject(longest);
  });

  it('keep their language, and are found by their id alone', () => {
    const id = made();
    add(id, english);
    expect(told(bench.outcome('POST', messagesOf(id), { ...german, locale: 'EN-us' }))).toContain("the locale 'en-us' already");
    expect(told(bench.outcome('PATCH', `${messagesOf(id)}/${id}_en-us`, { locale: 'fr' }))).toContain("'locale'");
    expect(bench.outcome('PATCH', `${messagesOf(id)}/${id}_en-us`, { locale: 'en-us', messageTemplate: 'New' })).toBe('200');
    expect(bench.outcome('GET', `${messagesOf(id)}/${made()}_en-us`)).toMatch(/^404 ResourceNotFound/);
  });
});

describe('sendTestMessage', () => {
  const test = (id: string, body?: object) => told(bench.outcome('POST', `${templates}/${id}/sendTestMessage`, body));

  it('mails the person who asks, in their language', () => {
    const id = made();
    add(id, english);
    add(id, german);
    expect(test(id)).toBe('204');
    const ana = bench.person('ana', 'Intune Administrator');
    const user = bench.tenant.directory.user('ana@contoso.example');
    if (user === undefined) throw new Error('no ana');
    bench.tenant.directory.save('user', { ...user, preferredLanguage: 'de-DE' });
    bench.caller = ana;
    expect(test(id, {})).toBe('204');
    expect([...bench.tenant.mails()].map(({ to, subject }) => ({ to, subject }))).toEqual([
      { to: ['ana@contoso.example'], subject: 'Ihr Telefon' },
      { to: [firstAdministrator], subject: 'Your phone' },
    ]);
  });

  it('says why it sends nothing', () => {
    const id = made();
    expect(test(id)).toContain("'First warning' has no message yet");
    add(id, english);
    expect(test(id, { to: 'eve@contoso.example' })).toContain("The parameter 'to' is not one of sendTestMessage");
    expect(test(`${id.slice(0, -1)}${id.endsWith('0') ? '1' : '0'}`)).toContain('No notification message template');
    const { caller } = bench;
    bench.caller = program('DeviceManagementConfiguration.ReadWrite.All');
    expect(test(id)).toBe('sendTestMessage mails the person who asks; a program has no mailbox.');
    bench.caller = caller;
    const user = bench.tenant.directory.user(firstAdministrator);
    if (user === undefined) throw new Error('no administrator');
    bench.tenant.directory.save('user', { ...user, mail: null });
    expect(test(id)).toBe(`'${firstAdministrator}' has no mailbox that a test message could be sent to.`);
    expect([...bench.tenant.mails()]).toEqual([]);
  });
});
