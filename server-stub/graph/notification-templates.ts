/**
 * Templates of mails to those whose devices break the rules (Graph: intune-notification-notificationmessagetemplate; NC-09; reference §5).
 * A template of which nobody says what belongs to it has what the console switches on: logo, company name, contact information.
 */
import { messageFor } from '../core/mail/message-choice.ts';
import type { BrandingOption, NotificationTemplateRecord } from '../core/policy-records.ts';
import { type Field, listOf, mustHave, nullable, oneOf, readFields, text, type Written } from './body-fields.ts';
import { objectsOf } from './body-objects.ts';
import { type Collection, countItems, entityBody, listPage, oneItem } from './collection.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { badRequest, GraphFault, refusedByIntune } from './errors.ts';
import { initiatorOf } from './initiator.ts';
import { localeField, newMessages, withDefaultLocale } from './notification-message-changes.ts';
import { notificationNeeds } from './notification-needs.ts';
import { flagsOf, type MessageOfTemplate, messageResource, messagesOf, templateOf } from './notification-template.ts';
import { relationship } from './query.ts';
import { readBody } from './request-json.ts';
import { jsonResponse, noContent } from './response.ts';
import type { GraphResponse } from './tenant.ts';
import { created, requiredBody } from './written.ts';

export const templatesPath = 'deviceManagement/notificationMessageTemplates';

/** Languages of one template. */
const messagesMax = 100;

const brandingDefault: readonly BrandingOption[] = ['includeCompanyLogo', 'includeCompanyName', 'includeContactInformation'];

export const notificationTemplateEndpoints: readonly Endpoint[] = [
  {
    path: templatesPath,
    methods: {
      GET: { needs: notificationNeeds.read, answer: (call) => listPage(call, templates(call)) },
      POST: { needs: notificationNeeds.create, answer: createTemplate },
    },
  },
  {
    path: `${templatesPath}/$count`,
    methods: { GET: { needs: notificationNeeds.read, answer: (call) => countItems(call, templates(call)) } },
  },
  {
    path: `${templatesPath}/{id}`,
    methods: {
      GET: { needs: notificationNeeds.read, answer: (call) => oneItem(call, templates(call), () => templateOfPath(call)) },
      PATCH: { needs: notificationNeeds.update, answer: updateTemplate },
      DELETE: { needs: notificationNeeds.delete, answer: deleteTemplate },
    },
  },
  {
    path: `${templatesPath}/{id}/sendTestMessage`,
    methods: { POST: { needs: notificationNeeds.update, answer: sendTestMessage } },
  },
];

const flags: Field<BrandingOption[]> = {
  read: flagsOf,
  takes:
    'none, or some of includeCompanyLogo, includeCompanyName, includeContactInformation, includeCompanyPortalLink, includeDeviceDetails with commas between them',
};

const fields = {
  brandingOptions: flags,
  defaultLocale: nullable(localeField),
  displayName: text(256),
  // Scope tags are not emulated: there is the default one.
  roleScopeTagIds: listOf(oneOf(['0']), 1),
};
const betaFields = { ...fields, description: nullable(text(1024, 0)) };

/** What an answer says of a template may be sent back: its id, its date and the contexts of what is within it are made anew. */
function readTemplate({ version }: Call, { id: _, lastModifiedDateTime: __, ...body }: Readonly<Record<string, unknown>>) {
  const written: Written = { resource: templateOf[version], name: 'NotificationMessageTemplate', of: 'intune' };
  const values: { description?: string | null } & ReturnType<typeof readFields<typeof fields>> = readFields(
    body,
    version === 'beta' ? betaFields : fields,
    written,
  );
  return { values, written };
}

/** @throws GraphFault 400 */
function createTemplate(call: Call): GraphResponse {
  const { request, version, tenant } = call;
  const { localizedNotificationMessages = [], ...body } = requiredBody(request);
  const { values, written } = readTemplate(call, body);
  mustHave(values, ['displayName'], written);
  const { displayName = '', defaultLocale = null } = values;
  const messages = newMessages(objectsOf('localizedNotificationMessages', localizedNotificationMessages, messagesMax), request.now);
  const template = saveTemplate(
    call,
    {
      id: tenant.directory.newId(displayName),
      displayName,
      description: values.description ?? null,
      defaultLocale,
      branding: values.brandingOptions ?? brandingDefault,
      roleScopeTagIds: values.roleScopeTagIds ?? ['0'],
      modifiedAt: request.now,
      messages: defaultLocale === null ? messages : withDefaultLocale(messages, defaultLocale),
    },
    'create',
  );
  return created(request, version, `${templatesPath}/${template.id}`, entityBody(call, templates(call), template));
}

/** @throws GraphFault 400, 404 */
function updateTemplate(call: Call): GraphResponse {
  const template = templateOfPath(call);
  const { localizedNotificationMessages, ...body } = requiredBody(call.request);
  if (localizedNotificationMessages !== undefined) {
    throw badRequest("The property 'localizedNotificationMessages' is a relationship: change its messages one by one, below the template.");
  }
  const { brandingOptions, defaultLocale, ...values } = readTemplate(call, body).values;
  const saved = saveTemplate(
    call,
    {
      ...template,
      ...values,
      ...(brandingOptions !== undefined && { branding: brandingOptions }),
      ...(defaultLocale !== undefined && { defaultLocale, messages: withDefaultLocale(template.messages, defaultLocale) }),
    },
    'patch',
  );
  return jsonResponse(call.request, entityBody(call, templates(call), saved));
}

/** A policy would send nothing any more, and nobody would see why. @throws GraphFault 400: policies use it; 404 */
function deleteTemplate(call: Call): GraphResponse {
  const { tenant, request } = call;
  const template = templateOfPath(call);
  const users = [...tenant.directory.entriesAfter('compliancePolicy', null)].filter(({ rules }) =>
    rules.some(({ actions }) => actions.some(({ type, templateId }) => type === 'notification' && templateId === template.id)),
  );
  if (users.length > 0) {
    const names = users.map(({ displayName }) => `'${displayName}'`).join(', ');
    throw refusedByIntune(
      `The notification message template '${template.displayName}' is sent by ${names.slice(0, 512)}; change their actions first.`,
    );
  }
  tenant.directory.remove('notificationTemplate', template.id);
  note(call, 'delete', template);
  return noContent(request);
}

/** Mails the caller what a user would get, in the caller's language. @throws GraphFault 400, 404 */
function sendTestMessage(call: Call): GraphResponse {
  const { tenant, request } = call;
  const template = templateOfPath(call);
  const [unknown] = Object.keys(readBody(request));
  if (unknown !== undefined) throw badRequest(`The parameter '${unknown.slice(0, 64)}' is not one of sendTestMessage, which takes none.`);
  const person = request.caller.type === 'user' ? tenant.directory.entry('user', request.caller.id) : undefined;
  if (person === undefined) throw refusedByIntune('sendTestMessage mails the person who asks; a program has no mailbox.');
  if (person.mail === null) throw refusedByIntune(`'${person.userPrincipalName}' has no mailbox that a test message could be sent to.`);
  const message = messageFor(template, person.preferredLanguage);
  if (message === undefined) {
    throw refusedByIntune(`The notification message template '${template.displayName}' has no message yet; add one in a language first.`);
  }
  tenant.sendTestMail(template, message, person);
  return noContent(request);
}

/** Dated now; the language of the default message is that of the template. */
export function saveTemplate(call: Call, template: NotificationTemplateRecord, verb: 'create' | 'patch'): NotificationTemplateRecord {
  const inOrder = [...template.messages].sort((a, b) => (a.locale < b.locale ? -1 : 1));
  const defaultLocale = inOrder.find(({ isDefault }) => isDefault)?.locale ?? template.defaultLocale;
  const saved = { ...template, messages: inOrder, defaultLocale, modifiedAt: call.request.now };
  call.tenant.directory.save('notificationTemplate', saved);
  note(call, verb, saved);
  return saved;
}

/** Ids in any case. @throws GraphFault 404 */
export function templateOfPath({ tenant, params }: Call): NotificationTemplateRecord {
  const id = params.id ?? '';
  const template = tenant.directory.entry('notificationTemplate', id);
  if (template !== undefined) return template;
  throw new GraphFault(404, 'ResourceNotFound', `No notification message template has the id '${id.slice(0, 64)}'`, true);
}

function templates({ version, tenant }: Call): Collection<NotificationTemplateRecord, NotificationTemplateRecord> {
  return {
    path: templatesPath,
    resource: templateOf[version],
    items: (afterId) => tenant.directory.entriesAfter('notificationTemplate', afterId),
    idOf: ({ id }) => id,
    sourceOf: (template) => template,
    expansions: {
      localizedNotificationMessages: relationship<NotificationTemplateRecord, MessageOfTemplate, MessageOfTemplate>({
        resource: messageResource,
        sourceOf: (message) => message,
        of: messagesOf,
      }),
    },
  };
}

function note({ tenant, request }: Call, verb: string, { id, displayName }: NotificationTemplateRecord): void {
  tenant.note(`${verb} NotificationMessageTemplate`, { type: 'NotificationMessageTemplate', id, name: displayName }, initiatorOf(request));
}
