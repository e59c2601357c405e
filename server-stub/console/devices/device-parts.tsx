/** Small things that the list and the page of a device share. */
import { useState } from 'preact/hooks';
import { ApiError } from '../api.ts';
import { now } from '../live/clock.ts';
import { href } from '../router.ts';
import { Badge } from '../ui/parts.tsx';
import { actionStateWords, complianceWords, daysUntil, inWords, managementWords, shortened } from './device.ts';

/** The second click of a double one is none: the first one may be answered already. */
export const once = (work: () => void) => (event: MouseEvent) => {
  if (event.detail < 2) work();
};

export function StateBadge({ state, of }: { state: string; of: 'management' | 'compliance' | 'action' }) {
  const words = { management: managementWords, compliance: complianceWords, action: actionStateWords }[of][state];
  return <Badge tone={words?.tone ?? 'quiet'}>{words?.label ?? inWords(state)}</Badge>;
}

export function DeviceLink({ id, name }: { id: string; name: string }) {
  return (
    <a class="device-name" href={href(['devices', id])} title={shortened(name)}>
      {name === '' ? '(no name)' : name}
    </a>
  );
}

/** Figures in the table; a word for those who cannot see its colour. */
export function DaysLeft({ at }: { at: string }) {
  const days = daysUntil(at, now.value);
  if (Number.isNaN(days)) return null;
  if (days < 0) return <span class="days bad">ended</span>;
  return <span class={days < 30 ? 'days warn' : 'days'}>{days} d</span>;
}

/** How much of a year is left of its certificate. */
export function CertificateBar({ at }: { at: string }) {
  const days = daysUntil(at, now.value);
  if (Number.isNaN(days)) return null;
  const share = Math.max(0, Math.min(1, days / 365));
  const tone = days < 0 ? 'bad' : days < 30 ? 'warn' : 'good';
  return (
    <div class="days-left">
      <div class={`bar ${tone}`} aria-hidden="true">
        <i style={{ width: `${share * 100}%` }} />
      </div>
      <strong>{days < 0 ? `Ended ${-days} d ago` : `${days} ${days === 1 ? 'day' : 'days'} left`}</strong>
    </div>
  );
}

/** What is not shown to whoever only looks over a shoulder: asked for when it is wanted, put away again. */
export function Secret({ label, load, none }: { label: string; load: () => Promise<string | null>; none: string }) {
  const [shown, setShown] = useState<{ text: string | null } | { error: string } | null>(null);
  const [isAsking, setAsking] = useState(false);
  const ask = () => {
    if (isAsking) return;
    setAsking(true);
    load()
      .then((text) => setShown({ text }))
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) reportError(error);
        setShown({ error: error instanceof Error ? error.message : String(error) });
      })
      .finally(() => setAsking(false));
  };
  if (shown === null) {
    return (
      <button type="button" class="link" aria-label={`Show ${label}`} disabled={isAsking} onClick={ask}>
        Show
      </button>
    );
  }
  return (
    <span class="secret">
      <output aria-label={label}>
        {'error' in shown ? (
          <span class="bad-text">{shown.error}</span>
        ) : shown.text === null ? (
          <span class="quiet">{none}</span>
        ) : (
          <code>{shown.text}</code>
        )}
      </output>{' '}
      <button type="button" class="link" aria-label={`Hide ${label}`} onClick={() => setShown(null)}>
        Hide
      </button>
    </span>
  );
}
