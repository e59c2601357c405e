/** The stub's own mailbox within the process: what is handed to it has arrived, unless it was asked to refuse. */
import type { MailOutcome, MailRecord } from '../core/directory-records.ts';
import type { GraphTenant } from '../graph/tenant.ts';
import type { MailFaults } from './mail-faults.ts';
import { withoutLastBreak, withPictures } from './part-text.ts';

/** For every address that is still to get it. */
export function takeIn(tenant: Pick<GraphTenant, 'receiveMail'>, mail: MailRecord, faults: MailFaults): MailOutcome {
  const refusal = faults.ofConnection() ?? faults.ofMail();
  if (refusal !== null) return { kind: isForGood(refusal) ? 'never' : 'later', error: refusal };
  const answers = mail.pending.map((address) => ({ address, response: faults.ofRecipient(address) }));
  const accepted = answers.filter(({ response }) => response === null).map(({ address }) => address);
  const rejected = answers.flatMap(({ address, response }) => (response === null ? [] : [{ address, response }]));
  if (accepted.length > 0) {
    receive(tenant, mail, accepted);
    if (faults.losesAnswer()) return { kind: 'later', error: 'The connection was lost before the answer.' };
  }
  return {
    kind: 'answered',
    accepted,
    refused: rejected.filter(({ response }) => isForGood(response)),
    later: rejected.filter(({ response }) => !isForGood(response)),
  };
}

/** Without a question: it has arrived for these addresses. */
export function receive(tenant: Pick<GraphTenant, 'receiveMail'>, mail: MailRecord, accepted: readonly string[]): void {
  const { from, to, cc, subject, messageId, at, contentType, body, pictures = [] } = mail;
  const isHtml = contentType === 'html';
  const text = isHtml ? mail.text : body;
  tenant.receiveMail({
    envelopeFrom: from,
    envelopeTo: accepted,
    from,
    to,
    cc,
    subject,
    messageId,
    date: at,
    text: text === undefined ? null : withoutLastBreak(text),
    html: isHtml ? withPictures(withoutLastBreak(body), pictures) : null,
    raw: null,
  });
}

function isForGood(response: string): boolean {
  return response.startsWith('5');
}
