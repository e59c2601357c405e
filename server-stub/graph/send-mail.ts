/** Sending a mail in a person's name (Graph: user-sendmail). It is kept in the tenant's mailbox, and nothing leaves this process. */
import type { MailDraft, UserRecord } from '../core/directory-records.ts';
import { directoryNeeds } from './directory-needs.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { me } from './me.ts';
import type { GraphResponse } from './tenant.ts';
import { personOf } from './users.ts';
import { accepted, requiredBody } from './written.ts';

const needs = directoryNeeds.sendMail;

export const sendMailEndpoints: readonly Endpoint[] = [
  { path: 'me/sendMail', methods: { POST: { needs, answer: (call) => sendMail(call, me(call)) } } },
  { path: 'users/{id}/sendMail', methods: { POST: { needs, answer: (call) => sendMail(call, personOf(call)) } } },
];

/** Of one mail, all lists together (Exchange Online limits: recipient limit). */
const recipientsMax = 500;

type Mail = Omit<MailDraft, 'from'>;
type Json = Readonly<Record<string, unknown>>;

/** What a message may say beside; none of it changes what is in the mailbox. */
const withoutEffect = [
  'categories',
  'flag',
  'importance',
  'inferenceClassification',
  'internetMessageHeaders',
  'isDeliveryReceiptRequested',
  'isReadReceiptRequested',
  'replyTo',
];

/** @throws GraphFault 400, 403 for another person's mailbox, 404 for someone without one */
function sendMail(call: Call, sender: UserRecord): GraphResponse {
  const { request, tenant } = call;
  if (request.caller.type === 'user' && request.caller.id !== sender.id) {
    throw new GraphFault(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');
  }
  if (sender.mail === null) {
    throw new GraphFault(404, 'MailboxNotEnabledForRESTAPI', 'The mailbox is either inactive, soft-deleted, or is hosted on-premise.');
  }
  const body = namesInLowerCase(requiredBody(request));
  for (const name of Object.keys(body)) {
    if (name !== 'message' && name !== 'savetosentitems') throw refusal(`The parameter '${name.slice(0, 64)}' is not one of sendMail.`);
  }
  if (!['boolean', 'undefined'].includes(typeof body.savetosentitems)) throw refusal("'SaveToSentItems' is true or false.");
  if (!isObject(body.message)) throw refusal("The parameter 'Message' is missing; it is an object.");
  tenant.sendMail({ from: sender.mail, ...mailOf(body.message, sender.mail) });
  return accepted(request);
}

function mailOf(message: Json, sender: string): Mail {
  const mail: { -readonly [Name in keyof Mail]: Mail[Name] } = { to: [], cc: [], bcc: [], subject: '', contentType: 'text', body: '' };
  for (const [name, value] of Object.entries(message)) {
    switch (name) {
      case 'subject':
        mail.subject = textOf(value, 'subject');
        break;
      case 'body':
        Object.assign(mail, bodyOf(value));
        break;
      case 'toRecipients':
        mail.to = recipientsOf(value, name);
        break;
      case 'ccRecipients':
        mail.cc = recipientsOf(value, name);
        break;
      case 'bccRecipients':
        mail.bcc = recipientsOf(value, name);
        break;
      case 'from':
      case 'sender':
        mustBeSender(recipientsOf([value], name), sender);
        break;
      default:
        if (!withoutEffect.includes(name) && !name.includes('@'))
          throw refusal(`The property '${name.slice(0, 64)}' of a message is not supported by sendMail here.`);
    }
  }
  const count = mail.to.length + mail.cc.length + mail.bcc.length;
  if (count === 0)
    throw new GraphFault(
      400,
      'ErrorInvalidRecipients',
      "At least one recipient isn't valid., A message can't be sent because it contains no recipients.",
    );
  if (count > recipientsMax)
    throw new GraphFault(400, 'ErrorInvalidRecipients', `A message has at most ${recipientsMax} recipients, not ${count}.`);
  return mail;
}

function bodyOf(value: unknown): Pick<Mail, 'contentType' | 'body'> {
  if (!isObject(value)) throw refusal("'body' of a message is an object with contentType and content.");
  const { contentType = 'text', content = '' } = value;
  const known = (['text', 'html'] as const).find((one) => typeof contentType === 'string' && one === contentType.toLowerCase());
  if (known === undefined) throw refusal("'body.contentType' of a message is 'Text' or 'HTML'.");
  return { contentType: known, body: textOf(content, 'body.content') };
}

/** `[{emailAddress: {address, name?}}]` */
function recipientsOf(value: unknown, name: string): string[] {
  if (value === null) return [];
  if (!Array.isArray(value)) throw refusal(`'${name}' of a message is a list of recipients.`);
  return value.map((recipient) => {
    const { address } = isObject(recipient) && isObject(recipient.emailAddress) ? recipient.emailAddress : {};
    if (typeof address !== 'string') throw refusal(`Each of '${name}' is {emailAddress: {address}}.`);
    if (/^[^\s@,;<>]+@[^\s@,;<>]+$/.test(address)) return address;
    throw new GraphFault(
      400,
      'ErrorInvalidRecipients',
      `At least one recipient isn't valid., Recipient '${address.slice(0, 128)}' is not resolved. All recipients must be resolved before a message can be submitted.`,
    );
  });
}

function mustBeSender(addresses: readonly string[], sender: string): void {
  if (addresses.every((address) => address.toLowerCase() === sender.toLowerCase())) return;
  throw new GraphFault(
    403,
    'ErrorSendAsDenied',
    'The user account which was used to submit this request does not have the right to send mail on behalf of the specified sending account.',
  );
}

function textOf(value: unknown, name: string): string {
  if (typeof value !== 'string') throw refusal(`'${name}' of a message is a text.`);
  return value;
}

const isObject = (value: unknown): value is Json => typeof value === 'object' && value !== null && !Array.isArray(value);

/** Parameters of actions are found in any case: Graph's own samples write `Message`, `message` and `saveToSentItems`. */
const namesInLowerCase = (body: Json) => Object.fromEntries(Object.entries(body).map(([name, value]) => [name.toLowerCase(), value]));

const refusal = (message: string) => new GraphFault(400, 'RequestBodyRead', message);
