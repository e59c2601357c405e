/** A mail as it goes over the wire: the same bytes at each attempt. */
import { createHash } from 'node:crypto';
import MailComposer from 'nodemailer/lib/mail-composer';
import type { MailRecord } from '../core/directory-records.ts';
import { isMailAddress } from '../core/mail/mail-address.ts';

/** @param from whom it says it is from */
export function smtpMessage(mail: MailRecord, from: string): Promise<Buffer> {
  const { to, cc, subject, messageId, at, contentType, body, text, pictures = [] } = mail;
  const named = (addresses: readonly string[]) => addresses.filter(isMailAddress).map((address) => ({ name: '', address }));
  const composer = new MailComposer({
    from: { name: '', address: from },
    to: named(to),
    cc: named(cc),
    subject,
    messageId: `<${messageId}>`,
    date: new Date(at),
    ...(contentType === 'html' ? { html: body, ...(text !== undefined && { text }) } : { text: body }),
    attachments: pictures.map(({ contentId, type, base64 }, index) => ({
      cid: contentId,
      contentType: type,
      contentDisposition: 'inline' as const,
      filename: `picture-${index + 1}.${type.replace(/^image\/([a-z0-9]+).*$/, '$1')}`,
      content: Buffer.from(base64, 'base64'),
    })),
    // What tells a mail of a machine from one of a person (RFC 3834 §5).
    ...(mail.about !== undefined && { headers: { 'Auto-Submitted': 'auto-generated' } }),
    baseBoundary: createHash('sha256').update(messageId).digest('hex').slice(0, 32),
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return composer.compile().build();
}
