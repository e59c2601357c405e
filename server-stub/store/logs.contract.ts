/** What only grows (mails, the own mailbox, sign-ins), as every store has to keep it; a part of `storeContract`. */
import { expect, test } from 'vitest';
import type { MailRecord, ReceivedMail } from '../core/directory-records.ts';
import type { SignInRecord } from '../core/policy-records.ts';
import { ids } from './sample-records.fixture.ts';
import type { Store } from './store.ts';

/** More than a store reads at once. */
const many = (prefix: string) => Array.from({ length: 600 }, (_, index) => `${prefix}${index}`);

/** @param opened the store of the test that runs, empty at its beginning */
export function logsContract(opened: () => Store): void {
  test('mails come newest first, however many, as they were sent', () => {
    const store = opened();
    const mail: MailRecord = {
      id: 'm0',
      at: 5,
      from: 'admin@example.com',
      to: ['adele@example.com'],
      cc: [],
      bcc: ['boss@example.com'],
      subject: 'Ihr Gerät 📱',
      contentType: 'html',
      body: '<p>Hallo</p>',
      messageId: 'm0@example.com',
      queuedAt: 5,
      state: 'queued',
      attempts: 0,
      nextAttemptAt: 5,
      pending: ['adele@example.com', 'boss@example.com'],
      refused: [],
      finishedAt: null,
      error: null,
    };
    const all = many('m');
    store.transaction(() => {
      for (const id of all) store.saveMail({ ...mail, id });
    });
    expect(ids(store.mails())).toEqual(all.toReversed());
    expect([...store.mails()].at(-1)).toEqual(mail);
    const sent: MailRecord = { ...mail, state: 'sent', attempts: 1, nextAttemptAt: null, pending: [], finishedAt: 6 };
    store.saveMail(sent);
    expect(store.mail('m0')).toEqual(sent);
    expect([...store.mails()].at(-1), 'in its place').toEqual(sent);
    expect(store.mail('m600')).toBeUndefined();
  });

  test('the mailbox keeps what came, newest first, until it is cleared', () => {
    const store = opened();
    const mail: ReceivedMail = {
      id: 'r0',
      at: 5,
      envelopeFrom: 'microsoft-noreply@microsoft.com',
      envelopeTo: ['adele@example.com'],
      from: 'Microsoft Intune <microsoft-noreply@microsoft.com>',
      to: ['adele@example.com'],
      cc: [],
      subject: 'Ihr Gerät 📱',
      messageId: 'm0@example.com',
      date: 4,
      text: 'Hallo',
      html: null,
      raw: 'SGFsbG8=',
    };
    const all = many('r');
    store.transaction(() => {
      for (const id of all) store.addReceivedMail({ ...mail, id });
    });
    expect(ids(store.receivedMails())).toEqual(all.toReversed());
    expect(store.receivedMail('r0')).toEqual(mail);
    expect(store.receivedMail('m0')).toBeUndefined();
    store.clearReceivedMails();
    expect([...store.receivedMails()]).toEqual([]);
    expect(store.receivedMail('r0')).toBeUndefined();
    store.addReceivedMail(mail);
    expect([...store.receivedMails()]).toEqual([mail]);
  });

  test('sign-ins come newest first, however many, and are found by their ids', () => {
    const store = opened();
    const signIn: SignInRecord = {
      id: 's0',
      at: 5,
      userPrincipalName: 'adele@example.com',
      app: 'outlook',
      deviceId: 'd1',
      deviceName: 'iPhone von Jürgen 📱',
      operatingSystem: 'iOS',
      outcome: 'device-not-compliant',
      isBackground: true,
      isCompliant: false,
      policies: [{ id: 'p1', displayName: 'Compliant devices only', result: 'failure', controls: ['compliantDevice'] }],
    };
    const all = many('s');
    store.transaction(() => {
      for (const id of all) store.appendSignIn({ ...signIn, id });
    });
    expect(ids(store.signIns())).toEqual(all.toReversed());
    expect(store.signIn('s0')).toEqual(signIn);
    expect(store.signIn('s600')).toBeUndefined();
  });
}
