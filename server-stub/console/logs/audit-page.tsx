/** Audit log: who did what, and what became of the actions. */
import { href, route } from '../router.ts';
import { PageHead, Tabs } from '../ui/parts.tsx';
import { AuditEvents } from './audit-events.tsx';
import { RemoteActions } from './remote-actions.tsx';

export default function AuditPage() {
  const [, part] = route.value.path;
  const isActions = part === 'actions';
  return (
    <>
      <PageHead title="Audit log" sub="Who did what in this tenant, newest first." />
      <Tabs
        current={isActions ? 'actions' : 'events'}
        tabs={[
          { id: 'events', label: 'Audit events', href: href(['audit']) },
          { id: 'actions', label: 'Remote actions', href: href(['audit', 'actions']) },
        ]}
      />
      {isActions ? <RemoteActions /> : <AuditEvents opened={part} />}
    </>
  );
}
