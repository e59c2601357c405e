/** A stub's mails through a real mail server: who gets what, what they say, and what becomes of those that do not arrive. */
import { createServer, type Server, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { MailRecord, UserRecord } from '../server-stub/core/directory-records.ts';
import { newUser } from '../server-stub/core/people.ts';
import {
  type Brand,
  type BrandingOption,
  brandDefault,
  type CompliancePolicyRecord,
  type LocalizedMessage,
  type NotificationTemplateRecord,
  type ScheduledAction,
} from '../server-stub/core/policy-records.ts';
import type { GraphTenant } from '../server-stub/graph/tenant.ts';
import { createSmtpMailer, type SmtpMailer } from '../server-stub/mail/smtp-mailer.ts';
import type { SmtpServerAddress } from '../server-stub/mail/smtp-server-address.ts';
import { addressesOf, MailServer } from './support/mail-server.ts';
import { openTenant, type Tenant, tenantStart } from './support/tenant.ts';
import type { AgentOptions, TestAgent } from './support/test-agent.ts';
import { until } from './support/until.ts';

const administrator = { name: 'admin@contoso.example', isUser: false };
const adele = 'adele@contoso.example';
/** One pixel. */
const png = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

let server: MailServer;
let mailer: SmtpMailer;
let tenant: Tenant | undefined;

beforeEach(async () => {
  server = await new MailServer().open();
});
afterEach(async () => {
  mailer?.close();
  await tenant?.close();
  tenant = undefined;
  await server.close();
});

interface Opening {
  at?: SmtpServerAddress;
  sender?: string;
  silenceMsMax?: number;
  patienceMs?: number;
}

async function open({ at = server.address, sender, silenceMsMax, patienceMs }: Opening = {}): Promise<Tenant> {
  mailer = createSmtpMailer({ server: at, sender, ...(silenceMsMax !== undefined && { silenceMsMax }) });
  tenant = await openTenant({ mail: { mailer, ...(patienceMs !== undefined && { mailPatienceMs: patienceMs }) } });
  return tenant;
}

const graph = (): GraphTenant => (tenant as Tenant).stub.inside.tenant();

interface Template {
  branding?: readonly BrandingOption[];
  messages?: readonly Partial<LocalizedMessage>[];
}

const portalDefaults: readonly BrandingOption[] = ['includeCompanyLogo', 'includeCompanyName', 'includeContactInformation'];

function template({ branding = portalDefaults, messages = [{}] }: Template = {}): NotificationTemplateRecord {
  return {
    id: 'c0ffee00-0000-4000-8000-000000000001',
    displayName: 'First warning',
    description: null,
    defaultLocale: 'en-us',
    branding,
    roleScopeTagIds: ['0'],
    modifiedAt: 0,
    messages: messages.map((message, index) => ({
      locale: 'en-us',
      subject: 'Your {{DeviceName}}',
      messageTemplate: 'Hello {{UserName}}, {{DeviceName}} ({{OSAndVersion}}) is not compliant.',
      isDefault: index === 0,
      modifiedAt: 0,
      ...message,
    })),
  };
}

/** No device of a test has that version. */
function policy(actions: readonly Partial<ScheduledAction>[], templateId: string): CompliancePolicyRecord {
  const block: Partial<ScheduledAction> = { type: 'block' };
  return {
    id: 'c0ffee00-0000-4000-8000-000000000002',
    type: 'iosCompliancePolicy',
    displayName: 'iPhones are up to date',
    description: null,
    createdAt: 0,
    modifiedAt: 0,
    version: 1,
    settings: { osMinimumVersion: '99.0' },
    roleScopeTagIds: ['0'],
    assignments: [{ id: 'a', target: { kind: 'allUsers' } }],
    rules: [
      {
        id: 'r',
        ruleName: 'PasswordRequired',
        actions: [block, ...actions].map((action, index) => ({
          id: `action-${index}`,
          type: 'notification',
          hours: 0,
          templateId: action.type === 'block' ? '' : templateId,
          ccGroups: [],
          ...action,
        })),
      },
    ],
  };
}

const contoso: Partial<Brand> = {
  displayName: 'Contoso & Söhne',
  contactITName: 'Help desk',
  contactITPhoneNumber: '+49 30 1234',
  contactITEmailAddress: 'help@contoso.example',
  onlineSupportSiteUrl: 'https://help.contoso.example/',
  onlineSupportSiteName: 'Help yourself',
  lightBackgroundLogo: { type: 'image/png', value: png },
};

interface SetUp extends Template {
  actions?: readonly Partial<ScheduledAction>[];
  brand?: Partial<Brand>;
  user?: Partial<UserRecord>;
  device?: AgentOptions;
  target?: 'allUsers' | 'allDevices';
}

/** A template, a policy that no device keeps, and a device that breaks it from its first check-in on. */
async function broken({
  actions = [{}],
  brand = contoso,
  user = {},
  device = {},
  target = 'allUsers',
  ...rest
}: SetUp = {}): Promise<TestAgent> {
  const { agent } = tenant as Tenant;
  const message = template(rest);
  graph().directory.save('user', { ...newUser(adele, 0), displayName: 'Adele Vance', ...user });
  graph().directory.save('notificationTemplate', message);
  graph().setBrand({ ...brandDefault, ...brand }, administrator);
  graph().savePolicy({ ...policy(actions, message.id), assignments: [{ id: 'a', target: { kind: target } }] }, 'create', administrator);
  const made = agent({ name: 'Phone', inventory: { userPrincipalName: adele }, ...device });
  await made.checkedIn();
  return made;
}

const outbox = (): MailRecord[] => [...graph().mails()].reverse();
const settled = () => until('every mail has its end', () => outbox().length > 0 && outbox().every(({ state }) => state !== 'queued'));
const states = () => outbox().map(({ state }) => state);

describe('what a mail says', () => {
  it('NC-05 goes to the user and to the members of the groups, names the device, and is dated on its day', async () => {
    const { advance } = await open();
    const { directory } = graph();
    const group = { description: null, mailNickname: 'x', mailEnabled: false, securityEnabled: true, createdAt: 0 };
    for (const id of ['helpdesk', 'inner']) directory.save('group', { ...group, id, displayName: id });
    for (const name of ['pat', 'bob', 'nobox']) {
      const member = newUser(`${name}@contoso.example`, 0);
      directory.save('user', name === 'nobox' ? { ...member, mail: null } : member);
      directory.addMember(name === 'pat' ? 'helpdesk' : 'inner', { id: member.id, kind: 'user' });
    }
    directory.addMember('helpdesk', { id: 'inner', kind: 'group' });
    // Whose device it is gets one copy; a group whose members have no mailbox gets it by its own address, if it has one.
    directory.addMember('inner', { id: newUser(adele, 0).id, kind: 'user' });
    directory.save('group', { ...group, id: 'list', displayName: 'list', mailEnabled: true, mail: 'list@contoso.example' });
    directory.save('group', { ...group, id: 'empty', displayName: 'empty' });
    const ccGroups = ['helpdesk', 'inner', 'list', 'empty'];
    const { id } = await broken({ actions: [{ hours: 48, ccGroups }], user: { mail: 'Adele.Vance@contoso.example' } });
    expect(outbox()).toEqual([]);
    await advance('6d');
    expect(states()).toEqual(['sent']);
    const [{ from, recipients, mail }] = server.taken as [(typeof server.taken)[number]];
    expect([from, mail.from?.address]).toEqual(['microsoft-noreply@microsoft.com', 'microsoft-noreply@microsoft.com']);
    const copies = ['bob@contoso.example', 'list@contoso.example', 'pat@contoso.example'];
    expect(recipients.sort()).toEqual(['Adele.Vance@contoso.example', ...copies]);
    expect(addressesOf(mail.to)).toEqual(['Adele.Vance@contoso.example']);
    expect(addressesOf(mail.cc).sort()).toEqual(copies);
    expect(mail.subject).toBe('Your Phone');
    expect(mail.text).toContain('Hello Adele Vance, Phone (iOS 17.5) is not compliant.');
    expect(mail.text).toContain('Name: Phone\nSystem: iOS 17.5');
    expect(mail.html).toContain('Name: Phone<br>');
    const since = (tenant as Tenant).store.device(id)?.compliance.results.find(({ since }) => since !== null)?.since ?? 0;
    expect(Date.parse(mail.date ?? '')).toBe(Math.floor((since + 48 * 3_600_000) / 1000) * 1000);
    expect(mail.headers.find(({ key }) => key === 'auto-submitted')?.value).toBe('auto-generated');
  });

  it('NC-06 two e-mail actions: both mails are there when the clock comes back from six days', async () => {
    const { advance } = await open();
    await broken({ actions: [{ hours: 48 }, { hours: 120, id: 'second' }] });
    await advance('6d');
    expect(server.taken.map(({ mail }) => (Date.parse(mail.date ?? '') - tenantStart) / 86_400_000).map(Math.floor)).toEqual([2, 5]);
    expect(new Set(server.taken.map(({ mail }) => mail.messageId)).size).toBe(2);
  });

  it.each<[BrandingOption, string, string]>([
    ['includeCompanyLogo', '<img src="cid:', ''],
    ['includeCompanyName', 'Contoso &amp; S\u00f6hne</div>', 'Contoso & S\u00f6hne'],
    ['includeContactInformation', 'Phone: +49 30 1234', 'Phone: +49 30 1234'],
    ['includeCompanyPortalLink', '<a href="https://portal.manage.microsoft.com">', 'https://portal.manage.microsoft.com'],
    ['includeDeviceDetails', 'Serial number: SN0', 'Serial number: SN0'],
  ])('NC-09 NC-10 %s alone, and all but it', async (option, inHtml, inText) => {
    const { advance } = await open();
    const all: BrandingOption[] = [...portalDefaults, 'includeCompanyPortalLink', 'includeDeviceDetails'];
    await broken({ branding: [option] });
    await advance('1s');
    const alone = server.newest.mail;
    expect(alone.html).toContain(inHtml);
    expect(alone.text).toContain(inText);
    expect(alone.attachments.length).toBe(option === 'includeCompanyLogo' ? 1 : 0);
    const saved = graph().directory.entry('notificationTemplate', template().id) as NotificationTemplateRecord;
    // The template was edited: the next mail is as it is then.
    graph().directory.save('notificationTemplate', { ...saved, branding: all.filter((one) => one !== option) });
    graph().savePolicy(policy([{}, { hours: 24, id: 'later' }], saved.id), 'patch', administrator);
    await advance('2d');
    const others = server.newest.mail;
    expect(others).not.toBe(alone);
    expect(others.html).not.toContain(inHtml);
    if (inText !== '') expect(others.text).not.toContain(inText);
  });

  it('NC-10 the logo is in the mail itself; what the branding does not say is left out', async () => {
    const { advance } = await open();
    await broken();
    await advance('1s');
    const { mail } = server.newest;
    const [logo] = mail.attachments;
    expect(mail.html).toContain(`<img src="cid:${logo?.contentId?.replace(/[<>]/g, '')}" alt="Contoso &amp; S\u00f6hne"`);
    expect([logo?.mimeType, logo?.disposition, Buffer.from(logo?.content as ArrayBuffer).toString('base64')]).toEqual([
      'image/png',
      'inline',
      png,
    ]);
    expect(mail.text).toContain(
      'Contact\nHelp desk\nPhone: +49 30 1234\nE-mail: help@contoso.example\nHelp yourself: https://help.contoso.example/',
    );
    await (tenant as Tenant).close();
    await open();
    await broken({ brand: { displayName: 'Contoso' } });
    await (tenant as Tenant).advance('1s');
    const bare = server.newest.mail;
    expect(bare.attachments).toEqual([]);
    expect(bare.html).not.toMatch(/<img|Contact|null|undefined/);
  });

  it('NC-10 the logo for dark backgrounds stands in where there is no other; only an address of https becomes a link', async () => {
    const { advance } = await open();
    const darkBackgroundLogo = { type: 'image/png', value: png };
    await broken({ brand: { darkBackgroundLogo, contactITName: 'Help desk', onlineSupportSiteUrl: 'javascript:alert(1)' } });
    await advance('1s');
    const { mail } = server.newest;
    expect(mail.attachments.map(({ mimeType }) => mimeType)).toEqual(['image/png']);
    expect(mail.html).toMatch(/<img src="cid:[^"]+" alt="Company logo"/);
    expect(mail.html).toContain('Help desk');
    expect(mail.html).not.toMatch(/href|javascript/);
  });

  it.each([
    ['de-DE', 'Hallo'],
    ['de-AT', 'Hallo'],
    ['fr', 'Bonjour'],
    ['fr-CA', 'Bonjour'],
    ['pt-BR', 'Hello'],
    [null, 'Hello'],
  ])('NC-09 for somebody who prefers %s it begins with %s', async (preferredLanguage, begin) => {
    const { advance } = await open();
    const messages = [
      { locale: 'de-de', messageTemplate: 'Hallo {{UserName}}', isDefault: false },
      { locale: 'en-us', messageTemplate: 'Hello {{UserName}}', isDefault: true },
      { locale: 'fr', messageTemplate: 'Bonjour {{UserName}}', isDefault: false },
    ];
    await broken({ messages, user: { preferredLanguage } });
    await advance('1s');
    expect(server.newest.mail.text?.split('\n')[0]).toBe(`${begin} Adele Vance`);
  });

  it('a name can put nothing into the header, and nothing into the HTML', async () => {
    const { advance } = await open();
    const name = 'x\r\nBcc: eve@example.net\r\n\r\n<img src=x onerror=alert(1)>{{UserName}}';
    await broken({
      device: { name },
      user: { displayName: 'Ad\u00e8le \u{1F4F1}\u2028\n"<b>&' },
      messages: [{ subject: 'Your {{DeviceName}} \u00fc' }],
    });
    await advance('1s');
    const { mail, raw, recipients } = server.newest;
    expect(recipients).toEqual([adele]);
    expect(addressesOf(mail.bcc)).toEqual([]);
    expect(mail.subject).toBe('Your x Bcc: eve@example.net <img src=x onerror=alert(1)>{{UserName}} \u00fc');
    expect(mail.headers.map(({ key }) => key)).not.toContain('bcc');
    expect(raw.slice(0, raw.indexOf('\r\n\r\n'))).toMatch(/^[\x20-\x7e\r\n\t]*$/);
    expect(mail.html).toContain('&lt;img src=x onerror=alert(1)&gt;{{UserName}}');
    expect(mail.html).not.toMatch(/<img src=x|<b>/);
    expect(mail.text).toContain('Hello Ad\u00e8le \u{1F4F1} "<b>&, x Bcc');
  });

  it('allowed markup is kept, any other makes the mail plain text', async () => {
    const { advance } = await open();
    const allowed =
      '<p>Dear <b>{{UserName}}</b>,<br>see <a href="https://contoso.example/d?id={{DeviceId}}">this</a></p><ul><li>one<li>two</ul>';
    const { id } = await broken({ messages: [{ messageTemplate: allowed }] });
    await advance('1s');
    expect(server.newest.mail.html).toContain(
      `<p>Dear <b>Adele Vance</b>,<br>see <a href="https://contoso.example/d?id=${id}">this</a></p><ul><li>one<li>two</li></li></ul>`,
    );
    expect(server.newest.mail.text).toContain(`Dear Adele Vance,\nsee this (https://contoso.example/d?id=${id})`);
    const saved = template({ messages: [{ messageTemplate: 'Hello <script>alert(1)</script>' }] });
    graph().directory.save('notificationTemplate', saved);
    graph().savePolicy(policy([{}, { hours: 24, id: 'later' }], saved.id), 'patch', administrator);
    await advance('2d');
    const { mail, raw } = server.newest;
    expect(mail.html).toBeUndefined();
    expect(raw).toMatch(/^Content-Type: text\/plain; charset=utf-8/m);
    expect(mail.text).toContain('Hello <script>alert(1)</script>');
    expect(mail.attachments).toEqual([]);
  });

  it('a test message goes to whoever asks, with what it says of devices left as it is', async () => {
    await open();
    await broken({ actions: [{ hours: 480 }], branding: ['includeDeviceDetails'] });
    const message = template();
    const user = graph().directory.user(adele) as UserRecord;
    graph().sendTestMail({ ...message, branding: ['includeDeviceDetails'] }, message.messages[0] as LocalizedMessage, user);
    await settled();
    const { mail, recipients } = server.newest;
    expect(recipients).toEqual([adele]);
    expect(mail.subject).toBe('Your {{DeviceName}}');
    expect(mail.text).toContain('Hello Adele Vance, {{DeviceName}} ({{OSAndVersion}})');
    expect(mail.text).toContain('Device ID: {{DeviceId}}');
  });

  it('another sender stands in for the service\u2019s own, and for nobody else', async () => {
    const { advance, call } = await open({ sender: 'intune@contoso.example' });
    await broken();
    await advance('1s');
    expect([server.newest.from, server.newest.mail.from?.address]).toEqual(['intune@contoso.example', 'intune@contoso.example']);
    const message = {
      subject: 'Hi',
      body: { contentType: 'Text', content: 'there' },
      toRecipients: [{ emailAddress: { address: adele } }],
    };
    expect((await call('POST', '/v1.0/me/sendMail', { message })).status).toBe(202);
    await until('it is there', () => server.taken.length === 2);
    expect(server.newest.mail.from?.address).toBe('admin@contoso.example');
  });
});

describe('set up through Graph', () => {
  it('NC-05 NC-09 NC-10 template, branding, policy and group by their requests: the mail arrives as they say; an edited template changes the next one', async () => {
    const { call, agent, advance } = await open();
    const made = async (method: string, path: string, body: unknown): Promise<{ id: string }> => {
      const answer = await call(method, path, body);
      expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
      return answer.body as unknown as { id: string };
    };
    const templates = '/v1.0/deviceManagement/notificationMessageTemplates';
    const { displayName, contactITName, lightBackgroundLogo } = contoso;
    await made('PATCH', '/v1.0/deviceManagement', { intuneBrand: { displayName, contactITName, lightBackgroundLogo } });
    const { id: templateId } = await made('POST', templates, {
      displayName: 'First warning',
      defaultLocale: 'en-us',
      brandingOptions: 'includeCompanyLogo,includeCompanyName,includeContactInformation',
    });
    const messages = `${templates}/${templateId}/localizedNotificationMessages`;
    const { id: messageId } = await made('POST', messages, {
      locale: 'en-us',
      subject: 'About {{DeviceName}}',
      messageTemplate: 'Hello, <b>{{DeviceName}}</b>',
      isDefault: true,
    });
    const password = { password: 'Passw0rd!', forceChangePasswordNextSignIn: false };
    for (const name of ['adele', 'pat']) {
      await made('POST', '/v1.0/users', {
        accountEnabled: true,
        displayName: name,
        mailNickname: name,
        userPrincipalName: `${name}@contoso.example`,
        passwordProfile: password,
      });
    }
    const { id: groupId } = await made('POST', '/v1.0/groups', {
      displayName: 'Help desk',
      mailEnabled: false,
      mailNickname: 'desk',
      securityEnabled: true,
    });
    const pat = await made('GET', '/v1.0/users/pat@contoso.example', undefined);
    await made('POST', `/v1.0/groups/${groupId}/members/$ref`, {
      '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${pat.id}`,
    });
    const notification = (days: number) => ({
      actionType: 'notification',
      gracePeriodHours: days * 24,
      notificationTemplateId: templateId,
      notificationMessageCCList: days === 2 ? [groupId] : [],
    });
    const block = { actionType: 'block', gracePeriodHours: 168, notificationTemplateId: '', notificationMessageCCList: [] };
    const policies = '/v1.0/deviceManagement/deviceCompliancePolicies';
    const { id: policyId } = await made('POST', policies, {
      '@odata.type': '#microsoft.graph.iosCompliancePolicy',
      displayName: 'Up to date',
      osMinimumVersion: '99.0',
      scheduledActionsForRule: [{ ruleName: 'PasswordRequired', scheduledActionConfigurations: [block, notification(2), notification(5)] }],
    });
    await made('POST', `${policies}/${policyId}/assign`, {
      assignments: [{ target: { '@odata.type': '#microsoft.graph.allLicensedUsersAssignmentTarget' } }],
    });
    await agent({ name: 'Phone', inventory: { userPrincipalName: adele } }).checkedIn();
    await advance('3d');
    expect(server.newest.recipients.sort()).toEqual([adele, 'pat@contoso.example']);
    expect(server.newest.mail).toMatchObject({ subject: 'About Phone', attachments: [{ mimeType: 'image/png' }] });
    expect(server.newest.mail.html).toContain('Hello, <b>Phone</b>');
    expect(server.newest.mail.text).toContain('Contoso & S\u00f6hne\n\nContact\nHelp desk');
    await made('PATCH', `${templates}/${templateId}`, { brandingOptions: 'includeCompanyName' });
    await made('PATCH', `${messages}/${messageId}`, { subject: 'Again: {{DeviceName}}' });
    await advance('3d');
    expect(server.taken).toHaveLength(2);
    expect(server.newest).toMatchObject({ recipients: [adele], mail: { subject: 'Again: Phone', attachments: [] } });
    expect(server.newest.mail.text).not.toContain('Help desk');
    expect((await call('POST', `${templates}/${templateId}/sendTestMessage`)).status).toBe(204);
    await until('the test message is there', () => server.taken.length === 3);
    expect(server.newest).toMatchObject({ recipients: ['admin@contoso.example'], mail: { subject: 'Again: {{DeviceName}}' } });
  });
});

describe('nobody to send it to', () => {
  it.each<[string, SetUp, string]>([
    ['a user without a mailbox', { user: { mail: null } }, 'Nobody whom it is for has a mailbox.'],
    [
      'a device without a user',
      { device: { inventory: { userPrincipalName: '' } }, target: 'allDevices' },
      'Nobody whom it is for has a mailbox.',
    ],
    ['a mailbox that is no address', { user: { mail: 'adele at contoso' } }, 'This is no address that mail can be sent to.'],
    ['no message', { messages: [] }, 'The notification template has no message.'],
    ['a template that is gone', { actions: [{ templateId: 'gone' }] }, 'The notification template is gone.'],
  ])('%s: not sent, with the reason', async (_, setUp, error) => {
    const { advance, notes } = await open();
    await broken(setUp);
    await advance('1d');
    expect(outbox()).toMatchObject([{ state: 'not-sent', error, attempts: 0, nextAttemptAt: null }]);
    expect(server.connections).toBe(0);
    expect(notes.find(({ kind }) => kind === 'noncompliance-action')).toBeDefined();
    expect(notes.filter(({ kind }) => kind === 'mail-not-sent')).toHaveLength(1);
  });
});

describe('a server that does not take it', () => {
  const message = {
    subject: 'Hi',
    body: { contentType: 'Text', content: 'there' },
    toRecipients: ['adele', 'bob', 'eve'].map((name) => ({ emailAddress: { address: `${name}@contoso.example` } })),
  };
  const send = async () => expect((await (tenant as Tenant).call('POST', '/v1.0/me/sendMail', { message })).status).toBe(202);
  const attempted = (count: number) =>
    until(`${count} attempts`, () => (outbox()[0]?.attempts ?? 0) >= count && outbox()[0]?.error !== null);

  it('4xx: it comes again after 1, 5, 15 and 60 minutes, then every 4 hours; under one Message-ID', async () => {
    const { clock, advance } = await open();
    server.answers.push('451 4.3.0 Not now', '450 Busy', '421 Bye', '451 Not now', '451 Not now', '451 Not now');
    await send();
    await attempted(1);
    for (const [wait, error] of [
      ['1m', '450 Busy'],
      ['5m', '421 Bye'],
      ['15m', '451 Not now'],
      ['60m', '451 Not now'],
      ['4h', '451 Not now'],
    ] as const) {
      const before = outbox()[0] as MailRecord;
      await clock({ set: new Date((before.nextAttemptAt ?? 0) - 1).toISOString() });
      expect(outbox()[0]?.attempts).toBe(before.attempts);
      expect((before.nextAttemptAt ?? 0) - (tenant as Tenant).stub.clock.now(), wait).toBe(1);
      await advance('1s');
      expect(outbox()[0]).toMatchObject({ attempts: before.attempts + 1, error, state: 'queued' });
    }
    await advance('4h');
    expect(outbox()[0]).toMatchObject({ state: 'sent', attempts: 7, error: null, pending: [] });
    expect(server.taken).toHaveLength(1);
    expect(server.newest.mail.messageId).toBe(`<${outbox()[0]?.messageId}>`);
    expect(Date.parse(server.newest.mail.date ?? '')).toBe(tenantStart);
  });

  it('a frozen clock tries nothing again', async () => {
    const { call } = await open();
    server.answers.push('451 Not now');
    await send();
    await attempted(1);
    for (let times = 0; times < 20; times++) await call('GET', '/mockfleet/outbox');
    expect(outbox()[0]?.attempts).toBe(1);
    expect(server.connections).toBe(1);
  });

  it('5xx: failed at once, and never again', async () => {
    const { advance, notes } = await open();
    server.answers.push('554 5.7.1 adele@contoso.example is not welcome');
    await send();
    await settled();
    expect(outbox()).toMatchObject([
      { state: 'failed', attempts: 1, error: '554 5.7.1 adele@contoso.example is not welcome', pending: [] },
    ]);
    expect(outbox()[0]?.refused.map(({ address }) => address)).toEqual([
      'adele@contoso.example',
      'bob@contoso.example',
      'eve@contoso.example',
    ]);
    await advance('30d');
    expect(server.connections).toBe(1);
    // Whom it was for is in no log.
    expect(notes.find(({ kind }) => kind === 'mail-failed')).toMatchObject({ why: '554' });
  });

  it('some addresses are refused, some put off: who has it gets no second copy', async () => {
    const { advance } = await open();
    server.refusals.set('bob@contoso.example', '450 4.2.1 Mailbox busy');
    server.refusals.set('eve@contoso.example', '550 5.1.1 No such user');
    await send();
    await attempted(1);
    expect(server.taken.map(({ recipients }) => recipients)).toEqual([['adele@contoso.example']]);
    expect(outbox()).toMatchObject([
      {
        state: 'queued',
        pending: ['bob@contoso.example'],
        refused: [{ address: 'eve@contoso.example', response: '550 5.1.1 No such user' }],
        error: '450 4.2.1 Mailbox busy',
      },
    ]);
    server.refusals.clear();
    await advance('2m');
    expect(server.taken.map(({ recipients }) => recipients)).toEqual([['adele@contoso.example'], ['bob@contoso.example']]);
    expect(outbox()).toMatchObject([{ state: 'sent', error: '550 5.1.1 No such user' }]);
    // The same mail for either.
    expect(server.taken[0]?.raw).toBe(server.taken[1]?.raw);
  });

  it('one mailbox under two spellings of its domain gets one copy, and both have its answer', async () => {
    const { advance } = await open();
    const to = ['adele@m\u00fcller.example', 'adele@xn--mller-kva.example', 'bob@contoso.example'];
    for (const address of to.slice(0, 2)) server.refusals.set(address, '450 4.2.1 Mailbox busy');
    graph().sendMail({ from: 'admin@contoso.example', to, cc: [], bcc: [], subject: 's', contentType: 'text', body: 't' });
    await attempted(1);
    expect(outbox()).toMatchObject([{ state: 'queued', pending: to.slice(0, 2) }]);
    server.refusals.clear();
    await advance('1d');
    expect(server.taken.map(({ recipients }) => recipients.length)).toEqual([1, 1]);
    expect(outbox()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  it('is down for two days, and then up: nothing is lost; down for longer than five: failed, said so', async () => {
    const { port } = server;
    await server.close();
    const { advance, call } = await open({ at: down(port) });
    await send();
    await attempted(1);
    expect(outbox()[0]?.error).toContain('ECONNREFUSED');
    await advance('2d');
    expect(outbox()[0]).toMatchObject({ state: 'queued' });
    server = await new MailServer().open(port);
    await advance('4h');
    expect(states()).toEqual(['sent']);
    expect(server.taken).toHaveLength(1);

    await server.close();
    await send();
    await advance('4d');
    expect(states()).toEqual(['sent', 'queued']);
    const before = outbox()[1] as MailRecord;
    await advance('1d');
    const after = outbox()[1] as MailRecord;
    expect(after).toMatchObject({ state: 'failed', pending: [], nextAttemptAt: null });
    expect(after.finishedAt).toBe(after.queuedAt + 5 * 86_400_000);
    expect(after.attempts).toBeGreaterThan(before.attempts);
    server = await new MailServer().open(port);
    await advance('30d');
    expect(server.taken).toEqual([]);
    const { body } = await call('GET', '/mockfleet/outbox?state=failed');
    expect(body).toMatchObject([{ state: 'failed', error: expect.stringContaining('ECONNREFUSED') }]);
  });

  it('keeps silent: the tenant\u2019s clock goes on, and the mail comes when it speaks again', async () => {
    const silent = await silentServer();
    const { advance, clock } = await open({ at: down(silent.port), silenceMsMax: 300, patienceMs: 100 });
    await send();
    await until('it is asked', () => silent.sockets.length > 0);
    await advance('3d');
    expect(states()).toEqual(['queued']);
    expect((await clock({ speed: 0 })).status).toBe(200);
    await silent.close();
    await until('the attempt has ended', () => outbox()[0]?.error != null);
    server = await restarted(silent.port);
    await advance('8h');
    // Out of patience with it, the clock did not wait.
    await settled();
    expect(states()).toEqual(['sent']);
    expect(server.taken).toHaveLength(1);
  });

  it('takes it in and breaks off: it comes again under the same Message-ID', async () => {
    const { advance } = await open();
    server.end = 'break';
    await send();
    await attempted(1);
    expect([states(), server.taken.length]).toEqual([['queued'], 1]);
    server.end = 'answer';
    await advance('2m');
    expect([states(), server.taken.length]).toEqual([['sent'], 2]);
    expect(server.taken[0]?.raw).toBe(server.taken[1]?.raw);
  });

  it('a stub that is closed does not wait for it', async () => {
    server.end = 'silence';
    await open();
    await send();
    await until('it is under way', () => server.taken.length === 1);
    mailer.close();
    await (tenant as Tenant).close();
    tenant = undefined;
  });

  it('hundreds of mails at once go a few at a time, each once', async () => {
    await open();
    for (let index = 0; index < 300; index++) {
      graph().sendMail({
        from: 'it@contoso.example',
        to: [`user-${index}@contoso.example`],
        cc: [],
        bcc: [],
        subject: 's',
        contentType: 'text',
        body: 'b',
      });
    }
    await until('all are there', () => server.taken.length >= 300);
    await settled();
    expect(new Set(server.taken.flatMap(({ recipients }) => recipients)).size).toBe(300);
    expect(server.taken).toHaveLength(300);
    expect(server.connectionsMost).toBeLessThanOrEqual(8);
  });
});

function down(port: number): SmtpServerAddress {
  return { host: '127.0.0.1', port, isSecure: false, needsTls: false, trustsAny: true, login: null };
}

async function restarted(port: number): Promise<MailServer> {
  await server.close();
  return new MailServer().open(port);
}

/** Takes connections and says nothing. */
async function silentServer(): Promise<{ port: number; sockets: Socket[]; close(): Promise<void> }> {
  const sockets: Socket[] = [];
  const listener: Server = createServer((socket) => {
    sockets.push(socket);
    socket.on('error', () => {});
  });
  await new Promise<void>((resolve) => void listener.listen(0, '127.0.0.1', () => resolve()));
  const { port } = listener.address() as { port: number };
  return {
    port,
    sockets,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        listener.close(() => resolve());
      }),
  };
}
