/** Groups, to assign policies to and to notify: all of them, and who is in one. */
import { useState } from 'preact/hooks';
import { get, graph, post, remove } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { go, href, replaceQuery, route } from '../router.ts';
import { confirm, Dialog } from '../ui/dialog.tsx';
import { Card, Empty, Field, Loading, PageHead, Tabs, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { attempt } from '../ui/toast.tsx';
import { nameOf, type ObjectKind, searchHeaders, searchPath, usePages } from './lists.ts';
import { Picker } from './picker.tsx';
import type { DirectoryObject, Group } from './policy-shapes.ts';
import './policies.css';

const shownAtOnce = 50;

export default function GroupsPage() {
  const [, id] = route.value.path;
  return id === undefined ? <GroupList /> : <GroupPage key={id} id={id} />;
}

function GroupList() {
  const search = route.value.query.get('search') ?? '';
  const [isNew, setIsNew] = useState(false);
  const { data, error, reload, loading, more } = usePages<Group>(searchPath('groups', search, shownAtOnce), ['tenant'], searchHeaders);
  return (
    <>
      <PageHead title="Groups" sub="Policies are assigned to groups, and notifications go to them">
        <button type="button" class="primary" onClick={() => setIsNew(true)}>
          New group
        </button>
      </PageHead>
      <div class="stack">
        <Field label="Search">
          <input
            type="search"
            placeholder="Begin of a word of the name"
            value={search}
            onInput={(event) => replaceQuery({ search: event.currentTarget.value })}
          />
        </Field>
        {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
        {data === undefined && error === undefined ? <Loading /> : null}
        {data?.value.length === 0 ? (
          <Empty>{search === '' ? 'No group yet. Make one by New group.' : 'No group whose name has a word that begins so.'}</Empty>
        ) : null}
        {data === undefined || data.value.length === 0 ? null : (
          <Table<Group>
            label="Groups"
            rows={data.value}
            idOf={(group) => group.id}
            busy={loading}
            columns={[
              {
                id: 'name',
                label: 'Name',
                cell: (group) => (
                  <a href={href(['groups', group.id])} title={group.displayName}>
                    {group.displayName}
                  </a>
                ),
              },
              { id: 'description', label: 'Description', secondary: true, cell: ({ description }) => description },
              { id: 'at', label: 'Made', secondary: true, cell: ({ createdDateTime }) => <Instant at={createdDateTime} /> },
            ]}
          />
        )}
        {data?.hasMore === true ? (
          <div>
            <button type="button" onClick={more}>
              Show more
            </button>
          </div>
        ) : null}
      </div>
      {isNew ? <NewGroup onClose={() => setIsNew(false)} /> : null}
    </>
  );
}

/** Graph asks for one, and nobody looks at it: letters of the name, and something that tells it from others of that name. */
function nicknameOf(name: string): string {
  return `${name.replaceAll(/[^A-Za-z0-9]/g, '').slice(0, 40)}-${crypto.randomUUID().slice(0, 8)}`;
}

function NewGroup({ onClose }: { onClose: () => void }) {
  const [displayName, setName] = useState('');
  const [description, setDescription] = useState('');
  const create = () =>
    attempt(async () => {
      const { id } = await post<Group>(graph('groups'), {
        displayName,
        description: description === '' ? null : description,
        mailEnabled: false,
        mailNickname: nicknameOf(displayName),
        securityEnabled: true,
      });
      go(['groups', id]);
    }, `The group ${displayName} is there: add members.`);
  return (
    <Dialog
      title="New group"
      onClose={onClose}
      actions={
        <button type="submit" form="new-group" class="primary">
          Create
        </button>
      }
    >
      <form
        id="new-group"
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          void create();
        }}
      >
        <Field label="Name">
          <input required maxLength={256} value={displayName} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field label="Description">
          <input maxLength={1024} value={description} onInput={(event) => setDescription(event.currentTarget.value)} />
        </Field>
      </form>
    </Dialog>
  );
}

async function drop({ id, displayName }: Group): Promise<void> {
  const text = 'Policies that are assigned to it no longer reach its members. The members themselves stay.';
  if (!(await confirm({ title: `Delete the group ${displayName}?`, text, yes: 'Delete', danger: true }))) return;
  if (await attempt(() => remove(graph(`groups/${id}`)), 'The group is deleted.')) go(['groups']);
}

function GroupPage({ id }: { id: string }) {
  const path = graph(`groups/${encodeURIComponent(id)}`);
  const { data: group, error, reload } = useRemote(path, (stop) => get<Group>(path, { signal: stop }), ['tenant']);
  if (error !== undefined && group === undefined) return <Trouble error={error} onRetry={reload} />;
  if (group === undefined) return <Loading />;
  return (
    <>
      <PageHead title={group.displayName} sub={group.description}>
        <button type="button" class="danger" onClick={() => void drop(group)}>
          Delete
        </button>
      </PageHead>
      <Members id={group.id} />
    </>
  );
}

const kindOf = ({ '@odata.type': type = '' }: DirectoryObject) => type.replace('#microsoft.graph.', '');

function Members({ id }: { id: string }) {
  const path = graph(`groups/${id}/members`, { $top: 100 });
  const { data, error, reload, loading, more } = usePages<DirectoryObject>(path, ['tenant']);
  const kind = (route.value.query.get('add') ?? 'users') as ObjectKind;
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  const add = async ({ id: memberId }: DirectoryObject) => {
    const body = { '@odata.id': `${location.origin}/v1.0/directoryObjects/${memberId}` };
    await attempt(() => post(graph(`groups/${id}/members/$ref`), body));
    reload();
  };
  const drop = async ({ id: memberId }: DirectoryObject) => {
    await attempt(() => remove(graph(`groups/${id}/members/${memberId}/$ref`)));
    reload();
  };
  return (
    <div class="cards">
      <Card title="Members">
        {data.value.length === 0 ? (
          <Empty>Nobody is in it yet. Add people, devices or other groups.</Empty>
        ) : (
          <Table<DirectoryObject>
            label="Members"
            rows={data.value}
            idOf={(member) => member.id}
            busy={loading}
            columns={[
              { id: 'name', label: 'Name', cell: (member) => <span title={nameOf(member)}>{nameOf(member)}</span> },
              { id: 'kind', label: 'What', cell: kindOf },
              { id: 'more', label: 'Also', secondary: true, cell: (member) => member.userPrincipalName ?? member.operatingSystem ?? '' },
              {
                id: 'remove',
                label: '',
                cell: (member) => (
                  <button type="button" aria-label={`Remove ${nameOf(member)}`} onClick={() => void drop(member)}>
                    Remove
                  </button>
                ),
              },
            ]}
          />
        )}
        {data.hasMore ? (
          <button type="button" onClick={more}>
            Show more
          </button>
        ) : null}
      </Card>
      <Card title="Add members">
        <Tabs
          current={kind}
          tabs={(['users', 'devices', 'groups'] as const).map((one) => ({
            id: one,
            label: one === 'users' ? 'People' : one === 'devices' ? 'Devices' : 'Groups',
            href: href(['groups', id], { add: one }),
          }))}
        />
        <Picker
          key={kind}
          label={`Search ${kind === 'users' ? 'people' : kind}`}
          kind={kind}
          taken={[id, ...data.value.map((member) => member.id)]}
          onPick={(found) => void add(found)}
        />
      </Card>
    </div>
  );
}
