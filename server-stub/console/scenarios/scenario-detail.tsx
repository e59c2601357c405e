/** A scenario that is not played: what it asks, what happens in it, and from which moment on it is to be looked at. */
import { useState } from 'preact/hooks';
import { scenario } from '../live/events.ts';
import { Badge, Card, Empty, Facts, Field, PageHead } from '../ui/parts.tsx';
import { instantText } from '../ui/time.tsx';
import { type ScenarioEntry, startScenario } from './moves.ts';
import { Timeline } from './timeline.tsx';
import { sinceText } from './words.tsx';

export function ScenarioDetail({ entry }: { entry: ScenarioEntry }) {
  const { title, question, devices, days, startAt, endAt, platforms, requirements, steps } = entry;
  return (
    <>
      <PageHead title={question ?? title} sub={question === null ? undefined : title} />
      <div class="cards">
        <Card title="Play it">
          <Start entry={entry} />
        </Card>
        <Card title="About it">
          <Facts
            rows={[
              ['Name', <code key="name">{entry.name}</code>],
              ['Devices', `${devices.toLocaleString('en-US')} (${platforms.join(', ')})`],
              ['Time', `${instantText(startAt)} to ${instantText(endAt)}, ${days} ${days === 1 ? 'day' : 'days'}`],
              [
                'Requirements',
                <span key="ids" class="row">
                  {requirements.map((id) => (
                    <Badge key={id}>{id}</Badge>
                  ))}
                </span>,
              ],
            ]}
          />
        </Card>
      </div>
      <Card title="What happens">
        {steps.length === 0 ? (
          <Empty>Nothing by plan: its devices live by their habits alone.</Empty>
        ) : (
          <Timeline startAt={startAt} lived={[]} remaining={steps} />
        )}
      </Card>
    </>
  );
}

const own = 'own';
/** Devices that live in one stub while a scenario is played. */
const livingMax = 200;

function Start({ entry }: { entry: ScenarioEntry }) {
  const [chosen, setChosen] = useState(entry.startAt);
  const [typed, setTyped] = useState('');
  const [devices, setDevices] = useState(String(Math.min(entry.devices, livingMax)));
  const moments = [...new Set(entry.steps.map(({ at }) => at))].filter((at) => at > entry.startAt && at < entry.endAt);
  const at = chosen === own ? typed.trim() : chosen;
  const start = (event: Event) => {
    event.preventDefault();
    void startScenario(entry, { at, devices: Number(devices) });
  };
  return (
    <form class="start" onSubmit={start}>
      <Field label="Stop first" hint="Up to there it is lived at once; then it waits for you.">
        <select value={chosen} onChange={(event) => setChosen(event.currentTarget.value)}>
          <option value={entry.startAt}>At its beginning</option>
          <option value="">Where it looks for the first time</option>
          {moments.map((moment) => (
            <option key={moment} value={moment}>
              {sinceText(moment, entry.startAt)}: {(entry.steps.find((step) => step.at === moment)?.what ?? '').slice(0, 80)}
            </option>
          ))}
          <option value={own}>At another moment …</option>
        </select>
      </Field>
      {chosen === own ? (
        <Field label="Moment" hint="Time since its start, or an instant: 26h, 3d, 2026-03-04T08:00:00Z">
          <input required value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
        </Field>
      ) : null}
      {entry.devices <= livingMax ? null : (
        <Field
          label="Devices"
          hint={`It has ${entry.devices.toLocaleString('en-US')}, for virtual time; ${livingMax} at most can live here.`}
        >
          <input
            type="number"
            min={1}
            max={livingMax}
            required
            value={devices}
            onInput={(event) => setDevices(event.currentTarget.value)}
          />
        </Field>
      )}
      <button type="submit" class="primary">
        {scenario.value === null ? 'Start …' : 'Start in place of the other …'}
      </button>
    </form>
  );
}
