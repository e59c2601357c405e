/** Mails as `/mockfleet/mail` and `/mockfleet/outbox` show them. */
import { type Asked, get } from '../api.ts';
import type { Tone } from '../ui/parts.tsx';

type MailState = 'queued' | 'sent' | 'failed' | 'not-sent';

/** As it stands in a list: without what it says. */
export interface MailHead {
  id: string;
  at: string;
  receivedAt: string;
  from: string;
  to: string[];
  cc: string[];
  /** Whoever got it and is not named in it. */
  bcc: string[];
  subject: string;
  messageId: string;
  contentType: 'text' | 'html';
  /** null: another program sent it. */
  state: MailState | null;
}

export interface Mail extends MailHead {
  text: string | null;
  html: string | null;
  /** base64; null: it came within the process. */
  raw: string | null;
}

export interface OutgoingHead extends Omit<MailHead, 'receivedAt'> {
  state: MailState;
  queuedAt: string;
  nextAttemptAt: string | null;
  finishedAt: string | null;
  attempts: number;
  /** Who is still to get it. */
  pending: string[];
  refused: { address: string; response: string }[];
  error: string | null;
  /** What it was sent for. */
  about?: { deviceId: string; policyId: string; templateId: string };
}

export interface MailPage<T> {
  value: T[];
  more: boolean;
}

export const mailsOnPage = 50;

/** A page of a list, newest first. @param query members that are '' are left out */
export function listed<T>(
  path: '/mockfleet/mail' | '/mockfleet/outbox',
  query: Record<string, string>,
  asked: Asked,
): Promise<MailPage<T>> {
  const kept = Object.entries(query).filter(([, value]) => value !== '');
  return get(`${path}?${new URLSearchParams([['top', String(mailsOnPage)], ...kept])}`, asked);
}

export function toneOf(state: MailState): Tone {
  return state === 'sent' ? 'good' : state === 'queued' ? 'info' : state === 'failed' ? 'bad' : 'warn';
}

/** How far it has come, in words. An attempt counts from its begin. */
export function stateText({ state, attempts, error }: OutgoingHead): string {
  if (state === 'queued') return error !== null || attempts > 1 ? 'retrying' : attempts === 1 ? 'being sent' : 'queued';
  return state === 'not-sent' ? 'nobody to send to' : state;
}

export function subjectText(subject: string): string {
  return subject.trim() === '' ? '(no subject)' : subject;
}

/** The text of a mail as it was on the wire. */
export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
}
