/** Which of a template's messages somebody gets: the one in their language, else the template's own (reference §5). */
import type { LocalizedMessage, NotificationTemplateRecord } from '../policy-records.ts';

/** @param language the user's preference: `de-DE`; null: none @returns undefined: the template has no message */
export function messageFor(template: NotificationTemplateRecord, language: string | null): LocalizedMessage | undefined {
  const { messages } = template;
  const inLocale = (locale: string) => messages.find((message) => message.locale.toLowerCase() === locale);
  const wanted = language?.toLowerCase().replaceAll('_', '-') ?? '';
  for (let locale = wanted; locale !== ''; locale = locale.slice(0, Math.max(0, locale.lastIndexOf('-')))) {
    const message = inLocale(locale);
    if (message !== undefined) return message;
  }
  // One for another country is nearer than another language.
  const [base] = wanted.split('-');
  const near = base === '' ? undefined : messages.find(({ locale }) => locale.toLowerCase().split('-')[0] === base);
  return near ?? messages.find(({ isDefault }) => isDefault) ?? inLocale(template.defaultLocale?.toLowerCase() ?? '') ?? messages[0];
}
