/**
 * What becomes of a template's messages (reference §5): one for each language, and exactly one of them the default, as long as there is
 * any. The first one becomes it, and only another one takes its place.
 */
import type { LocalizedMessage } from '../core/policy-records.ts';
import { type Field, flag, matching, mustHave, readFields, type Written } from './body-fields.ts';
import { refusedByIntune } from './errors.ts';
import { messageResource } from './notification-template.ts';

type Messages = readonly LocalizedMessage[];
type Body = Readonly<Record<string, unknown>>;

const localePattern = /^[a-z]{2,3}(-[a-z0-9]{2,8}){0,3}$/i;

export const localeField = matching(localePattern, 'a language such as en-us, de-de or fr');

/** Characters, in the console. */
const subjectMax = 78;
const bodyMax = 2000;

/** @param isLine it becomes a header of a mail */
const words = (max: number, isLine: boolean): Field<string> => ({
  read: (value) =>
    typeof value === 'string' && /\S/.test(value) && value.length <= max && !(isLine && /\p{Cc}/u.test(value)) ? value : undefined,
  takes: `a text of 1 to ${max} characters${isLine ? ' in one line' : ''}`,
});

const fields = { isDefault: flag, locale: localeField, messageTemplate: words(bodyMax, false), subject: words(subjectMax, true) };

const written: Written = { resource: messageResource, name: 'LocalizedNotificationMessage', of: 'intune' };

/** What an answer says of a message may be sent back: its id and date are made anew. @throws GraphFault 400 */
function readMessage({ id: _, lastModifiedDateTime: __, ...body }: Body) {
  return readFields(body, fields, written);
}

/** Those that come with a new template. @throws GraphFault 400 */
export function newMessages(bodies: readonly Body[], now: number): Messages {
  return bodies.reduce<Messages>((known, body) => withMessage(known, body, now), []);
}

/** The new one is the last. @throws GraphFault 400 */
export function withMessage(known: Messages, body: Body, now: number): Messages {
  const values = readMessage(body);
  mustHave(values, ['locale', 'subject', 'messageTemplate'], written);
  const { subject = '', messageTemplate = '' } = values;
  const locale = (values.locale ?? '').toLowerCase();
  if (known.some((one) => one.locale === locale)) {
    throw refusedByIntune(`The template has a message with the locale '${locale}' already; it has one for each.`);
  }
  const isDefault = values.isDefault === true || known.length === 0;
  return [...(isDefault ? withoutDefault(known) : known), { locale, subject, messageTemplate, isDefault, modifiedAt: now }];
}

/** @throws GraphFault 400 */
export function withChange(known: Messages, message: LocalizedMessage, body: Body, now: number): Messages {
  const { locale, isDefault = message.isDefault, ...values } = readMessage(body);
  if (locale !== undefined && locale.toLowerCase() !== message.locale) {
    throw refusedByIntune(
      `The property 'locale' is part of the id of the message '${message.locale}' and cannot be changed; add another message.`,
    );
  }
  if (!isDefault && message.isDefault) {
    throw refusedByIntune("The property 'isDefault' can only be set to true: set it on the message that is to be the default instead.");
  }
  const next = { ...message, ...values, isDefault, modifiedAt: now };
  const others = isDefault ? withoutDefault(known) : known;
  return others.map((one) => (one.locale === message.locale ? next : one));
}

/** @throws GraphFault 400: the default one, while there are others */
export function withoutMessage(known: Messages, message: LocalizedMessage): Messages {
  const left = known.filter(({ locale }) => locale !== message.locale);
  if (!message.isDefault || left.length === 0) return left;
  const others = left.map(({ locale }) => locale).join(', ');
  throw refusedByIntune(`The message '${message.locale}' is the default one; set 'isDefault' of another one (${others}) first.`);
}

/** @throws GraphFault 400: there is none in this language */
export function withDefaultLocale(known: Messages, defaultLocale: string | null): Messages {
  const wanted = defaultLocale?.toLowerCase();
  if (known.length === 0 || known.some(({ isDefault, locale }) => isDefault && locale === wanted)) return known;
  if (!known.some(({ locale }) => locale === wanted)) {
    const locales = known.map(({ locale }) => locale).join(', ');
    throw refusedByIntune(`The property 'defaultLocale' takes the locale of one of the template's messages: ${locales}.`);
  }
  return known.map((one) => (one.isDefault === (one.locale === wanted) ? one : { ...one, isDefault: one.locale === wanted }));
}

const withoutDefault = (known: Messages): Messages => known.map((one) => (one.isDefault ? { ...one, isDefault: false } : one));
