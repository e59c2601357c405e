/** Mails that arrived: the list, and beside it the one that is read; where there is little room one after the other. */
import { useState } from 'preact/hooks';
import { useKept } from '../live/use-kept.ts';
import { useRemote } from '../live/use-remote.ts';
import { href, replaceQuery, route } from '../router.ts';
import { Pager } from '../ui/pager.tsx';
import { Badge, Empty, Loading, Trouble } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';
import { listed, type MailHead, mailsOnPage, subjectText, toneOf } from './mail.ts';
import { ReadMail } from './read-mail.tsx';

export function Arrived({ opened }: { opened: string | undefined }) {
  const search = route.value.query.get('search') ?? '';
  const [skip, setSkip] = useState(0);
  const {
    data: loaded,
    error,
    reload,
  } = useRemote(`mails ${skip} ${search}`, (signal) => listed<MailHead>('/mockfleet/mail', { skip: String(skip), search }, { signal }), [
    'mails',
  ]);
  const kept = useKept(loaded);
  const data = error === undefined ? kept : loaded;
  return (
    <div class={opened === undefined ? 'mail-panes' : 'mail-panes reading'}>
      <section class="mail-list" aria-label="Mails">
        <input
          type="search"
          aria-label="Search sender, recipient or subject"
          placeholder="Sender, recipient or subject"
          value={search}
          onInput={(event) => {
            setSkip(0);
            replaceQuery({ search: event.currentTarget.value });
          }}
        />
        {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
        {data === undefined ? error === undefined && <Loading /> : <List mails={data.value} {...{ opened, search }} />}
        <Pager
          onBack={skip === 0 ? undefined : () => setSkip(Math.max(0, skip - mailsOnPage))}
          onForward={data?.more === true ? () => setSkip(skip + mailsOnPage) : undefined}
        />
      </section>
      {opened === undefined ? <p class="mail-none empty">Choose a mail to read it here.</p> : <ReadMail id={opened} key={opened} />}
    </div>
  );
}

function List({ mails, opened, search }: { mails: readonly MailHead[]; opened: string | undefined; search: string }) {
  if (mails.length === 0) {
    return search === '' ? (
      <Empty>
        No mail yet. The tenant writes when a compliance policy says so; <a href={href(['policies'])}>give one an e-mail</a> and let a
        device break it.
      </Empty>
    ) : (
      <Empty>No mail is from, to or about “{search}”.</Empty>
    );
  }
  return (
    <ul>
      {mails.map(({ id, from, to, cc, bcc, subject, at, state }) => (
        <li key={id}>
          <a href={href(['mail', id], { search })} aria-current={id === opened ? 'true' : undefined}>
            <span class="mail-subject">{subjectText(subject)}</span>
            <span class="mail-when quiet">
              <Instant at={at} />
            </span>
            <span class="mail-who quiet">
              {from} → {[...to, ...cc, ...bcc].join(', ')}
            </span>
            {state === null || state === 'sent' ? null : <Badge tone={toneOf(state)}>{state}</Badge>}
          </a>
        </li>
      ))}
    </ul>
  );
}
