/** What the tenant sends: what waits, what is tried again and when, and why something never arrived. */
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { useKept } from '../live/use-kept.ts';
import { useRemote } from '../live/use-remote.ts';
import { go, href, replaceQuery, route } from '../router.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Pager } from '../ui/pager.tsx';
import { Badge, Empty, Facts, Field, Loading, Trouble } from '../ui/parts.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { Instant } from '../ui/time.tsx';
import { listed, mailsOnPage, type OutgoingHead, stateText, subjectText, toneOf } from './mail.ts';

type Outgoing = OutgoingHead & { text?: string; body: string };

const everybody = ({ to, cc, bcc }: OutgoingHead): string[] => [...to, ...cc, ...bcc];

/** Why it has not arrived, or not everywhere. */
function whyText({ error, refused }: OutgoingHead): string {
  return error ?? refused.map(({ address, response }) => `${address}: ${response}`).join('; ');
}

const columns: readonly Column<OutgoingHead>[] = [
  { id: 'at', label: 'Date', cell: ({ at }) => <Instant at={at} />, secondary: true },
  {
    id: 'subject',
    label: 'Subject',
    cell: ({ id, subject }) => <a href={href(['mail', 'outbox', id])}>{subjectText(subject)}</a>,
  },
  { id: 'to', label: 'To', cell: (mail) => everybody(mail).join(', '), secondary: true },
  { id: 'state', label: 'State', cell: (mail) => <Badge tone={toneOf(mail.state)}>{stateText(mail)}</Badge> },
  { id: 'attempts', label: 'Attempts', cell: ({ attempts }) => attempts, numeric: true, secondary: true },
  { id: 'next', label: 'Next attempt', cell: ({ nextAttemptAt }) => <Instant at={nextAttemptAt} relative /> },
  { id: 'why', label: 'Why', cell: (mail) => <span title={whyText(mail)}>{whyText(mail)}</span>, secondary: true },
];

const states = { queued: 'Queued or retrying', sent: 'Sent', failed: 'Failed', 'not-sent': 'Nobody to send to' };

export function Outbox({ opened }: { opened: string | undefined }) {
  const query = route.value.query;
  const search = query.get('search') ?? '';
  const state = query.get('state') ?? '';
  const [skip, setSkip] = useState(0);
  const {
    data: loaded,
    error,
    loading,
    reload,
  } = useRemote(
    `outbox ${skip} ${state} ${search}`,
    (signal) => listed<OutgoingHead>('/mockfleet/outbox', { skip: String(skip), search, state }, { signal }),
    ['mails'],
  );
  const kept = useKept(loaded);
  const data = error === undefined ? kept : loaded;
  const narrow = (change: { search?: string; state?: string }) => {
    setSkip(0);
    replaceQuery({ search, state, ...change });
  };
  return (
    <div class="stack">
      <div class="row">
        <input
          class="outbox-search"
          type="search"
          aria-label="Search sender, recipient or subject"
          placeholder="Sender, recipient or subject"
          value={search}
          onInput={(event) => narrow({ search: event.currentTarget.value })}
        />
        <select aria-label="State" value={state} onChange={(event) => narrow({ state: event.currentTarget.value })}>
          <option value="">Any state</option>
          {Object.entries(states).map(([name, label]) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </select>
      </div>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {data === undefined ? (
        error === undefined && <Loading />
      ) : data.value.length === 0 ? (
        <Empty>{search === '' && state === '' ? 'The tenant has sent no mail yet.' : 'No mail of the outbox is like that.'}</Empty>
      ) : (
        <Table label="Outbox" columns={columns} rows={data.value} idOf={({ id }) => id} busy={loading} />
      )}
      <Pager
        onBack={skip === 0 ? undefined : () => setSkip(Math.max(0, skip - mailsOnPage))}
        onForward={data?.more === true ? () => setSkip(skip + mailsOnPage) : undefined}
      />
      {opened === undefined ? null : <Details id={opened} key={opened} />}
    </div>
  );
}

function Details({ id }: { id: string }) {
  const {
    data: mail,
    error,
    reload,
  } = useRemote(`outgoing ${id}`, (signal) => get<Outgoing>(`/mockfleet/outbox/${encodeURIComponent(id)}`, { signal }), ['mails']);
  return (
    <Dialog title={mail === undefined ? 'Mail' : subjectText(mail.subject)} onClose={() => go(['mail', 'outbox'])} wide>
      {error === undefined ? null : <Trouble error={error} onRetry={reload} />}
      {mail === undefined ? (
        error === undefined && <Loading />
      ) : (
        <>
          <Facts
            rows={[
              [
                'State',
                <Badge key="state" tone={toneOf(mail.state)}>
                  {stateText(mail)}
                </Badge>,
              ],
              ['From', mail.from],
              ['To', everybody(mail).join(', ') || 'nobody'],
              ['Date', <Instant key="at" at={mail.at} />],
              ['Attempts', mail.attempts],
              ['Next attempt', <Instant key="next" at={mail.nextAttemptAt} />],
              ['Ended', <Instant key="end" at={mail.finishedAt} />],
              ['Still to get it', mail.pending.join(', ') || '—'],
              ['Why', whyText(mail) || '—'],
              ['Message-ID', mail.messageId],
              ...(mail.about === undefined
                ? []
                : [
                    [
                      'About',
                      <a key="about" href={href(['devices', mail.about.deviceId])}>
                        a device
                      </a>,
                    ] as const,
                  ]),
            ]}
          />
          <Field label="Text">
            <textarea
              class="mail-sent"
              readOnly
              rows={10}
              value={mail.text ?? (mail.contentType === 'text' ? mail.body : 'It has HTML alone.')}
            />
          </Field>
        </>
      )}
    </Dialog>
  );
}
