/** Time: the tenant's clock at large, what comes next, and what the fleet has been through. */
import './time-page.css';
import { useMemo, useState } from 'preact/hooks';
import { get } from '../api.ts';
import { clock, now } from '../live/clock.ts';
import { useRemote } from '../live/use-remote.ts';
import { Card, Loading, PageHead, Trouble } from '../ui/parts.tsx';
import { instantText } from '../ui/time.tsx';
import { Activity } from './activity.tsx';
import { InstantForm, JumpButtons, OwnSpeed } from './controls.tsx';
import { FleetChart, type Sample } from './fleet-chart.tsx';
import { jump, setSpeed } from './moves.ts';
import { NextHappenings } from './next-happenings.tsx';
import { speeds, speedWord } from './words.ts';

export default function TimePage() {
  return (
    <>
      <PageHead
        title="Time"
        sub="The tenant’s own clock, in UTC. Whatever is due on the way of a jump is lived in its order: nothing is skipped."
      />
      <div class="stack">
        <div class="cards">
          <Now />
          <Card title="Next happenings">
            <NextHappenings />
          </Card>
        </div>
        <Charts />
        <Card title="Activity">
          <Activity />
        </Card>
      </div>
    </>
  );
}

function Now() {
  const [isAsking, setIsAsking] = useState(false);
  const view = clock.value;
  if (view === null) return <Loading />;
  const { speed } = view;
  const mode =
    jump.value !== null
      ? 'A jump is under way.'
      : speed === 0
        ? 'The clock stands. Jump, or let it run.'
        : speed === 1
          ? 'The clock runs as fast as any other.'
          : `The clock runs ${speedWord(speed).slice(1)} times as fast as a real one.`;
  return (
    <Card title="Now">
      <div class="time-now">
        <p>
          <BigNow />
          <span class="quiet">{mode}</span>
        </p>
        <h3>Speed</h3>
        {/* biome-ignore lint/a11y/useSemanticElements: a fieldset draws a frame, and these are buttons */}
        <div class="speeds" role="group" aria-label="Speed">
          {speeds.map((one) => (
            <button
              key={one.speed}
              type="button"
              aria-pressed={one.speed === speed}
              title={one.label}
              onClick={() => void setSpeed(one.speed)}
            >
              {one.short}
            </button>
          ))}
          <button type="button" aria-pressed={!speeds.some((one) => one.speed === speed)} onClick={() => setIsAsking(true)}>
            Another speed …
          </button>
        </div>
        {isAsking ? <OwnSpeed onClose={() => setIsAsking(false)} /> : null}
        <h3>Jump</h3>
        <JumpButtons />
        <InstantForm />
      </div>
    </Card>
  );
}

function BigNow() {
  const at = now.value;
  return <span class="big">{Number.isNaN(at) ? '—' : instantText(new Date(at).toISOString(), true)} </span>;
}

interface History {
  points: { at: string; states: Record<string, number>; compliance: Record<string, number> }[];
}

const loadHistory = (stop: AbortSignal) => get<History>('/mockfleet/history?points=500', { signal: stop });

function Charts() {
  const { data, error, reload } = useRemote('/mockfleet/history', loadHistory, ['history', 'devices']);
  const at = clock.value?.now ?? '';
  const both = useMemo(
    () => (data === undefined ? null : { states: samplesOf(data, 'states', at), compliance: samplesOf(data, 'compliance', at) }),
    [data, at],
  );
  if (error !== undefined) return <Trouble error={error} onRetry={reload} />;
  if (both === null) return <Loading />;
  return (
    <div class="cards">
      <Card title="States of the fleet">
        <FleetChart label="States of the fleet" samples={both.states} />
      </Card>
      <Card title="Compliance">
        <FleetChart label="Compliance" samples={both.compliance} />
      </Card>
    </div>
  );
}

/** The last counts last until now. */
function samplesOf({ points }: History, what: 'states' | 'compliance', until: string): Sample[] {
  const samples = points.map((point) => ({ at: point.at, counts: point[what] }));
  const last = samples.at(-1);
  return last === undefined || Date.parse(last.at) >= Date.parse(until) ? samples : [...samples, { at: until, counts: last.counts }];
}
