/** Messages of a template, one in each language (Graph: intune-notification-localizednotificationmessage; reference §5). */
import type { NotificationTemplateRecord } from '../core/policy-records.ts';
import { type Collection, countItems, entityBody, listPage, oneItem } from './collection.ts';
import type { Call, Endpoint } from './endpoint.ts';
import { GraphFault } from './errors.ts';
import { withChange, withMessage, withoutMessage } from './notification-message-changes.ts';
import { notificationNeeds } from './notification-needs.ts';
import { type MessageOfTemplate, messageId, messageResource, messagesOf } from './notification-template.ts';
import { saveTemplate, templateOfPath, templatesPath } from './notification-templates.ts';
import { jsonResponse, noContent } from './response.ts';
import type { GraphResponse } from './tenant.ts';
import { created, requiredBody } from './written.ts';

const { read, update } = notificationNeeds;
const path = `${templatesPath}/{id}/localizedNotificationMessages`;

export const notificationMessageEndpoints: readonly Endpoint[] = [
  {
    path,
    methods: {
      GET: { needs: read, answer: (call) => listPage(call, messages(templateOfPath(call))) },
      POST: { needs: update, answer: createMessage },
    },
  },
  { path: `${path}/$count`, methods: { GET: { needs: read, answer: (call) => countItems(call, messages(templateOfPath(call))) } } },
  {
    path: `${path}/{messageId}`,
    methods: {
      GET: { needs: read, answer: (call) => oneItem(call, messages(templateOfPath(call)), () => messageOfPath(call)) },
      PATCH: { needs: update, answer: updateMessage },
      DELETE: { needs: update, answer: deleteMessage },
    },
  },
];

/** @throws GraphFault 400, 404 */
function createMessage(call: Call): GraphResponse {
  const { request, version } = call;
  const template = templateOfPath(call);
  const all = withMessage(template.messages, requiredBody(request), request.now);
  const saved = saveTemplate(call, { ...template, messages: all }, 'patch');
  const list = messages(saved);
  const message = messagesOf(saved).find((one) => one.message.locale === all.at(-1)?.locale) as MessageOfTemplate;
  return created(request, version, `${list.path}/${messageId(message)}`, entityBody(call, list, message));
}

/** @throws GraphFault 400, 404 */
function updateMessage(call: Call): GraphResponse {
  const { request } = call;
  const { template, message } = messageOfPath(call);
  const changed = withChange(template.messages, message, requiredBody(request), request.now);
  const saved = saveTemplate(call, { ...template, messages: changed }, 'patch');
  return jsonResponse(request, entityBody(call, messages(saved), messageOfPath(call)));
}

/** @throws GraphFault 400: the default one, while there are others; 404 */
function deleteMessage(call: Call): GraphResponse {
  const { template, message } = messageOfPath(call);
  saveTemplate(call, { ...template, messages: withoutMessage(template.messages, message) }, 'patch');
  return noContent(call.request);
}

/** Ids in any case. @throws GraphFault 404 */
function messageOfPath(call: Call): MessageOfTemplate {
  const id = call.params.messageId ?? '';
  const found = messagesOf(templateOfPath(call)).find((one) => messageId(one) === id.toLowerCase());
  if (found !== undefined) return found;
  throw new GraphFault(404, 'ResourceNotFound', `No localized message of this template has the id '${id.slice(0, 64)}'`, true);
}

function messages(template: NotificationTemplateRecord): Collection<MessageOfTemplate, MessageOfTemplate> {
  return {
    path: `${templatesPath}/${template.id}/localizedNotificationMessages`,
    context: `${templatesPath}('${template.id}')/localizedNotificationMessages`,
    resource: messageResource,
    items: (afterId) => messagesOf(template).filter((one) => afterId === null || messageId(one) > afterId),
    idOf: messageId,
    sourceOf: (message) => message,
  };
}
