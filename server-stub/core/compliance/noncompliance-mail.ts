/** *Send email to end user*: a template's message about a device, to its user and to the groups of the action (NC-05, NC-09, NC-10; reference §4.3, §5). */
import type { MailDraft, UserRecord } from '../directory-records.ts';
import type { ServerOut } from '../effects.ts';
import { deviceDetails, previewDetails, previewDetailsInFull, valuesOf } from '../mail/device-details.ts';
import { type FooterLine, footersOf, headerOf } from '../mail/mail-parts.ts';
import { messageFor } from '../mail/message-choice.ts';
import { fillVariables, notificationBody, type VariableValues } from '../mail/notification-body.ts';
import { notificationRecipients, type Recipients } from '../mail/notification-recipients.ts';
import { queueMail } from '../outbox.ts';
import type { CompliancePolicyRecord, LocalizedMessage, NotificationTemplateRecord, ScheduledAction } from '../policy-records.ts';
import type { DeviceRecord } from '../records.ts';
import type { Core } from '../sessions.ts';
import { brand } from './settings.ts';

/** From whom the service's own mails come (reference §4.3). */
export const serviceAddress = 'microsoft-noreply@microsoft.com';
/** Ends the ids of pictures within a mail. */
const pictureDomain = 'mockfleet.example';

/** What `sendTestMessage` mails to whoever asks (Graph: notificationmessagetemplate-sendtestmessage). */
export function testMail(
  core: Core,
  template: NotificationTemplateRecord,
  message: LocalizedMessage,
  to: UserRecord,
  now: number,
  out: ServerOut,
): void {
  const isInFull = template.branding.includes('includeDeviceDetails');
  const recipients = { to: to.mail === null ? [] : [to.mail], cc: [] };
  const values = { UserName: to.displayName };
  const draft = draftOf(core, template, message, recipients, values, isInFull ? previewDetailsInFull : previewDetails);
  queueMail(core, draft, now, now, out);
}

/** Returns why nobody gets it; null: it is on its way. @param dueAt its date */
export function mailAboutDevice(
  core: Core,
  record: DeviceRecord,
  policy: CompliancePolicyRecord,
  action: ScheduledAction,
  dueAt: number,
  now: number,
  out: ServerOut,
): string | null {
  const user = core.store.entryNamed('user', record.inventory.userPrincipalName.toLowerCase());
  const recipients = notificationRecipients(core, user, action.ccGroups);
  const about = { deviceId: record.id, policyId: policy.id, actionId: action.id, templateId: action.templateId };
  const template = core.store.entry('notificationTemplate', action.templateId);
  const message = template === undefined ? undefined : messageFor(template, user?.preferredLanguage ?? null);
  if (template === undefined || message === undefined) {
    const why = template === undefined ? 'The notification template is gone.' : 'The notification template has no message.';
    const empty = { from: serviceAddress, ...recipients, bcc: [], subject: '', contentType: 'text', body: '', about } as const;
    return queueMail(core, empty, dueAt, now, out, why).error;
  }
  const values = valuesOf(record, user?.displayName ?? record.inventory.userPrincipalName);
  const details = deviceDetails(record, values, policy, template.branding.includes('includeDeviceDetails'));
  const draft = draftOf(core, template, message, recipients, values, details);
  const { state, error } = queueMail(core, { ...draft, about }, dueAt, now, out);
  return state === 'not-sent' ? error : null;
}

function draftOf(
  core: Core,
  { branding }: NotificationTemplateRecord,
  { subject, messageTemplate }: LocalizedMessage,
  recipients: Recipients,
  values: VariableValues,
  details: readonly FooterLine[],
): MailDraft {
  const company = brand(core);
  const header = headerOf(branding, company, pictureDomain);
  return {
    from: serviceAddress,
    ...recipients,
    bcc: [],
    subject: fillVariables(subject, values),
    ...notificationBody({ message: messageTemplate, values, header, footers: footersOf(branding, company, details) }),
  };
}
