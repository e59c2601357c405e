/** What can be done with the devices that are ticked, and what came of it, device by device. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiError, get, graph, type Page } from '../api.ts';
import { Dialog } from '../ui/dialog.tsx';
import { Badge } from '../ui/parts.tsx';
import { attempt, say } from '../ui/toast.tsx';
import { ActionDialog } from './action-dialog.tsx';
import { actionForms, type BulkAction, bulkActions, bulkParameters } from './action-forms.ts';
import { type Outcome, sendToMany } from './bulk.ts';
import { shortened } from './device.ts';
import { DeviceLink, once } from './device-parts.tsx';

interface BulkBarProps {
  /** Ids and names. */
  ticked: ReadonlyMap<string, string>;
  total: number | undefined;
  /** Of the list: what "all" means. */
  filter: string;
  onChange: (ticked: ReadonlyMap<string, string>) => void;
}

/** A browser that waits for the ids of more devices is of no use to anybody. */
const tickedMax = 10_000;
const idsPerPage = 1000;

export function BulkBar({ ticked, total, filter, onChange }: BulkBarProps) {
  const [asked, setAsked] = useState<BulkAction | null>(null);
  const [run, setRun] = useState<Run | null>(null);
  const [isLoading, setLoading] = useState(false);

  const tickAll = async () => {
    setLoading(true);
    await attempt(async () => onChange(await everyDevice(filter)));
    setLoading(false);
  };
  const start = (action: BulkAction, body: Record<string, unknown>) => setRun({ action, body, devices: new Map(ticked) });
  const hasForm = ({ name }: BulkAction) => actionForms[name] !== undefined;
  const count = ticked.size.toLocaleString('en');
  return (
    <section class="bulk" aria-label="Ticked devices">
      <strong role="status">{count} ticked</strong>
      {bulkActions.map((action) => (
        <button
          key={action.name}
          type="button"
          class={actionForms[action.name]?.danger === true ? 'danger-text' : undefined}
          onClick={once(() => (hasForm(action) ? setAsked(action) : start(action, {})))}
        >
          {action.title}
        </button>
      ))}
      {total !== undefined && total > ticked.size ? (
        <button type="button" class="link" disabled={isLoading} onClick={tickAll}>
          {total > tickedMax ? `Tick the first ${tickedMax.toLocaleString('en')}` : `Tick all ${total.toLocaleString('en')}`}
        </button>
      ) : null}
      <button type="button" class="link" onClick={() => onChange(new Map())}>
        Untick all
      </button>
      {asked === null ? null : (
        <ActionDialog
          action={asked.name}
          title={asked.title}
          target={ticked.size === 1 ? shortened([...ticked.values()][0] ?? '') : `${count} devices`}
          loses={actionForms[asked.name]?.loses?.({ system: '', isOnline: false, isCorporateAndroid: false, isMany: true })}
          parameters={bulkParameters(asked)}
          {...(actionForms[asked.name]?.danger === true && ticked.size > 1 && { typed: String(ticked.size) })}
          onSend={async (body) => {
            start(asked, body);
            return true;
          }}
          onClose={() => setAsked(null)}
        />
      )}
      {run === null ? null : (
        <BulkRun
          run={run}
          onClose={(outcomes) => {
            setRun(null);
            if (run.action.name !== 'delete') return;
            const gone = new Set(outcomes.filter(({ result }) => result === 'accepted').map(({ id }) => id));
            onChange(new Map([...ticked].filter(([id]) => !gone.has(id))));
          }}
        />
      )}
    </section>
  );
}

async function everyDevice(filter: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  let next: string | undefined = graph('deviceManagement/managedDevices', {
    $select: 'id,deviceName',
    $top: idsPerPage,
    $filter: filter,
  });
  while (next !== undefined && found.size < tickedMax) {
    const page: Page<{ id: string; deviceName: string }> = await get(next);
    for (const { id, deviceName } of page.value) found.set(id, deviceName);
    const link: string | undefined = page['@odata.nextLink'];
    // The link names the stub as it knows itself; the page stays with the address that it came from.
    next = link === undefined ? undefined : link.slice(link.indexOf('/beta/'));
  }
  return found;
}

interface Run {
  action: BulkAction;
  body: Record<string, unknown>;
  devices: ReadonlyMap<string, string>;
}

/** Refusals that are shown one by one. */
const shownMax = 200;

function BulkRun({ run: { action, body, devices }, onClose }: { run: Run; onClose: (outcomes: readonly Outcome[]) => void }) {
  const [outcomes, setOutcomes] = useState<readonly Outcome[]>([]);
  const [ended, setEnded] = useState<string | null>(null);
  const stop = useRef(new AbortController());
  useEffect(() => {
    sendToMany(action, [...devices.keys()], body, stop.current.signal, (more) => setOutcomes((old) => [...old, ...more]))
      .then(() => setEnded(''))
      .catch((error: unknown) => {
        if (!(error instanceof ApiError)) reportError(error);
        setEnded(`Stopped: ${error instanceof Error ? error.message : String(error)}`);
      });
    return () => stop.current.abort();
  }, []);
  const close = () => {
    stop.current.abort();
    if (ended === null) say('Stopped: what was not sent yet stays unsent.');
    onClose(outcomes);
  };
  const accepted = outcomes.filter(({ result }) => result === 'accepted').length;
  const refused = outcomes.filter(({ result }) => result === 'refused');
  return (
    <Dialog
      title={`${action.title}: ${devices.size.toLocaleString('en')} ${devices.size === 1 ? 'device' : 'devices'}`}
      wide
      onClose={close}
      actions={
        <button type="button" class={ended === null ? 'danger' : 'primary'} onClick={close}>
          {ended === null ? 'Stop' : 'Close'}
        </button>
      }
    >
      <progress max={devices.size} value={outcomes.length} aria-label="Sent" />
      <p class="row" role="status">
        <Badge tone="good">{accepted.toLocaleString('en')} accepted</Badge>
        <Badge tone={refused.length > 0 ? 'bad' : 'quiet'}>{refused.length.toLocaleString('en')} refused</Badge>
        {ended === null ? <span>of {devices.size.toLocaleString('en')} …</span> : null}
        {ended === null || ended === '' ? null : <span class="bad-text">{ended}</span>}
      </p>
      {refused.length === 0 ? null : (
        <ul class="outcomes">
          {refused.slice(0, shownMax).map(({ id, text }) => (
            <li key={id}>
              <DeviceLink id={id} name={devices.get(id) ?? id} /> <span>{text}</span>
            </li>
          ))}
          {refused.length > shownMax ? <li>and {(refused.length - shownMax).toLocaleString('en')} more</li> : null}
        </ul>
      )}
    </Dialog>
  );
}
