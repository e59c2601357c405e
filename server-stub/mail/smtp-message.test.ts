import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { expect, it } from 'vitest';
import type { MailRecord } from '../core/directory-records.ts';
import { headerText, isMailAddress } from '../core/mail/mail-address.ts';
import { fillVariables } from '../core/mail/notification-body.ts';
import { smtpMessage } from './smtp-message.ts';

const mail: MailRecord = {
  id: 'm',
  at: Date.UTC(2030, 0, 3, 9, 30, 15),
  queuedAt: 0,
  messageId: 'm@mockfleet.example',
  from: 'it@contoso.example',
  to: ['adele@contoso.example'],
  cc: [],
  bcc: ['boss@contoso.example'],
  subject: 'Hello',
  contentType: 'text',
  body: 'there',
  state: 'queued',
  attempts: 0,
  nextAttemptAt: 0,
  pending: [],
  refused: [],
  finishedAt: null,
  error: null,
};

const hostile = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(
        '\r',
        '\n',
        '\r\n',
        ' ',
        '\t',
        '\u2028',
        '\0',
        'Bcc: eve@example.net',
        '=?utf-8?q?',
        '\u00fc',
        '\u{1F4F1}',
        '"',
        '<',
        ',',
        ':',
      ),
      { maxLength: 12 },
    )
    .map((parts) => parts.join('')),
);

it('no name, subject or address adds a line to the header, and what is read is what was meant', async () => {
  await fc.assert(
    fc.asyncProperty(hostile, fc.array(hostile, { maxLength: 3 }), async (name, addresses) => {
      const subject = headerText(fillVariables('Your {{DeviceName}} ', { DeviceName: name }));
      const to = [...mail.to, ...addresses];
      const raw = (await smtpMessage({ ...mail, subject, to, cc: addresses }, mail.from)).toString();
      const head = raw.slice(0, raw.indexOf('\r\n\r\n'));
      const names = head.split(/\r\n(?![ \t])/).map((line) => line.slice(0, line.indexOf(':')).toLowerCase());
      expect(new Set(names).size).toBe(names.length);
      expect(
        names.filter(
          (one) =>
            !['from', 'to', 'cc', 'subject', 'message-id', 'date', 'mime-version', 'content-type', 'content-transfer-encoding'].includes(
              one,
            ),
        ),
      ).toEqual([]);
      const read = await PostalMime.parse(raw);
      expect(read.subject?.replace(/\s+/g, ' ')).toBe(subject.replace(/\s+/g, ' '));
      expect(read.to?.map(({ address }) => address)).toHaveLength(1 + addresses.filter(isMailAddress).length);
      expect(read.text?.trimEnd()).toBe('there');
    }),
    {
      numRuns: 300,
      examples: [
        ['x\r\nBcc: eve@example.net', ['a@b.example\r\nBcc: eve@example.net']],
        ['\u00fc\u2028\r', ['x@y.example']],
      ],
    },
  );
});

it('is the same bytes at each attempt, dated and named as the record says', async () => {
  const html: MailRecord = {
    ...mail,
    contentType: 'html',
    body: '<p>\u00fc</p>',
    text: '\u00fc',
    pictures: [{ contentId: 'logo@x', type: 'image/png', base64: 'AAAA' }],
  };
  const first = await smtpMessage(html, mail.from);
  expect((await smtpMessage(html, mail.from)).equals(first)).toBe(true);
  const read = await PostalMime.parse(first);
  expect([read.messageId, read.date, read.from?.address]).toEqual(['<m@mockfleet.example>', '2030-01-03T09:30:15.000Z', mail.from]);
  expect([read.text?.trim(), read.html?.trim(), read.attachments.map(({ contentId }) => contentId)]).toEqual([
    '\u00fc',
    '<p>\u00fc</p>',
    ['<logo@x>'],
  ]);
  // Whoever gets a blind copy is in no header.
  expect(first.toString()).not.toContain('boss@contoso.example');
});
