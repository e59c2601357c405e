import { beforeEach, describe, expect, it } from 'vitest';
import { firstAdministrator } from '../core/people.ts';
import { DirectoryBench, limited, program } from './directory.fixture.ts';

let bench: DirectoryBench;
beforeEach(() => {
  bench = new DirectoryBench();
});

const to = (...addresses: unknown[]) => addresses.map((address) => ({ emailAddress: { address } }));
const message = {
  subject: 'Your device',
  body: { contentType: 'Text', content: 'Please enrol it.' },
  toRecipients: to('adele@contoso.example'),
};

describe('/me', () => {
  it('is the caller: User.Read is enough', () => {
    bench.caller = limited(bench.person('pat'), 'User.Read');
    expect(bench.get('/v1.0/me')).toMatchObject({
      '@odata.context': 'https://graph.microsoft.com/v1.0/$metadata#users/$entity',
      userPrincipalName: 'pat@contoso.example',
    });
    expect(bench.get('/beta/me?$select=accountEnabled').accountEnabled).toBe(true);
    expect(bench.get('/v1.0/me/memberOf').value).toEqual([]);
    expect(bench.outcome('GET', '/v1.0/me/managedDevices')).toMatch(/^403 Forbidden/);
    expect(bench.outcome('GET', '/v1.0/users')).toMatch(/^403 Authorization_RequestDenied/);
  });

  it('has the own devices, without a role of Intune', () => {
    bench.enroll('request-1', { userPrincipalName: 'pat@contoso.example' });
    bench.enroll('request-2', { serialNumber: 'MF2' });
    bench.caller = bench.person('pat');
    expect(bench.get('/v1.0/me/managedDevices').value).toHaveLength(1);
    expect(bench.call('GET', '/beta/me/managedDevices/$count').body).toBe('1');
    expect(bench.outcome('GET', '/v1.0/deviceManagement/managedDevices')).toMatch(/^403 Forbidden/);
  });

  it('is nobody for a program, nor for someone who was deleted', () => {
    bench.caller = { ...program(), permissions: 'all' };
    const outcome = '400 BadRequest: /me request is only valid with delegated authentication flow.';
    for (const path of ['me', 'me/managedDevices', 'me/memberOf']) expect(bench.outcome('GET', `/v1.0/${path}`)).toBe(outcome);
    expect(bench.outcome('POST', '/v1.0/me/sendMail', { message })).toBe(outcome);
    bench.caller = bench.person('pat');
    bench.tenant.directory.remove('user', bench.caller.id);
    expect(bench.outcome('GET', '/v1.0/me')).toMatch(/^404 Request_ResourceNotFound/);
  });
});

describe('sendMail', () => {
  const send = '/v1.0/me/sendMail';

  it('puts the mail into the tenant’s outbox', () => {
    const mail = { ...message, ccRecipients: to('bob@contoso.example'), bccRecipients: to('eve@example.net'), importance: 'high' };
    expect(bench.call('POST', send, { message: mail, saveToSentItems: false })).toMatchObject({ status: 202, body: '' });
    expect([...bench.tenant.mails()]).toMatchObject([
      {
        id: expect.any(String),
        at: bench.now,
        from: firstAdministrator,
        to: ['adele@contoso.example'],
        cc: ['bob@contoso.example'],
        bcc: ['eve@example.net'],
        subject: 'Your device',
        contentType: 'text',
        body: 'Please enrol it.',
        state: 'queued',
        pending: ['adele@contoso.example', 'bob@contoso.example', 'eve@example.net'],
      },
    ]);
    expect(
      bench.outcome('POST', '/v1.0/me/microsoft.graph.sendMail', {
        Message: { ...message, body: { contentType: 'HTML', content: '<b>' } },
      }),
    ).toBe('202');
    expect([...bench.tenant.mails()].map(({ contentType }) => contentType)).toEqual(['html', 'text']);
  });

  it('in another’s name is for programs alone', () => {
    bench.person('pat');
    expect(bench.outcome('POST', '/v1.0/users/pat@contoso.example/sendMail', { message })).toMatch(/^403 ErrorAccessDenied/);
    expect(bench.outcome('POST', `/v1.0/users/${firstAdministrator}/sendMail`, { message })).toBe('202');
    bench.caller = program('Mail.Send');
    expect(bench.outcome('POST', '/v1.0/users/pat@contoso.example/sendMail', { message })).toBe('202');
    expect([...bench.tenant.mails()][0]?.from).toBe('pat@contoso.example');
    bench.caller = program('Mail.Read');
    expect(bench.outcome('POST', '/v1.0/users/pat@contoso.example/sendMail', { message })).toMatch(/^403 Authorization_RequestDenied/);
  });

  it('needs a mailbox to send from', () => {
    bench.caller = bench.person('pat');
    const user = bench.tenant.directory.user('pat@contoso.example');
    if (user !== undefined) bench.tenant.directory.save('user', { ...user, mail: null });
    expect(bench.outcome('POST', send, { message })).toMatch(/^404 MailboxNotEnabledForRESTAPI/);
  });

  it.each<[string, unknown, string | RegExp]>([
    ['nothing', undefined, /^400 BadRequest: Empty Payload/],
    ['no message', {}, /^400 .*'Message' is missing/],
    ['a message that is a text', { message: 'hello' }, /^400 .*'Message' is missing/],
    ['another parameter', { message, priority: 1 }, /^400 .*'priority'/],
    ['a wrong switch', { message, saveToSentItems: 'no' }, /^400 .*'SaveToSentItems'/],
    ['nobody to get it', { message: { ...message, toRecipients: [] } }, /^400 ErrorInvalidRecipients/],
    ['a wrong address', { message: { ...message, toRecipients: to('adele') } }, /^400 ErrorInvalidRecipients: .*'adele'/],
    ['a number as address', { message: { ...message, toRecipients: to(7) } }, /^400 .*'toRecipients'/],
    ['recipients that are no list', { message: { ...message, ccRecipients: 'x' } }, /^400 .*'ccRecipients'/],
    ['an unknown kind of text', { message: { ...message, body: { contentType: 'Markdown', content: '' } } }, /^400 .*'body.contentType'/],
    ['a body that is a text', { message: { ...message, body: 'x' } }, /^400 .*'body'/],
    ['a subject that is none', { message: { ...message, subject: 7 } }, /^400 .*'subject'/],
    ['attachments', { message: { ...message, attachments: [] } }, /^400 .*'attachments'/],
    ['another sender', { message: { ...message, from: to('boss@contoso.example')[0] } }, /^403 ErrorSendAsDenied/],
    [
      'too many',
      { message: { ...message, toRecipients: to(...Array.from({ length: 501 }, (_, n) => `u${n}@contoso.example`)) } },
      /^400 ErrorInvalidRecipients: .*501/,
    ],
  ])('refuses %s', (_, body, outcome) => {
    expect(bench.outcome('POST', send, body)).toMatch(outcome);
    expect([...bench.tenant.mails()]).toEqual([]);
  });
});
