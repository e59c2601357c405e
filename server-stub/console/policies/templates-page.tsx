/** Templates of mails about noncompliance: all of them, and one with its languages; and the company's branding. */
import { useState } from 'preact/hooks';
import { graph, post } from '../api.ts';
import { go, href, route } from '../router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Empty, Field, Loading, PageHead, Tabs, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { attempt } from '../ui/toast.tsx';
import { Branding } from './branding.tsx';
import { useAll } from './lists.ts';
import { type Template, templatesPath } from './policy-shapes.ts';
import { TemplatePage } from './template-page.tsx';
import './policies.css';

export default function TemplatesPage() {
  const [, part] = route.value.path;
  const [isNew, setIsNew] = useState(false);
  if (part !== undefined && part !== 'branding') return <TemplatePage key={part} id={part} />;
  return (
    <>
      <PageHead title="Notification templates" sub="Mails that policies send to people whose devices break them">
        <button type="button" class="primary" onClick={() => setIsNew(true)}>
          New template
        </button>
      </PageHead>
      <Tabs
        current={part ?? 'templates'}
        tabs={[
          { id: 'templates', label: 'Templates', href: href(['templates']) },
          { id: 'branding', label: 'Branding', href: href(['templates', 'branding']) },
        ]}
      />
      {part === 'branding' ? <Branding /> : <TemplateList />}
      {isNew ? <NewTemplate onClose={() => setIsNew(false)} /> : null}
    </>
  );
}

function TemplateList() {
  const path = graph(templatesPath, { $expand: 'localizedNotificationMessages' });
  const { data, error, reload, loading } = useAll<Template>(path, ['tenant']);
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  if (data.value.length === 0) return <Empty>No template yet. A policy needs one to send e-mails: make it by New template.</Empty>;
  return (
    <Table<Template>
      label="Templates"
      rows={data.value}
      idOf={({ id }) => id}
      busy={loading}
      columns={[
        {
          id: 'name',
          label: 'Name',
          cell: ({ id, displayName }) => (
            <a href={href(['templates', id])} title={displayName}>
              {displayName}
            </a>
          ),
        },
        {
          id: 'languages',
          label: 'Languages',
          cell: ({ localizedNotificationMessages: messages = [] }) =>
            messages.length === 0
              ? 'none yet'
              : messages.map(({ locale, isDefault }) => `${locale}${isDefault ? ' (default)' : ''}`).join(', '),
        },
        { id: 'description', label: 'Description', secondary: true, cell: ({ description }) => description },
        { id: 'at', label: 'Changed', secondary: true, cell: ({ lastModifiedDateTime }) => <Instant at={lastModifiedDateTime} /> },
      ]}
    />
  );
}

function NewTemplate({ onClose }: { onClose: () => void }) {
  const [displayName, setName] = useState('');
  const create = () =>
    attempt(async () => {
      const { id } = await post<Template>(graph(templatesPath), { displayName });
      go(['templates', id]);
    }, 'The template is there: give it a message in a language.');
  return (
    <Dialog
      title="New template"
      onClose={onClose}
      actions={
        <button type="submit" form="new-template" class="primary">
          Create
        </button>
      }
    >
      <form
        id="new-template"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label="Name">
          <input required maxLength={256} value={displayName} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
      </form>
    </Dialog>
  );
}
