/** The latest mails of the tenant's mailbox; the page `#/mail` has them whole. */
import { get } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { href } from '../router.ts';
import { Loading, Trouble } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';

interface ListedMail {
  id: string;
  at: string;
  from: string;
  to: string[];
  subject: string;
}

const shownMax = 20;

interface MailPage {
  value: ListedMail[];
  more: boolean;
}

export function DockMailbox() {
  const path = `/mockfleet/mail?top=${shownMax}`;
  const { data, error, reload } = useRemote<MailPage>('dock mails', (stop) => get(path, { signal: stop }), ['mails']);
  if (data === undefined) return error === undefined ? <Loading /> : <Trouble error={error} onRetry={reload} />;
  if (data.value.length === 0) return <p class="quiet">No mails yet. What the tenant sends arrives here.</p>;
  return (
    <>
      <ul class="dock-list">
        {data.value.map(({ id, at, from, to, subject }) => (
          <li key={id}>
            <a class="dock-entry" href={href(['mail', id])}>
              <strong class="cut">{subject === '' ? '(no subject)' : subject}</strong>
              <span class="cut quiet">
                {from} to {to.join(', ')}
              </span>
              <small class="quiet">
                <Instant at={at} />
              </small>
            </a>
          </li>
        ))}
      </ul>
      {data.more ? <a href={href(['mail'])}>All mails</a> : null}
    </>
  );
}
