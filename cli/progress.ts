/** How far a run is, on standard error: one line that is written over on a terminal, a line every tenth of the way elsewhere. */
import { formatCount, formatDate } from '../simulator/report/figures.ts';
import type { RunProgress } from '../simulator/run.ts';

const everyMs = 100;

export interface ProgressLine {
  show(progress: RunProgress): void;
  /** Leaves the cursor at the beginning of an empty line. */
  clear(): void;
}

export function progressLine(stream: NodeJS.WriteStream, days: number): ProgressLine {
  return stream.isTTY && process.env.TERM !== 'dumb' ? rewritten(stream, days) : tenths(stream, days);
}

function rewritten(stream: NodeJS.WriteStream, days: number): ProgressLine {
  let shownAt = Number.NEGATIVE_INFINITY;
  return {
    show(progress) {
      const now = performance.now();
      if (now - shownAt < everyMs) return;
      shownAt = now;
      stream.write(`\r${text(progress, days).slice(0, (stream.columns || 80) - 1)}\x1b[K`);
    },
    clear() {
      if (shownAt >= 0) stream.write('\r\x1b[K');
    },
  };
}

function tenths(stream: NodeJS.WriteStream, days: number): ProgressLine {
  let shown = 0;
  return {
    show(progress) {
      const reached = Math.floor(progress.share * 10);
      if (reached <= shown) return;
      shown = reached;
      stream.write(`${text(progress, days)}\n`);
    },
    clear() {},
  };
}

function text({ at, share, daysLived, checkInsLived, eventsExecuted }: RunProgress, days: number): string {
  const percent = `${Math.floor(share * 100)} %`.padStart(5);
  const lived = `day ${formatCount(Math.floor(daysLived))} of ${formatCount(days)}`;
  return `${percent}  ${formatDate(at)}  ${lived}, ${formatCount(checkInsLived)} check-ins, ${formatCount(eventsExecuted)} events`;
}
