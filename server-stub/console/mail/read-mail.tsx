/** One mail: as its reader sees it, as text, and as it came over the wire. */
import { ApiError, get, post } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { href, route } from '../router.ts';
import { Empty, Facts, Loading, Tabs, Trouble } from '../ui/parts.tsx';
import { Instant } from '../ui/time.tsx';
import { bytesOf, type Mail, subjectText } from './mail.ts';

export function ReadMail({ id }: { id: string }) {
  const {
    data: mail,
    error,
    reload,
  } = useRemote(`mail ${id}`, (signal) => get<Mail>(`/mockfleet/mail/${encodeURIComponent(id)}`, { signal }));
  const search = route.value.query.get('search') ?? '';
  return (
    <article class="mail-read card" aria-label="The mail">
      <a class="mail-back" href={href(['mail'], { search })}>
        ← All mails
      </a>
      {error === undefined ? null : error.code === 'mail-not-found' ? (
        <Empty>This mail is not (or no longer) in the mailbox.</Empty>
      ) : (
        <Trouble error={error} onRetry={reload} />
      )}
      {mail === undefined ? error === undefined && <Loading /> : <Read mail={mail} search={search} />}
    </article>
  );
}

const views = { html: 'As it is read', text: 'Text', raw: 'Raw, with headers' } as const;
type View = keyof typeof views;

function Read({ mail, search }: { mail: Mail; search: string }) {
  const asked = route.value.query.get('as');
  const view: View = asked !== null && Object.hasOwn(views, asked) ? (asked as View) : mail.html === null ? 'text' : 'html';
  const { from, to, cc, bcc, at, subject } = mail;
  const people: [string, string[]][] = [
    ['To', to],
    ['Cc', cc],
    ['Bcc', bcc],
  ];
  return (
    <>
      <h2>{subjectText(subject)}</h2>
      <Facts
        rows={[
          ['From', from],
          ...people.filter(([, addresses]) => addresses.length > 0).map(([name, addresses]) => [name, addresses.join(', ')] as const),
          ['Sent', <Instant key="at" at={at} />],
          ['State', mail.state ?? 'from another program'],
        ]}
      />
      <Tabs
        current={view}
        tabs={Object.entries(views).map(([one, label]) => ({ id: one, label, href: href(['mail', mail.id], { as: one, search }) }))}
      />
      {view === 'html' ? <AsRead mail={mail} /> : view === 'text' ? <AsText mail={mail} /> : <AsRaw mail={mail} />}
    </>
  );
}

/** In a frame of its own, in which nothing runs and which loads nothing: anybody may have written it. */
function AsRead({ mail }: { mail: Mail }) {
  const { data, error, reload } = useRemote(
    `view ${mail.id}`,
    mail.html === null ? undefined : () => post<{ path: string }>(`/mockfleet/mail/${encodeURIComponent(mail.id)}/view`),
  );
  if (mail.html === null) return <Empty>This mail has no HTML: its text is all there is.</Empty>;
  if (error instanceof ApiError) return <Trouble error={error} onRetry={reload} />;
  return data === undefined ? <Loading /> : <iframe class="mail-frame" title="The mail as it is read" sandbox="" src={data.path} />;
}

function AsText({ mail: { text } }: { mail: Mail }) {
  return text === null ? <Empty>This mail has no plain text beside its HTML.</Empty> : <pre class="mail-text">{text}</pre>;
}

/** Characters of it that are shown: a logo of a megabyte is one long word. */
const shownMax = 100_000;

function AsRaw({ mail: { id, raw } }: { mail: Mail }) {
  if (raw === null) return <Empty>This mail came within the process and was never on a wire.</Empty>;
  const bytes = bytesOf(raw);
  const text = new TextDecoder().decode(bytes);
  const save = () => {
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([bytes], { type: 'message/rfc822' }));
    link.download = `${id}.eml`;
    link.click();
    URL.revokeObjectURL(link.href);
  };
  return (
    <div class="stack">
      <div class="row">
        <button type="button" onClick={save}>
          Save as a file
        </button>
        <span class="quiet">
          {bytes.length.toLocaleString('en')} bytes
          {text.length > shownMax ? `; the first ${shownMax.toLocaleString('en')} characters are shown` : ''}
        </span>
      </div>
      <pre class="mail-text">{text.slice(0, shownMax)}</pre>
    </div>
  );
}
