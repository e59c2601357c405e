/** The mailbox of a tenant in a test, and the routes that show it: of any door, in a browser too. */
import { beforeEach, describe, expect, it } from 'vitest';
import { createTenant } from './create-tenant.ts';
import type { Tenant } from './tenant.ts';

let tenant: Tenant;
beforeEach(() => {
  tenant = createTenant({ users: [{ userPrincipalName: 'adele@contoso.example' }] });
});

async function call(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; body: unknown; headers: Headers; text: string }> {
  const response = await tenant.fetch(`${tenant.url}${path}`, {
    method,
    headers: { authorization: `Bearer ${tenant.token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json') === true;
  return { status: response.status, body: isJson ? JSON.parse(text) : undefined, headers: response.headers, text };
}

async function send(subject: string, content = 'there', contentType = 'Text'): Promise<void> {
  const people = (name: string) => [{ emailAddress: { address: `${name}@contoso.example` } }];
  const message = {
    subject,
    body: { contentType, content },
    toRecipients: people('adele'),
    ccRecipients: people('bob'),
    bccRecipients: people('eve'),
  };
  expect((await call('POST', '/v1.0/me/sendMail', { message })).status).toBe(202);
}

describe('the mailbox', () => {
  it('has what arrived, with everything that is known of it', async () => {
    await send('one');
    await tenant.clock.advance('1h');
    await send('two', '<p>there</p>', 'HTML');
    expect(tenant.mailbox.all().map(({ subject }) => subject)).toEqual(['one', 'two']);
    expect(tenant.mailbox.at(-1)).toMatchObject({
      from: 'admin@contoso.example',
      to: ['adele@contoso.example'],
      cc: ['bob@contoso.example'],
      bcc: ['eve@contoso.example'],
      contentType: 'html',
      body: '<p>there</p>',
      html: '<p>there</p>',
      text: null,
      at: tenant.clock.now(),
    });
    expect(tenant.mailbox.outbox().map(({ state, attempts }) => [state, attempts])).toEqual([
      ['sent', 1],
      ['sent', 1],
    ]);
    const { body } = await call('GET', '/mockfleet/mail');
    expect(body).toMatchObject([
      { subject: 'two', state: 'sent', at: '2026-01-01T09:00:00Z', bcc: ['eve@contoso.example'], contentType: 'html' },
      { subject: 'one', state: 'sent', at: '2026-01-01T08:00:00Z', contentType: 'text', body: 'there' },
    ]);
  });

  it('is searched, shown part by part, and emptied', async () => {
    await send('First warning');
    await send('Second warning', '<p>there</p><script>alert(1)</script>', 'HTML');
    const subjects = async (query: string) =>
      ((await call('GET', `/mockfleet/mail?${query}`)).body as { subject: string }[]).map(({ subject }) => subject);
    expect(await subjects('subject=first')).toEqual(['First warning']);
    expect(await subjects('to=EVE@contoso.example&subject=warning')).toHaveLength(2);
    expect(await subjects('to=nobody@contoso.example')).toEqual([]);
    expect(await subjects('state=queued')).toEqual([]);
    const [html, text] = (await call('GET', '/mockfleet/mail')).body as { id: string }[];
    const page = await call('GET', `/mockfleet/mail/${html?.id}/html`);
    expect([page.status, page.text]).toEqual([200, '<p>there</p><script>alert(1)</script>']);
    expect(page.headers.get('content-security-policy')).toMatch(/^default-src 'none'; .*sandbox$/);
    expect(page.headers.get('x-content-type-options')).toBe('nosniff');
    expect(await call('GET', `/mockfleet/mail/${text?.id}/text`)).toMatchObject({ status: 200, text: 'there' });
    expect(await call('GET', `/mockfleet/mail/${text?.id}`)).toMatchObject({ status: 200, body: { subject: 'First warning', raw: null } });
    for (const path of [`${text?.id}/html`, `${html?.id}/text`, `${text?.id}/raw`]) {
      expect(await call('GET', `/mockfleet/mail/${path}`)).toMatchObject({ status: 404, body: { error: { code: 'mail-part-missing' } } });
    }
    expect((await call('DELETE', '/mockfleet/mail')).status).toBe(204);
    expect(tenant.mailbox.length).toBe(0);
    expect(await call('GET', `/mockfleet/mail/${text?.id}`)).toMatchObject({ status: 404, body: { error: { code: 'mail-not-found' } } });
    expect((await call('GET', '/mockfleet/outbox')).body).toHaveLength(2);
  });

  it.each([
    ['GET', '/mockfleet/mail?subjekt=x', undefined, /subjekt.*to, from, subject, state/],
    ['GET', '/mockfleet/outbox?state=lost', undefined, /'state' is one of queued, sent, failed, not-sent/],
    ['POST', '/mockfleet/mail/faults', { next: -1 }, /next: /],
    ['POST', '/mockfleet/mail/faults', { next: 1, answer: '250 fine' }, /answer: .*400 to 599/],
    ['POST', '/mockfleet/mail/faults', { next: 1, answer: '451 a\r\nb' }, /answer: /],
    ['POST', '/mockfleet/mail/faults', { down: 'yes' }, /down: /],
    ['POST', '/mockfleet/mail/faults', { slow: true }, /Send one of/],
    ['POST', '/mockfleet/mail/faults', [], /Send one of/],
  ])('%s %s %j is refused with what is allowed', async (method, path, body, message) => {
    const answer = await call(method, path, body);
    expect(answer).toMatchObject({ status: 400, body: { error: { message: expect.stringMatching(message) } } });
  });

  it('refuses what it is asked to refuse, and the tenant tries again by its own clock', async () => {
    tenant.mailbox.fail({ next: 2, answer: '451 4.3.0 Try again' });
    await send('one');
    expect([tenant.mailbox.length, tenant.mailbox.outbox()[0]?.error]).toEqual([0, '451 4.3.0 Try again']);
    expect((await call('GET', '/mockfleet/outbox?state=queued')).body).toMatchObject([
      { attempts: 1, nextAttemptAt: '2026-01-01T08:01:00Z' },
    ]);
    await tenant.clock.advance('59s');
    expect(tenant.mailbox.outbox()[0]?.attempts).toBe(1);
    await tenant.clock.advance('1s');
    expect(tenant.mailbox.outbox()[0]).toMatchObject({ attempts: 2, state: 'queued' });
    await tenant.clock.advance('5m');
    expect(tenant.mailbox.outbox()[0]).toMatchObject({ attempts: 3, state: 'sent', error: null });
    expect(tenant.mailbox.length).toBe(1);
  });

  it('refuses one address for good, and the others get it', async () => {
    expect((await call('POST', '/mockfleet/mail/faults', { next: 1, answer: '550 No such user', to: 'Bob@contoso.example' })).status).toBe(
      200,
    );
    await send('one');
    expect(tenant.mailbox.at(0)?.envelopeTo).toEqual(['adele@contoso.example', 'eve@contoso.example']);
    expect(tenant.mailbox.outbox()).toMatchObject([
      { state: 'sent', refused: [{ address: 'bob@contoso.example', response: '550 No such user' }], error: '550 No such user' },
    ]);
  });

  it('takes a mail in and does not say so: it comes again under the same Message-ID', async () => {
    tenant.mailbox.fail({ lost: 1 });
    await send('one');
    await tenant.clock.advance('1m');
    const ids = tenant.mailbox.all().map(({ messageId }) => messageId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
    expect(tenant.mailbox.outbox()).toMatchObject([{ state: 'sent', attempts: 2 }]);
  });

  it('is down until it is told otherwise; after five days a mail is given up', async () => {
    tenant.mailbox.fail({ down: true });
    await send('early');
    await tenant.clock.advance('4d');
    await send('late');
    await tenant.clock.advance('1d');
    expect(tenant.mailbox.outbox().map(({ state }) => state)).toEqual(['failed', 'queued']);
    tenant.mailbox.fail({ off: true });
    await tenant.clock.advance('4h');
    expect(tenant.mailbox.outbox().map(({ state }) => state)).toEqual(['failed', 'sent']);
    expect(tenant.mailbox.all().map(({ subject }) => subject)).toEqual(['late']);
  });

  it('says what it cannot be asked', () => {
    expect(() => tenant.mailbox.fail({ next: 1.5 })).toThrowError(/next: /);
  });
});
