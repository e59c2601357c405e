/** One template: its message in each language, what belongs to every mail, a preview, and a mail to try it. */
import { useState } from 'preact/hooks';
import { get, graph, patch, remove } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { go } from '../router.ts';
import { confirm } from '../ui/dialog.tsx';
import { Badge, Card, Field, Loading, PageHead, Trouble } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';
import { attempt } from '../ui/toast.tsx';
import { MailPreview } from './mail-preview.tsx';
import { MessageEditor } from './message-editor.tsx';
import { type Message, type Template, templatesPath } from './policy-shapes.ts';
import { TestMessage } from './test-message.tsx';

const options = [
  ['includeCompanyLogo', 'Company logo'],
  ['includeCompanyName', 'Company name'],
  ['includeContactInformation', 'Contact information'],
  ['includeCompanyPortalLink', 'Link to Company Portal'],
  ['includeDeviceDetails', 'Details of the device'],
] as const;

export function TemplatePage({ id }: { id: string }) {
  const path = graph(`${templatesPath}/${encodeURIComponent(id)}`, { $expand: 'localizedNotificationMessages' });
  const { data, error, reload } = useRemote(path, (stop) => get<Template>(path, { signal: stop }), ['tenant']);
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  return <Shown template={data} onChanged={reload} />;
}

async function drop({ id, displayName }: Template): Promise<void> {
  const text = 'Its messages in all languages go with it. A template that a policy sends cannot be deleted.';
  if (!(await confirm({ title: `Delete the template ${displayName}?`, text, yes: 'Delete', danger: true }))) return;
  if (await attempt(() => remove(graph(`${templatesPath}/${id}`)), 'The template is deleted.')) go(['templates']);
}

function Shown({ template, onChanged }: { template: Template; onChanged: () => void }) {
  const [edited, setEdited] = useState<Message | 'new' | null>(null);
  const [isTesting, setIsTesting] = useState(false);
  const [shownLocale, setShownLocale] = useState<string | null>(null);
  const { id, displayName, localizedNotificationMessages: messages = [], brandingOptions } = template;
  const shown = messages.find(({ locale }) => locale === shownLocale) ?? messages.find(({ isDefault }) => isDefault);
  return (
    <>
      <PageHead
        title={displayName}
        sub={
          <>
            changed <Instant at={template.lastModifiedDateTime} />
          </>
        }
      >
        <button type="button" disabled={messages.length === 0} onClick={() => setIsTesting(true)}>
          Send test message
        </button>
        <button type="button" class="danger" onClick={() => void drop(template)}>
          Delete
        </button>
      </PageHead>
      <div class="cards">
        <Card
          title="Messages"
          actions={
            <button type="button" onClick={() => setEdited('new')}>
              Add a language
            </button>
          }
        >
          {messages.length === 0 ? <p class="quiet">None yet: nothing would be sent. Add a language.</p> : null}
          <ul class="picked">
            {messages.map((message) => (
              <li key={message.id}>
                <strong>{message.locale}</strong>
                {message.isDefault ? <Badge tone="info">default</Badge> : null}
                <span class="name">{message.subject}</span>
                <button type="button" aria-label={`Edit ${message.locale}`} onClick={() => setEdited(message)}>
                  Edit
                </button>
                <button type="button" aria-label={`Preview ${message.locale}`} onClick={() => setShownLocale(message.locale)}>
                  Preview
                </button>
              </li>
            ))}
          </ul>
        </Card>
        <Details key={template.lastModifiedDateTime} template={template} onChanged={onChanged} />
        {shown === undefined ? null : (
          <Card title={`Preview, ${shown.locale}`}>
            <MailPreview subject={shown.subject} message={shown.messageTemplate} branding={brandingOptions} />
          </Card>
        )}
      </div>
      {edited === null ? null : (
        <MessageEditor
          templateId={id}
          branding={brandingOptions}
          message={edited === 'new' ? null : edited}
          onClose={() => setEdited(null)}
          onChanged={onChanged}
        />
      )}
      {isTesting ? <TestMessage templateId={id} onClose={() => setIsTesting(false)} /> : null}
    </>
  );
}

function Details({ template, onChanged }: { template: Template; onChanged: () => void }) {
  const { id, displayName, description, brandingOptions } = template;
  const [draft, setDraft] = useState({ displayName, description: description ?? '', branding: brandingOptions.split(',') });
  const save = async () => {
    const branding = draft.branding.filter((option) => option !== 'none').join(',');
    const body = {
      displayName: draft.displayName,
      description: draft.description === '' ? null : draft.description,
      brandingOptions: branding === '' ? 'none' : branding,
    };
    if (await attempt(() => patch(graph(`${templatesPath}/${id}`), body), 'The template is saved.')) onChanged();
  };
  const toggle = (option: string) =>
    setDraft((old) => ({
      ...old,
      branding: old.branding.includes(option) ? old.branding.filter((one) => one !== option) : [...old.branding, option],
    }));
  return (
    <Card title="In every mail">
      <form
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void save();
        }}
      >
        <Field label="Name of the template">
          <input
            required
            maxLength={256}
            value={draft.displayName}
            onInput={({ currentTarget: { value } }) => setDraft((old) => ({ ...old, displayName: value }))}
          />
        </Field>
        <Field label="Description">
          <input
            maxLength={1024}
            value={draft.description}
            onInput={({ currentTarget: { value } }) => setDraft((old) => ({ ...old, description: value }))}
          />
        </Field>
        {options.map(([option, label]) => (
          <label key={option} class="tickbox">
            <input type="checkbox" checked={draft.branding.includes(option)} onChange={() => toggle(option)} />
            {label}
          </label>
        ))}
        <div>
          <button type="submit" class="primary">
            Save
          </button>
        </div>
      </form>
    </Card>
  );
}
