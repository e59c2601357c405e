/** How many devices were in which state, along the time lived: as a picture, by the keyboard, and as a table. */
import { useEffect, useRef, useState } from 'preact/hooks';
import { Empty } from '../ui/parts.tsx';
import { type Column, Table } from '../ui/table.tsx';
import { instantText } from '../ui/time.tsx';
import type { Plot } from './plot.ts';
import { stateColor, statesOf, stateWord } from './states.ts';

export interface Sample {
  /** ISO 8601. */
  at: string;
  counts: Record<string, number>;
}

const counted = new Intl.NumberFormat('en-US').format;
/** Longer tables are read by nobody; the picture has every point. */
const rowsMax = 200;
const darkness = matchMedia('(prefers-color-scheme: dark)');

export function FleetChart({ label, samples }: { label: string; samples: readonly Sample[] }) {
  const place = useRef<HTMLDivElement>(null);
  const swatches = useRef(new Map<string, HTMLElement>());
  const plot = useRef<Plot | null>(null);
  const [isReady, setIsReady] = useState(false);
  const [hasFailed, setHasFailed] = useState(false);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [pointed, setPointed] = useState<number | null>(null);
  const [scheme, setScheme] = useState(darkness.matches);
  // What was gone to by keys stays, wherever the pointer lies about.
  const keyed = useRef<number | null>(null);
  const byPointer = (to: number | null) => {
    if (to === null ? keyed.current !== null : to === keyed.current) return;
    keyed.current = null;
    setPointed(to);
  };
  const states = statesOf(samples.map(({ counts }) => counts));
  const last = samples.length - 1;
  const index = Math.min(last, pointed ?? last);
  const hasAny = samples.length > 0 && states.length > 0;

  useEffect(() => {
    const changed = () => setScheme(darkness.matches);
    darkness.addEventListener('change', changed);
    return () => darkness.removeEventListener('change', changed);
  }, []);

  useEffect(() => {
    if (!hasAny) return undefined;
    let isGone = false;
    import('./plot.ts').then(
      ({ openPlot }) => {
        if (isGone || place.current === null) return;
        plot.current = openPlot(place.current, byPointer);
        setIsReady(true);
      },
      () => setHasFailed(true),
    );
    return () => {
      isGone = true;
      plot.current?.destroy();
      plot.current = null;
      setIsReady(false);
    };
  }, [hasAny]);

  useEffect(() => {
    if (!isReady || place.current === null) return;
    const style = getComputedStyle(place.current);
    const colorOf = (state: string) => {
      const swatch = swatches.current.get(state);
      return swatch === undefined ? style.color : getComputedStyle(swatch).backgroundColor;
    };
    plot.current?.draw({
      xs: samples.map(({ at }) => Date.parse(at) / 1000),
      columns: states.map((state) => samples.map(({ counts }) => counts[state] ?? 0)),
      shown: states.map((state) => !hidden.has(state)),
      colors: states.map(colorOf),
      text: style.color,
      line: style.borderColor,
      ground: style.backgroundColor,
    });
    if (pointed !== null) plot.current?.point(Math.min(last, pointed));
  }, [isReady, samples, hidden, scheme]);

  if (!hasAny) return <Empty>No device has been managed yet. Enrol one, then let time pass.</Empty>;
  const sample = samples[index] as Sample;
  const isNow = pointed === null || index === last;
  const when = `${instantText(sample.at)}${isNow ? ', the latest' : ''}`;
  const figures = states.map((state) => `${stateWord(state)} ${counted(sample.counts[state] ?? 0)}`).join(', ');

  const walk = (event: KeyboardEvent) => {
    const step = { ArrowLeft: -1, ArrowRight: 1, PageUp: -30, PageDown: 30, Home: -Infinity, End: Infinity }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const to = Math.min(last, Math.max(0, index + step));
    keyed.current = to;
    setPointed(to);
    plot.current?.point(to);
  };
  const toggle = (state: string) => {
    const next = new Set(hidden);
    if (!next.delete(state)) next.add(state);
    setHidden(next);
  };

  return (
    <>
      <p class="plot-when">{when}</p>
      {hasFailed ? <p class="trouble">The chart did not come. The table below has its figures.</p> : null}
      <div
        ref={place}
        class="plot-place"
        role="slider"
        tabIndex={0}
        aria-label={`${label}, along the time lived. Arrow keys go from one point to the next.`}
        aria-valuemin={0}
        aria-valuemax={last}
        aria-valuenow={index}
        aria-valuetext={`${when}: ${figures}`}
        onKeyDown={walk}
      />
      <ul class="plot-legend" aria-label={`${label}: what is drawn`}>
        {states.map((state) => (
          <li key={state}>
            <button type="button" aria-pressed={!hidden.has(state)} onClick={() => toggle(state)}>
              <span
                ref={(element) => {
                  if (element === null) swatches.current.delete(state);
                  else swatches.current.set(state, element);
                }}
                class="swatch"
                style={{ background: stateColor(state) }}
              />
              {stateWord(state)} <strong>{counted(sample.counts[state] ?? 0)}</strong>
            </button>
          </li>
        ))}
      </ul>
      <SampleTable label={label} samples={samples} states={states} />
    </>
  );
}

function SampleTable({ label, samples, states }: { label: string; samples: readonly Sample[]; states: readonly string[] }) {
  const [isOpen, setIsOpen] = useState(false);
  const columns: Column<Sample>[] = [
    { id: 'at', label: 'When (UTC)', cell: ({ at }) => instantText(at) },
    ...states.map(
      (state): Column<Sample> => ({
        id: state,
        label: stateWord(state),
        numeric: true,
        cell: ({ counts }) => counted(counts[state] ?? 0),
      }),
    ),
  ];
  return (
    <details class="plot-table" onToggle={(event) => setIsOpen(event.currentTarget.open)}>
      <summary>As a table, latest first</summary>
      {isOpen ? <Table label={`${label}, as a table`} columns={columns} rows={changes(samples, states)} idOf={({ at }) => at} /> : null}
    </details>
  );
}

/** Only where something changed, latest first. */
function changes(samples: readonly Sample[], states: readonly string[]): Sample[] {
  const isSame = (a: Sample, b: Sample | undefined) => states.every((state) => (a.counts[state] ?? 0) === (b?.counts[state] ?? 0));
  return samples
    .filter((sample, index) => index === 0 || !isSame(sample, samples[index - 1]))
    .reverse()
    .slice(0, rowsMax);
}
