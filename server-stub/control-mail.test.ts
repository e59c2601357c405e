/** `/mockfleet/mail` by pages, and the addresses at which a frame can show a mail. */
import { beforeEach, describe, expect, it } from 'vitest';
import type { ReceivedMail } from './core/directory-records.ts';
import { DoorBench } from './door.fixture.ts';

let door: DoorBench;
beforeEach(() => {
  door = new DoorBench();
});

const written: Omit<ReceivedMail, 'id' | 'at'> = {
  envelopeFrom: 'service@contoso.example',
  envelopeTo: ['adele@contoso.example', 'hidden@contoso.example'],
  from: 'service@contoso.example',
  to: ['adele@contoso.example'],
  cc: [],
  subject: 'Hello',
  messageId: 'one@contoso.example',
  date: null,
  text: 'In words',
  html: '<p onclick="run()">In HTML</p><script>run()</script>',
  raw: null,
};

const arrive = (change: Partial<typeof written> = {}) => door.bench.tenant.receiveMail({ ...written, ...change });
const nobody = { token: null };

describe('/mockfleet/mail/{id}/view', () => {
  const open = async (id: string) => String((await door.call('POST', `/mockfleet/mail/${id}/view`)).body.path);

  it('gives an address for one look without a token, in a frame of the same server, in which nothing runs', async () => {
    const { id } = arrive();
    const path = await open(id);
    expect(path).toMatch(/^\/mail-view\/[\da-f]{48}$/);
    expect(await open(id)).not.toBe(path);
    const { status, text, headers } = await door.call('GET', path, undefined, nobody);
    expect([status, text]).toEqual([200, written.html]);
    const policy = String(headers.get('content-security-policy'));
    expect(policy).toMatch(/^default-src 'none';.*; frame-ancestors 'self'; sandbox$/);
    expect(policy).not.toMatch(/script-src|allow-/);
    expect(headers.get('cache-control')).toBe('no-store');
    const again = await door.call('GET', path, undefined, nobody);
    expect(again.status).toBe(404);
    expect(again.text).toContain('This look is over');
    expect(again.headers.get('content-security-policy')).toBe(policy);
  });

  it('is good for a minute, and not for a mail that is gone', async () => {
    const { id } = arrive();
    const [inTime, late] = [await open(id), await open(id)];
    door.realNow += 59_999;
    expect((await door.call('GET', inTime, undefined, nobody)).status).toBe(200);
    door.realNow += 1;
    expect((await door.call('GET', late, undefined, nobody)).status).toBe(404);
    const gone = await open(id);
    door.bench.tenant.clearReceivedMails();
    expect((await door.call('GET', gone, undefined, nobody)).status).toBe(404);
  });

  it('is for administrators, and for mails that have HTML', async () => {
    const { id } = arrive({ html: null });
    expect((await door.call('POST', `/mockfleet/mail/${id}/view`, undefined, nobody)).status).toBe(401);
    expect((await door.call('POST', `/mockfleet/mail/${id}/view`)).body.error.code).toBe('mail-part-missing');
    expect((await door.call('POST', '/mockfleet/mail/nowhere/view')).body.error.code).toBe('mail-not-found');
    expect((await door.call('GET', '/mail-view/guessed', undefined, nobody)).status).toBe(404);
  });

  it('keeps no more than 200 addresses open: the oldest go', async () => {
    const { id } = arrive();
    const paths: string[] = [];
    for (let count = 0; count < 201; count += 1) paths.push(await open(id));
    expect((await door.call('GET', paths[0] ?? '', undefined, nobody)).status).toBe(404);
    expect((await door.call('GET', paths[1] ?? '', undefined, nobody)).status).toBe(200);
    expect((await door.call('GET', paths[200] ?? '', undefined, nobody)).status).toBe(200);
  });
});

describe('/mockfleet/mail?top=', () => {
  it('is a page, newest first, without what the mails say', async () => {
    for (let count = 1; count <= 5; count += 1) arrive({ subject: `Mail ${count}`, messageId: `${count}@contoso.example` });
    const subjects = async (query: string) => {
      const { value, more } = (await door.call('GET', `/mockfleet/mail?${query}`)).body as unknown as {
        value: { subject: string }[];
        more: boolean;
      };
      return [value.map(({ subject }) => subject), more];
    };
    expect(await subjects('top=2')).toEqual([['Mail 5', 'Mail 4'], true]);
    expect(await subjects('top=2&skip=2')).toEqual([['Mail 3', 'Mail 2'], true]);
    expect(await subjects('top=2&skip=4')).toEqual([['Mail 1'], false]);
    expect(await subjects('top=5')).toEqual([['Mail 5', 'Mail 4', 'Mail 3', 'Mail 2', 'Mail 1'], false]);
    expect(await subjects('top=2&search=MAIL%203')).toEqual([['Mail 3'], false]);
    expect(await subjects('top=1&search=hidden@')).toEqual([['Mail 5'], true]);
    const { value } = (await door.call('GET', '/mockfleet/mail?top=1')).body as unknown as { value: object[] };
    expect(value[0]).toMatchObject({
      from: written.from,
      to: written.to,
      bcc: ['hidden@contoso.example'],
      state: null,
      contentType: 'html',
    });
    for (const name of ['body', 'text', 'html']) expect(value[0]).not.toHaveProperty(name);
  });

  it.each([
    ['top=0', "'top' is a whole number from 1 to 500."],
    ['top=501', "'top' is a whole number from 1 to 500."],
    ['top=1e2', "'top' is a whole number from 1 to 500."],
    ['top=5&skip=-1', "'skip' is a whole number: how many mails to leave out."],
    ['skip=5', "'skip' goes with 'top', such as top=50&skip=50."],
    ['page=1', "'page': mails are searched by to, from, subject, state, search, top, skip."],
  ])('says what is wrong with %s', async (query, message) => {
    for (const path of ['/mockfleet/mail', '/mockfleet/outbox']) {
      expect((await door.call('GET', `${path}?${query}`)).body).toEqual({ error: { code: 'mail-search-invalid', message } });
    }
  });
});
