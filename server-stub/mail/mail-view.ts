/** A mail of the stub's own mailbox as people look at it. */
import type { MailRecord, ReceivedMail } from '../core/directory-records.ts';
import { withoutPictures } from './part-text.ts';

export interface ArrivedMail {
  id: string;
  /** Its date; of one that has none, when it came. */
  at: number;
  receivedAt: number;
  from: string;
  to: readonly string[];
  cc: readonly string[];
  /** Whoever got it and is not named in it. */
  bcc: readonly string[];
  subject: string;
  contentType: 'text' | 'html';
  /** By `contentType`; pictures are in it. */
  body: string;
  text: string | null;
  html: string | null;
  messageId: string;
  envelopeFrom: string;
  envelopeTo: readonly string[];
}

export function arrivedMail({ raw: _, date, at, ...mail }: ReceivedMail): ArrivedMail {
  const named = new Set([...mail.to, ...mail.cc].map(folded));
  return {
    ...mail,
    at: date ?? at,
    receivedAt: at,
    bcc: mail.envelopeTo.filter((address) => !named.has(folded(address))),
    contentType: mail.html === null ? 'text' : 'html',
    body: mail.html ?? mail.text ?? '',
  };
}

/** In a list: a logo of a megabyte in each of some hundred mails would be more than one text can hold. The mail itself has its pictures. */
export function listedMail(mail: ArrivedMail): ArrivedMail {
  const html = mail.html === null ? null : withoutPictures(mail.html);
  return { ...mail, html, body: html ?? mail.body };
}

/** Whether one of those who get it has this address. */
export function isTo({ to, cc, bcc }: Pick<MailRecord, 'to' | 'cc' | 'bcc'>, address: string): boolean {
  return [...to, ...cc, ...bcc].some((one) => folded(one) === folded(address));
}

function folded(address: string): string {
  return address.toLowerCase();
}
