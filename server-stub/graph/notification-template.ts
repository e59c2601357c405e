/** notificationMessageTemplate and its messages, v1.0 and beta (Graph: intune-notification-notificationmessagetemplate; reference §5). */
import type {
  LocalizedNotificationMessage as MessageV1,
  NotificationTemplateBrandingOptions,
  NotificationMessageTemplate as TemplateV1,
} from '@microsoft/microsoft-graph-types';
import type { NotificationMessageTemplate as TemplateBeta } from '@microsoft/microsoft-graph-types-beta';
import { formatInstant } from '../../runtime/duration.ts';
import { type BrandingOption, brandingOptions, type LocalizedMessage, type NotificationTemplateRecord } from '../core/policy-records.ts';
import { column, date, flag, type Properties, text, texts } from './directory-columns.ts';
import { type Resource, resource } from './property.ts';

/** A message by itself does not say whose it is, but its id does. */
export interface MessageOfTemplate {
  template: NotificationTemplateRecord;
  message: LocalizedMessage;
}

export function messagesOf(template: NotificationTemplateRecord): MessageOfTemplate[] {
  return template.messages.map((message) => ({ template, message }));
}

export const messageId = ({ template, message }: MessageOfTemplate) => `${template.id}_${message.locale}`;

/** Flags are written as a list, in the order of the schema; no flag has a name of its own. */
function writtenFlags(branding: readonly BrandingOption[]): string {
  return brandingOptions.filter((option) => branding.includes(option)).join(',') || 'none';
}

/** In any order and case; `undefined`: one of them is none. */
export function flagsOf(value: unknown): BrandingOption[] | undefined {
  if (typeof value !== 'string') return undefined;
  const names = value.split(',').map((name) => name.trim().toLowerCase());
  if (names.length === 1 && names[0] === 'none') return [];
  const found = names.map((name) => brandingOptions.find((option) => option.toLowerCase() === name));
  if (found.includes(undefined)) return undefined;
  return brandingOptions.filter((option) => found.includes(option));
}

const templateTable = {
  id: text(({ id }) => id),
  lastModifiedDateTime: date(({ modifiedAt }) => formatInstant(modifiedAt)),
  displayName: text(({ displayName }) => displayName),
  defaultLocale: text(({ defaultLocale }) => defaultLocale),
  // Several flags are no member of the enum that the declaration knows.
  brandingOptions: column('enum', ({ branding }) => writtenFlags(branding) as NotificationTemplateBrandingOptions),
  roleScopeTagIds: texts(({ roleScopeTagIds }) => roleScopeTagIds),
} satisfies Properties<TemplateV1, NotificationTemplateRecord>;

const templateBetaTable = {
  ...templateTable,
  description: text(({ description }) => description),
} satisfies Properties<TemplateBeta, NotificationTemplateRecord>;

export const templateOf: Readonly<Record<'v1.0' | 'beta', Resource<NotificationTemplateRecord>>> = {
  'v1.0': resource('microsoft.graph.notificationMessageTemplate', templateTable),
  beta: resource('microsoft.graph.notificationMessageTemplate', templateBetaTable),
};

const messageTable = {
  id: text(messageId),
  lastModifiedDateTime: date(({ message }) => formatInstant(message.modifiedAt)),
  locale: text(({ message }) => message.locale),
  subject: text(({ message }) => message.subject),
  messageTemplate: text(({ message }) => message.messageTemplate),
  isDefault: flag(({ message }) => message.isDefault),
} satisfies Properties<MessageV1, MessageOfTemplate>;

export const messageResource: Resource<MessageOfTemplate> = resource('microsoft.graph.localizedNotificationMessage', messageTable);
