/** Mails of `mockfleet serve`, a process: into its own mailbox, through a server that is named, over kills; and `mockfleet mail`. */
import { createTransport } from 'nodemailer';
import { afterEach, describe, expect, it } from 'vitest';
import { MailServer } from './support/mail-server.ts';
import { mockfleet, runMockfleet } from './support/program.ts';
import { type StubProgram, startAgain, startStub } from './support/stub-program.ts';
import { until, untilAnswered } from './support/until.ts';

let server: MailServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

interface Mail {
  id: string;
  subject: string;
  state: string | null;
  attempts: number;
  error: string | null;
  messageId: string;
}

async function send(stub: StubProgram, subject: string, html = '<p>there</p>'): Promise<void> {
  const toRecipients = [{ emailAddress: { address: 'adele@contoso.example' } }];
  const message = { subject, body: { contentType: 'HTML', content: html }, toRecipients };
  expect((await stub.call('POST', '/v1.0/me/sendMail', { message })).status).toBe(202);
}

const list = async (stub: StubProgram, path: string) => (await stub.call('GET', `/mockfleet/${path}`)).body as Mail[];

describe('its own mailbox', () => {
  it('NC-05 has what the tenant sent over SMTP, and what any other program sends, in every shape', async () => {
    const stub = await startStub(['--speed', '0']);
    expect(stub.ready.smtp).toMatch(/^smtp:\/\/127\.0\.0\.1:\d+$/);
    expect(stub.ready.mailbox).toBe(`${stub.url}/mockfleet/mail`);
    await send(stub, 'From the tenant \u00fc');
    await untilAnswered('it has arrived', async () => (await list(stub, 'mail')).length === 1);
    const transport = createTransport(`${stub.ready.smtp}`);
    await transport.sendMail({
      from: 'App <app@contoso.example>',
      to: 'adele@contoso.example',
      bcc: 'eve@contoso.example',
      subject: 'From an app',
      text: 'there',
      html: '<b>there</b><img src="cid:dot@app">',
      attachments: [{ cid: 'dot@app', content: 'AAAA', encoding: 'base64', contentType: 'image/png' }],
    });
    transport.close();
    const [app, tenant] = (await list(stub, 'mail')) as [Mail, Mail];
    expect(app).toMatchObject({
      state: null,
      from: 'app@contoso.example',
      bcc: ['eve@contoso.example'],
      contentType: 'html',
      text: 'there',
      html: '<b>there</b><img src="data:,">',
      body: '<b>there</b><img src="data:,">',
    });
    expect((await stub.call('GET', `/mockfleet/mail/${app.id}`)).body).toMatchObject({
      html: '<b>there</b><img src="data:image/png;base64,AAAA">',
    });
    expect(tenant).toMatchObject({ state: 'sent', subject: 'From the tenant \u00fc', body: '<p>there</p>' });
    const part = async (id: string, name: string) => (await stub.call('GET', `/mockfleet/mail/${id}/${name}`)).body;
    expect(await part(app.id, 'text')).toBe('there');
    expect(await part(app.id, 'html')).toBe('<b>there</b><img src="data:image/png;base64,AAAA">');
    const raw = await part(tenant.id, 'raw');
    expect(raw).toMatch(/^From: admin@contoso\.example\r\nTo: adele@contoso\.example\r\n/);
    expect(raw).toContain(`Message-ID: <${tenant.messageId}>\r\n`);
    const withLogin = createTransport({
      port: Number(new URL(String(stub.ready.smtp)).port),
      host: '127.0.0.1',
      auth: { user: 'any', pass: 'body' },
    });
    await withLogin.sendMail({ from: 'a@contoso.example', to: 'b@contoso.example', subject: 'With a login', text: 'x' });
    withLogin.close();
    expect((await list(stub, 'mail?subject=with a login'.replaceAll(' ', '%20'))).length).toBe(1);
    stub.program.kill('SIGTERM');
    expect(await stub.program.end()).toMatchObject({ code: 0 });
  });

  it('`mockfleet mail` lets it refuse some, and says how mails stand', async () => {
    const stub = await startStub(['--speed', '0']);
    const mail = (...words: string[]) => runMockfleet(['mail', ...words, ...stub.named]);
    expect((await mail('fail', '--next', '1', '--answer', '451 Busy')).stdout).toBe(
      'The mailbox answers the next 1 mails with "451 Busy".\n',
    );
    await send(stub, 'Later');
    await untilAnswered('it was put off', async () => (await list(stub, 'outbox'))[0]?.error === '451 Busy');
    expect((await mail()).stdout).toBe('No mail. Still to be sent: 1, see `mockfleet mail outbox`.\n');
    expect((await mail('outbox', '--only', 'queued')).stdout).toMatch(/queued, 1 attempts, again at .* \(451 Busy\)/);
    await stub.clock({ advance: '1m' });
    expect(await list(stub, 'mail')).toHaveLength(1);
  });

  it('`mockfleet mail` lists what arrived, shows each in every shape, and empties the mailbox', async () => {
    const stub = await startStub(['--speed', '0']);
    const mail = (...words: string[]) => runMockfleet(['mail', ...words, ...stub.named]);
    await send(stub, 'Later');
    await untilAnswered('it has arrived', async () => (await list(stub, 'mail')).length === 1);
    const [{ id }] = (await list(stub, 'mail')) as [Mail];
    expect(await mail()).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^\S+ +\S+Z +admin@contoso\.example +adele@contoso\.example +Later\n$/),
    });
    expect((await mail('show', id.slice(0, 8), '--html')).stdout).toBe('<p>there</p>');
    expect((await mail('show', id)).stdout).toMatch(
      /^From +admin@contoso\.example\nTo +adele@contoso\.example\nDate .*\nSubject +Later\n\n/,
    );
    expect(await mail('show', id, '--raw', '--html')).toMatchObject({ code: 2 });
    expect(await mail('show', 'zzz')).toMatchObject({ code: 1, stderr: expect.stringContaining('No mail of the mailbox begins with zzz') });
    expect((await mail('clear')).stdout).toBe('The mailbox is empty.\n');
    expect(await list(stub, 'mail')).toEqual([]);
  });

  it('keeps its mails over a kill, and takes the port that is named', async () => {
    const first = await startStub(['--speed', '0']);
    await send(first, 'before');
    await untilAnswered('it has arrived', async () => (await list(first, 'outbox'))[0]?.state === 'sent');
    await first.program.killed();
    const port = new URL(String(first.ready.smtp)).port;
    const second = await startAgain(first, ['--speed', '0', '--mailbox-port', port]);
    expect(second.ready.smtp).toBe(first.ready.smtp);
    expect((await list(second, 'mail')).map(({ subject }) => subject)).toEqual(['before']);
    const third = await mockfleet(['serve', '--port', '0', '--state', `${second.state}-2`, '--mailbox-port', port]).end();
    expect(third).toMatchObject({ code: 1, stderr: expect.stringContaining('--mailbox-port') });
  });
});

describe('a server that is named', () => {
  it('a stub that is killed between its acceptance and our record of it sends again, under the same Message-ID; and nothing is lost', async () => {
    server = await new MailServer().open();
    server.end = 'silence';
    const stub = await startStub(['--speed', '0', '--smtp', server.url]);
    await send(stub, 'one');
    await until('it has it', () => server?.taken.length === 1);
    server.answers.push('451 Not now');
    await send(stub, 'two');
    await untilAnswered('it was put off', async () => (await list(stub, 'outbox'))[0]?.error === '451 Not now');
    await stub.program.killed();
    server.end = 'answer';
    const again = await startAgain(stub, ['--speed', '0', '--smtp', server.url]);
    expect((await list(again, 'outbox')).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['queued', 1],
      ['queued', 1],
    ]);
    await again.clock({ advance: '2m' });
    expect((await list(again, 'outbox')).map(({ state, attempts }) => [state, attempts])).toEqual([
      ['sent', 2],
      ['sent', 2],
    ]);
    const subjects = server.taken.map(({ mail }) => mail.subject);
    expect(subjects.sort()).toEqual(['one', 'one', 'two']);
    expect(new Set(server.taken.filter(({ mail }) => mail.subject === 'one').map(({ mail }) => mail.messageId)).size).toBe(1);
  });

  it('is asked for a login, whose password nobody reads; a wrong one is no end of the mail', async () => {
    server = await new MailServer({
      authOptional: false,
      allowInsecureAuth: true,
      onAuth: ({ username, password }, _session, callback) =>
        username === 'it' && password === 'p@ss%word' ? callback(null, { user: 'it' }) : callback(new Error('No.')),
    }).open();
    const none = await startStub(['--speed', '0']);
    await none.program.killed();
    const url = (login: string) => `smtp://${login}@127.0.0.1:${server?.port}`;
    const refused = await startAgain(none, ['--speed', '0', '--log-level', 'debug', '--smtp', url('it:secret-of-it')]);
    expect(refused.ready.smtp).toBe(server.url);
    await send(refused, 'one');
    await untilAnswered('it was put off', async () => /^535 /.test((await list(refused, 'outbox'))[0]?.error ?? ''));
    await refused.program.killed();
    expect(refused.program.stdout + refused.program.stderr).not.toContain('secret-of-it');
    const right = await startAgain(refused, ['--speed', '0', '--smtp', url('it:p%40ss%25word')]);
    await right.clock({ advance: '1m' });
    expect((await list(right, 'outbox'))[0]).toMatchObject({ state: 'sent', attempts: 2 });
    expect(server.taken).toHaveLength(1);
  });

  it.each([
    [['--smtp', 'http://user:hidden@x.example'], 'smtp:// or smtps://'],
    [['--smtp-from', 'Contoso'], '--smtp-from takes an address'],
  ])('%j is refused in words, and repeats no password', async (words, sentence) => {
    const { code, stderr } = await runMockfleet(['serve', '--port', '0', ...words]);
    expect(code).toBe(2);
    expect(stderr).toContain(sentence);
    expect(stderr).not.toContain('hidden');
  });
});
