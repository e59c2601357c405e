/** Compliance policies: all of them, one, a new one; and what the tenant sets for all. */
import { graph } from '../api.ts';
import { href, route } from '../router.ts';
import { Badge, Empty, Loading, PageHead, Tabs, Trouble } from '../ui/parts.tsx';
import { Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { useAll } from './lists.ts';
import { NewPolicy } from './policy-form.tsx';
import { OverviewBadges, PolicyPage } from './policy-page.tsx';
import { type Policy, policiesPath, targetsOf, typeOf } from './policy-shapes.ts';
import { RetireList } from './retire-list.tsx';
import { policyTypes } from './setting-forms.ts';
import { groupIdsOf, targetText, useGroupNames } from './targets.tsx';
import { TenantSettings } from './tenant-settings.tsx';
import './policies.css';

export default function PoliciesPage() {
  const [, part, edit] = route.value.path;
  switch (part) {
    case undefined:
    case 'settings':
    case 'retire':
      return (
        <>
          <PageHead title="Compliance policies" sub="What the tenant asks of its devices, and what is done when they break it">
            <a class="button primary" href={href(['policies', 'new'])}>
              New policy
            </a>
          </PageHead>
          <Tabs
            current={part ?? 'policies'}
            tabs={[
              { id: 'policies', label: 'Policies', href: href(['policies']) },
              { id: 'settings', label: 'Settings for all', href: href(['policies', 'settings']) },
              { id: 'retire', label: 'Retire list', href: href(['policies', 'retire']) },
            ]}
          />
          {part === undefined ? <PolicyList /> : part === 'settings' ? <TenantSettings /> : <RetireList />}
        </>
      );
    case 'new':
      return <NewPolicy type={route.value.query.get('type')} />;
    default:
      return <PolicyPage key={part} id={part} edited={edit === 'edit'} />;
  }
}

function PolicyList() {
  const path = graph(policiesPath, { $expand: 'assignments,deviceStatusOverview' });
  const { data, error, reload, loading } = useAll<Policy>(path, ['tenant', 'devices']);
  const groupName = useGroupNames(data?.value.flatMap((policy) => groupIdsOf(targetsOf(policy))) ?? []);
  if (error !== undefined && data === undefined) return <Trouble error={error} onRetry={reload} />;
  if (data === undefined) return <Loading />;
  if (data.value.length === 0) {
    return <Empty>No policy yet, so every device counts as compliant (but see Settings for all). Make one by New policy.</Empty>;
  }
  return (
    <Table<Policy>
      label="Compliance policies"
      rows={data.value}
      idOf={(policy) => policy.id}
      busy={loading}
      columns={[
        {
          id: 'name',
          label: 'Name',
          cell: ({ id, displayName }) => (
            <a href={href(['policies', id])} title={displayName}>
              {displayName}
            </a>
          ),
        },
        { id: 'type', label: 'For', cell: (policy) => policyTypes[typeOf(policy)]?.title ?? typeOf(policy) },
        {
          id: 'assigned',
          label: 'Assigned to',
          secondary: true,
          cell: (policy) => {
            const targets = targetsOf(policy);
            if (targets.length === 0) return <Badge tone="warn">nobody</Badge>;
            const text = targets.map((target) => {
              const isOut = target['@odata.type'].includes('exclusion');
              return `${isOut ? 'not ' : ''}${targetText(target, groupName)}`;
            });
            return <span title={text.join(', ')}>{text.join(', ')}</span>;
          },
        },
        { id: 'devices', label: 'Devices', cell: (policy) => <OverviewBadges overview={policy.deviceStatusOverview} /> },
        { id: 'at', label: 'Changed', secondary: true, cell: (policy) => <Instant at={policy.lastModifiedDateTime} /> },
      ]}
    />
  );
}
