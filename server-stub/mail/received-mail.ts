/** What came over the wire, read: the mail as its writer meant it, and the envelope that it came in. */
import PostalMime, { type Address } from 'postal-mime';
import type { ReceivedMail } from '../core/directory-records.ts';
import { withoutLastBreak, withPictures } from './part-text.ts';

/** @throws Error (rejects) where it cannot be read at all */
export async function readReceivedMail(
  raw: Buffer,
  envelopeFrom: string,
  envelopeTo: readonly string[],
): Promise<Omit<ReceivedMail, 'id' | 'at'>> {
  const mail = await PostalMime.parse(raw, { attachmentEncoding: 'base64' });
  const pictures = mail.attachments.flatMap(({ contentId, mimeType, content }) =>
    contentId === undefined || !/^image\/[a-z0-9.+-]+$/i.test(mimeType) || typeof content !== 'string'
      ? []
      : [{ contentId: withoutBrackets(contentId), type: mimeType, base64: content.replace(/\s+/g, '') }],
  );
  const date = mail.date === undefined ? Number.NaN : Date.parse(mail.date);
  return {
    envelopeFrom,
    envelopeTo,
    from: addressesOf(mail.from)[0] ?? envelopeFrom,
    to: (mail.to ?? []).flatMap(addressesOf),
    cc: (mail.cc ?? []).flatMap(addressesOf),
    subject: mail.subject ?? '',
    messageId: withoutBrackets(mail.messageId ?? ''),
    date: Number.isNaN(date) ? null : date,
    text: mail.text === undefined ? null : withoutLastBreak(mail.text),
    html: mail.html === undefined ? null : withPictures(withoutLastBreak(mail.html), pictures),
    raw: raw.toString('base64'),
  };
}

/** Those of a group too. */
function addressesOf(address: Address | undefined): string[] {
  if (address === undefined) return [];
  if (address.group !== undefined) return address.group.flatMap(addressesOf);
  return address.address === undefined || address.address === '' ? [] : [address.address];
}

function withoutBrackets(id: string): string {
  return id.trim().replace(/^<(.*)>$/, '$1');
}
