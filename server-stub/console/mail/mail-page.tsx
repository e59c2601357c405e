/** Mailbox: what arrived, and what is still to be sent. */
import { remove } from '../api.ts';
import { versions } from '../live/events.ts';
import { href, route } from '../router.ts';
import { confirm } from '../ui/dialog.tsx';
import { PageHead, Tabs } from '../ui/parts.tsx';
import { attempt } from '../ui/toast.tsx';
import { Arrived } from './arrived.tsx';
import { Outbox } from './outbox.tsx';
import './mail.css';

export default function MailPage() {
  const [, id, outgoing] = route.value.path;
  const isOutbox = id === 'outbox';
  return (
    <>
      <PageHead title="Mailbox" sub="What the tenant sends to people, as its own mailbox on this machine took it in.">
        <button type="button" onClick={empty}>
          Empty the mailbox
        </button>
      </PageHead>
      <Tabs
        current={isOutbox ? 'outbox' : 'arrived'}
        tabs={[
          { id: 'arrived', label: 'Arrived', href: href(['mail']) },
          { id: 'outbox', label: 'Outbox', href: href(['mail', 'outbox']) },
        ]}
      />
      {isOutbox ? <Outbox opened={outgoing} /> : <Arrived opened={id} />}
    </>
  );
}

async function empty(): Promise<void> {
  const yes = await confirm({
    title: 'Empty the mailbox?',
    text: 'All mails that arrived are forgotten. The outbox keeps what was sent, and what is still to be.',
    yes: 'Empty it',
    danger: true,
  });
  if (!yes || !(await attempt(() => remove('/mockfleet/mail'), 'The mailbox is empty.'))) return;
  location.hash = href(['mail']);
  versions.mails.value += 1;
}
