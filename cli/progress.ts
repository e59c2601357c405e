/** How far a run is, on standard error: one line that is written over on a terminal, a line every tenth of the way elsewhere. */
import { formatCount, formatDate, formatRate } from '../simulator/report/figures.ts';
import type { FleetProgress } from '../simulator/run.ts';

const everyMs = 100;
/** The first moments are no measure of the rest. */
const estimatedAfterMs = 2_000;

export interface ProgressLine {
  show(progress: FleetProgress): void;
  /** Leaves the cursor at the beginning of an empty line. */
  clear(): void;
}

interface Whole {
  devices: number;
  days: number;
}

export function progressLine(stream: NodeJS.WriteStream, whole: Whole): ProgressLine {
  const text = progressText(whole);
  return stream.isTTY && process.env.TERM !== 'dumb' ? rewritten(stream, text) : tenths(stream, text);
}

type Text = (progress: FleetProgress) => string;

function rewritten(stream: NodeJS.WriteStream, text: Text): ProgressLine {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(progress) {
      const now = performance.now();
      if (now - shownAt < everyMs) return;
      shownAt = now;
      stream.write(`\r${text(progress).slice(0, (stream.columns || 80) - 1)}\x1b[K`);
    },
    clear() {
      if (shownAt >= 0) stream.write('\r\x1b[K');
    },
  };
}

function tenths(stream: NodeJS.WriteStream, text: Text): ProgressLine {
  let shown = 0;
  return {
    show(progress) {
      const reached = Math.floor(progress.share * 10);
      if (reached <= shown) return;
      shown = reached;
      stream.write(`${text(progress)}\n`);
    },
    clear() {},
  };
}

/** Speed and time left are those of this process: what was lived before it is no merit of it. */
function progressText({ devices, days }: Whole): Text {
  let begun: { ms: number; share: number } | null = null;
  return ({ at, share, daysLived, checkInsLived, eventsExecuted, shards, shardsLived }) => {
    const now = performance.now();
    begun ??= { ms: now, share };
    const parts = [
      `day ${formatCount(Math.floor(daysLived))} of ${formatCount(days)}`,
      ...(shards === 1 ? [] : [`${formatCount(shardsLived)} of ${formatCount(shards)} shards`]),
      ...pace(devices * days, share - begun.share, now - begun.ms, 1 - share),
      `${formatCount(checkInsLived)} check-ins`,
      `${formatCount(eventsExecuted)} events`,
    ];
    return `${`${Math.floor(share * 100)} %`.padStart(5)}  ${formatDate(at)}  ${parts.join(', ')}`;
  };
}

function pace(deviceDays: number, lived: number, ms: number, left: number): string[] {
  if (ms < estimatedAfterMs || lived <= 0) return [];
  return [`${timeText((ms / lived) * left)} left`, `${formatRate(((lived * deviceDays) / ms) * 1000)} device-days/s`];
}

function timeText(ms: number): string {
  const seconds = Math.ceil(ms / 1000);
  return seconds < 60 ? `${seconds} s` : `${formatCount(Math.floor(seconds / 60))} min ${seconds % 60} s`;
}
