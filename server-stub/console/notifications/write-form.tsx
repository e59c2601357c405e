/** A custom notification is written, addressed and sent. Its text is kept nowhere: neither here nor by the stub (CN-06). */
import { useId, useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { href, route } from '../router.ts';
import { Card, Trouble } from '../ui/parts.tsx';
import { spanText } from '../ui/time.tsx';
import { AudiencePicker, useNames } from './audience-picker.tsx';
import { Outcome, type OutcomeShown } from './outcome.tsx';
import { type Audience, send } from './send.ts';
import { bodyCharactersMax, charactersIn, titleCharactersMax } from './text.ts';

/** `#/notifications?device=ID,ID` and `?group=ID,ID`: other pages begin here. */
function askedFor(query: URLSearchParams): Audience {
  const listed = (name: string) => (query.get(name) ?? '').split(',').filter((id) => id !== '');
  const devices = listed('device');
  return devices.length > 0 ? { kind: 'devices', ids: devices } : { kind: 'groups', ids: listed('group') };
}

export function WriteForm() {
  const [audience, setAudience] = useState(() => askedFor(route.value.query));
  const [title, setTitle] = useState('');
  const [body, setBody] = useState('');
  const [isBusy, setBusy] = useState(false);
  const [outcome, setOutcome] = useState<OutcomeShown | ApiError | null>(null);
  const names = useNames(audience);
  const isTooLong = charactersIn(title) > titleCharactersMax || charactersIn(body) > bodyCharactersMax;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    setBusy(true);
    setOutcome(null);
    try {
      const came = await send(audience, { notificationTitle: title, notificationBody: body });
      setOutcome({ audience, came, nameOf: names.of, title, body });
      if (came.sent.length > 0) {
        setTitle('');
        setBody('');
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      setOutcome(error);
    } finally {
      setBusy(false);
    }
  }

  return (
    <Card title="Write a notification">
      <form class="stack" onSubmit={submit}>
        <AudiencePicker audience={audience} onChange={setAudience} names={names} />
        <Counted label="Title" text={title} max={titleCharactersMax} onText={setTitle} />
        <Counted label="Message" text={body} max={bodyCharactersMax} onText={setBody} rows={4} />
        <p class="quiet">
          It is shown by Company Portal on iOS, iPadOS and Android. What you write is kept nowhere: to send it again, write it again.
        </p>
        <div class="row">
          <button type="submit" class="primary" disabled={isBusy || isTooLong || audience.ids.length === 0 || title === '' || body === ''}>
            Send
          </button>
          {audience.ids.length === 0 ? <span class="quiet">Choose who gets it first.</span> : null}
        </div>
        {outcome === null ? null : outcome instanceof ApiError ? <Refused error={outcome} /> : <Outcome {...outcome} />}
      </form>
    </Card>
  );
}

function Refused({ error }: { error: ApiError }) {
  const wait = error.retryAfterSeconds;
  return (
    <div class="stack">
      <Trouble error={error} />
      {error.status !== 429 || wait === null ? null : (
        <p>
          That is in {spanText(wait * 1000)} of the tenant’s time. <a href={href(['time'])}>Jump there</a>, or wait.
        </p>
      )}
    </div>
  );
}

interface CountedProps {
  label: string;
  text: string;
  max: number;
  onText: (text: string) => void;
  rows?: number;
}

function Counted({ label, text, max, onText, rows }: CountedProps) {
  const id = useId();
  const count = charactersIn(text);
  const shared = {
    id,
    autocomplete: 'off' as const,
    'aria-describedby': `${id}-count`,
    'aria-invalid': count > max,
    value: text,
    onInput: (event: { currentTarget: { value: string } }) => onText(event.currentTarget.value),
  };
  return (
    <div class="field">
      <label for={id}>
        <strong>{label}</strong>
      </label>
      {rows === undefined ? <input {...shared} /> : <textarea {...shared} rows={rows} />}
      <small id={`${id}-count`} class={count > max ? 'over' : undefined}>
        {count > max ? `${count} of ${max} characters: ${count - max} too many` : `${count} of ${max} characters`}
      </small>
    </div>
  );
}
