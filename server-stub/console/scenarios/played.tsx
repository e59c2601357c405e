/** A scenario that is played: where it stands, how it goes on, and both sides of a device beside its timeline. */
import { useState } from 'preact/hooks';
import { get } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import type { ScenarioView } from '../live/words.ts';
import { Badge, Card, Empty, Field, PageHead } from '../ui/parts.tsx';
import { instantText } from '../ui/time.tsx';
import { BothSides } from './both-sides.tsx';
import { goOn, takeOver } from './moves.ts';
import { Timeline } from './timeline.tsx';
import { notedWord, StateOf, sinceText, stateText } from './words.tsx';

/** A device that somebody holds, as lists have it. */
interface Held {
  deviceName: string;
  serialNumber: string;
}

/** Of a scenario with thousands, those can be looked at that its page of devices begins with. */
const heldMax = 200;

const loadHeld = (stop: AbortSignal) => get<{ value: Held[] }>(`/mockfleet/devices?top=${heldMax}`, { signal: stop });

export function PlayedScenario({ view }: { view: ScenarioView }) {
  const { data } = useRemote(`held by ${view.name} ${view.startAt}`, loadHeld, ['hands']);
  const [chosen, setChosen] = useState<string | null>(null);
  const held = data?.value ?? [];
  const isHeld = (device: string) => held.some(({ deviceName }) => deviceName === device);
  const looked = chosen ?? latestDevice(view, isHeld) ?? held[0]?.deviceName ?? null;
  return (
    <>
      <PageHead
        title={view.title}
        sub={
          <>
            <StateOf view={view} /> {view.question}
          </>
        }
      />
      <div class="stack">
        {view.trouble === null ? null : (
          <p class="trouble" role="alert">
            It cannot go on: {view.trouble}
          </p>
        )}
        <Card title="Where it stands">
          <Place view={view} />
          <Controls view={view} />
        </Card>
        <div class="played-columns">
          <Card title="Timeline">
            <Timeline
              startAt={view.startAt}
              lived={view.lived}
              remaining={view.remaining}
              here={
                <strong>
                  Here: {sinceText(view.at, view.startAt)} ({instantText(view.at)})
                </strong>
              }
              onLook={setChosen}
              canLook={isHeld}
              looked={looked}
            />
          </Card>
          <div class="stack">
            {looked === null ? (
              <Card title="Both sides">
                <Empty>No device is there yet.</Empty>
              </Card>
            ) : (
              <BothSides deviceRef={looked} all={held.map(({ deviceName }) => deviceName)} onChoose={setChosen} />
            )}
          </div>
        </div>
        <div class="cards">
          <Card title="Noted by the administrator">
            <Noted view={view} />
          </Card>
          <Card title="What was expected">
            <Verdicts view={view} />
          </Card>
        </div>
      </div>
    </>
  );
}

/** The one that something has happened to last. */
function latestDevice({ lived, remaining }: ScenarioView, isHeld: (device: string) => boolean): string | undefined {
  const steps = [...lived].reverse().concat(remaining);
  return steps.find(({ device }) => device !== null && isHeld(device))?.device ?? undefined;
}

function Place({ view }: { view: ScenarioView }) {
  const [from, to] = [Date.parse(view.startAt), Date.parse(view.endAt)];
  const share = Math.min(1, Math.max(0, (Date.parse(view.at) - from) / Math.max(1, to - from)));
  return (
    <div class="place">
      <progress max={1} value={share} aria-label="How much of it was lived" />
      <p>
        <strong>{instantText(view.at)}</strong>, {sinceText(view.at, view.startAt)}; it lasts until {instantText(view.endAt)}.{' '}
        <span class="quiet">{stateText(view)}</span>
      </p>
    </div>
  );
}

const ways = [
  ['next-step', 'Next step'],
  ['1h', '+1 hour'],
  ['1d', '+1 day'],
  ['7d', '+1 week'],
  ['end', 'To the end'],
] as const;

/** They stay where they are while it is lived, so that nobody loses the place. */
function Controls({ view }: { view: ScenarioView }) {
  const [typed, setTyped] = useState('');
  if (view.state === 'byHand') return null;
  const isBusy = view.state === 'playing';
  const submit = (event: Event) => {
    event.preventDefault();
    if (!isBusy && typed !== '') void goOn(`${typed.length === 16 ? `${typed}:00` : typed}Z`);
  };
  return (
    <div class="stack">
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame, and these are buttons */}
      <div class="row" role="group" aria-label="Go on">
        {ways.map(([to, label]) => (
          <button
            key={to}
            type="button"
            class={to === 'next-step' && !isBusy ? 'primary' : undefined}
            aria-disabled={isBusy}
            onClick={() => isBusy || void goOn(to)}
          >
            {label}
          </button>
        ))}
        <button type="button" aria-disabled={isBusy} onClick={() => isBusy || void takeOver()}>
          Take over
        </button>
      </div>
      <form class="instant-form" onSubmit={submit}>
        <Field label="Go on to an instant (UTC)">
          <input type="datetime-local" required value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </Field>
        <button type="submit" aria-disabled={isBusy}>
          Go on
        </button>
      </form>
    </div>
  );
}

function Noted({ view: { noted } }: { view: ScenarioView }) {
  if (noted.length === 0) return <Empty>Nothing yet: codes and passcodes stand here once the administrator has noted them.</Empty>;
  return (
    <ul class="noted">
      {noted.map(({ device, what, text }) => (
        <li key={`${device} ${what} ${text}`}>
          {device}: {notedWord(what)} <code>{text}</code>
        </li>
      ))}
    </ul>
  );
}

function Verdicts({ view: { verdicts } }: { view: ScenarioView }) {
  if (verdicts.length === 0) return <Empty>Nothing was looked at yet.</Empty>;
  return (
    <ul class="verdicts">
      {verdicts.map(({ name, passed, detail }, index) => (
        <li key={`${name} ${index}`}>
          <Badge tone={passed ? 'good' : 'bad'}>{passed ? 'so it is' : 'not so'}</Badge>
          <span>
            {name}
            {detail === '' ? null : <small>{detail}</small>}
          </span>
        </li>
      ))}
    </ul>
  );
}
