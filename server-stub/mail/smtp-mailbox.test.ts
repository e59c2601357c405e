/** The mailbox on its port, as any program meets it. */
import { connect, type Socket } from 'node:net';
import { createTransport, type SendMailOptions } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../runtime/log.ts';
import { until } from '../../test/support/until.ts';
import type { ReceivedMail } from '../core/directory-records.ts';
import { MailFaults } from './mail-faults.ts';
import { openSmtpMailbox, type SmtpMailbox } from './smtp-mailbox.ts';

let received: Omit<ReceivedMail, 'id' | 'at'>[];
let faults: MailFaults;
let mailbox: SmtpMailbox;
const open = (port = 0) =>
  openSmtpMailbox({
    port,
    faults,
    log: silentLog,
    receive(mail) {
      if (mail.subject === 'full') throw new Error('The disk is full.');
      received.push(mail);
      return { ...mail, id: `r${received.length}`, at: 0 };
    },
  });

beforeEach(async () => {
  received = [];
  faults = new MailFaults();
  mailbox = await open();
});
afterEach(() => mailbox.close());

/** Resolves to the server's last words. */
async function send(mail: SendMailOptions): Promise<string> {
  const transport = createTransport(mailbox.url);
  try {
    const { response } = await transport.sendMail({ from: 'a@x.example', to: 'b@x.example', ...mail });
    return response;
  } catch (error) {
    const { response, message } = error as { response?: string; message: string };
    return response ?? message;
  } finally {
    transport.close();
  }
}

/** Says these lines, each when the one before was answered, and resolves to all that came back. */
async function say(lines: readonly (string | Buffer)[]): Promise<string> {
  const socket: Socket = connect(mailbox.port, '127.0.0.1');
  let heard = '';
  let ended = false;
  socket.on('data', (data) => {
    heard += data.toString();
  });
  socket.on('close', () => {
    ended = true;
  });
  socket.on('error', () => {});
  for (const line of lines) {
    const before = heard.length;
    await until('an answer', () => ended || /\d{3} [^\n]*\n$/.test(heard.slice(before)) || (before > 0 && heard.length > before));
    socket.write(line);
  }
  await until('the end', () => ended || /^221 /m.test(heard));
  socket.destroy();
  return heard;
}

describe('what it takes in', () => {
  it('any mail: names, groups, blind copies, pictures, none of it lost', async () => {
    expect(
      await send({
        from: 'App <a@x.example>',
        to: 'Team: b@x.example, c@x.example;',
        cc: '"D, E" <d@x.example>',
        bcc: 'e@x.example',
        subject: '\u00fc',
        text: 't',
      }),
    ).toBe('250 kept as r1');
    expect(received[0]).toMatchObject({
      envelopeFrom: 'a@x.example',
      from: 'a@x.example',
      to: ['b@x.example', 'c@x.example'],
      cc: ['d@x.example'],
      subject: '\u00fc',
      text: 't',
      html: null,
    });
    expect([...(received[0]?.envelopeTo ?? [])].sort()).toEqual(['b@x.example', 'c@x.example', 'd@x.example', 'e@x.example']);
  });

  it('one that is hardly a mail, from nobody, byte by byte', async () => {
    const body = Buffer.concat([
      Buffer.from('Subject: \xff\xfe\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n', 'latin1'),
      Buffer.from([0, 255, 10, 13, 10]),
      Buffer.from('\r\n.\r\n'),
    ]);
    const heard = await say(['EHLO x\r\n', 'MAIL FROM:<>\r\n', 'RCPT TO:<b@x.example>\r\n', 'DATA\r\n', body, 'QUIT\r\n']);
    expect(heard).toMatch(/^250 kept as r1/m);
    expect(received[0]).toMatchObject({ envelopeFrom: '', from: '', to: [], date: null, messageId: '' });
    expect(Buffer.from(received[0]?.raw ?? '', 'base64').includes(Buffer.from([0, 255]))).toBe(true);
  });

  it('not more than 25 MB, and not what cannot be kept', async () => {
    expect(await send({ subject: 'large', attachments: [{ content: Buffer.alloc(20 * 1024 * 1024, 1) }] })).toMatch(/^552 |exceeds/i);
    expect(await send({ subject: 'full', text: 't' })).toMatch(/^450 /);
    expect(received).toEqual([]);
  });

  it('not 25 MB of line breaks, each of which would cost as much as a line', async () => {
    expect(await send({ raw: `Subject: x\r\n\r\n${'\r\n'.repeat(500_000)}` })).toMatch(/^552 5\.3\.4 .*500000 lines/);
    expect(await send({ raw: `Subject: x\r\n\r\n${'\r\n'.repeat(400_000)}` })).toMatch(/^250 /);
    expect(received).toHaveLength(1);
  });

  it('a picture that is shown a thousand times, without growing a thousandfold', async () => {
    const attachments = [{ cid: 'p', contentType: 'image/png', content: Buffer.alloc(1_000_000) }];
    await send({ html: '<img src="cid:p">'.repeat(1000), attachments });
    const { html } = received[0] ?? {};
    expect(html).toMatch(/^<img src="data:image\/png;base64,AAAA/);
    expect(html).toMatch(/<img src="cid:p">$/);
    expect(html?.length).toBeLessThan(40_000_000);
  });
});

describe('what it is asked to refuse', () => {
  it.each<[Parameters<MailFaults['set']>[0], string | RegExp]>([
    [{ next: 1, answer: '451 4.3.0 Try again' }, '451 4.3.0 Try again'],
    [{ next: 1 }, /^451 /],
    [{ next: 1, answer: '550 5.1.1 No such user', to: 'B@x.example' }, '550 5.1.1 No such user'],
    [{ lost: 1 }, /closed/i],
    [{ down: true }, /^421 4\.3\.2 Down/],
  ])('%j', async (change, answer) => {
    faults.set(change);
    const response = await send({ text: 't' });
    if (typeof answer === 'string') expect(response).toBe(answer);
    else expect(response).toMatch(answer);
    expect(received).toHaveLength('lost' in change ? 1 : 0);
    faults.set({ off: true });
    expect(await send({ text: 't' })).toMatch(/^250 /);
  });
});

describe('its end', () => {
  it('does not wait for whoever is sending', async () => {
    const socket = connect(mailbox.port, '127.0.0.1');
    let heard = '';
    let ended = false;
    socket.on('data', (data) => {
      heard += data.toString();
    });
    socket.on('close', () => {
      ended = true;
    });
    socket.on('error', () => {});
    await until('it is welcome', () => /^220 /m.test(heard));
    socket.write('EHLO x\r\nMAIL FROM:<a@x.example>\r\nRCPT TO:<b@x.example>\r\nDATA\r\n');
    await until('it is under way', () => /^354 /m.test(heard));
    socket.write('Subject: half\r\n');
    await mailbox.close();
    await until('it was broken off', () => ended);
    expect(received).toEqual([]);
    mailbox = await open();
  });

  it('a port that is taken is said', async () => {
    await expect(open(mailbox.port)).rejects.toMatchObject({ code: 'EADDRINUSE' });
  });
});
