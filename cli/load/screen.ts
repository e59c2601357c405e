/** A load run on standard error: one screen that is drawn over itself on a terminal, a line every ten seconds elsewhere. */
import type { LoadProgress } from '../../simulator/load/load-options.ts';
import type { ThresholdVerdict } from '../../simulator/load/load-result.ts';
import { type LiveView, liveLine, liveScreen } from '../../simulator/load/report/live-text.ts';
import { paints } from '../../simulator/report/terminal-parts.ts';
import { printable } from '../../simulator/scenarios/errors.ts';

const lineEveryMs = 10_000;
const troublesKept = 20;
/** Elsewhere than on a terminal; more of them would bury everything else. */
const troublesSaidMax = 50;

export interface LoadScreen {
  show(progress: LoadProgress, thresholds: readonly ThresholdVerdict[]): void;
  trouble(sentence: string): void;
  /** What stays: above the screen, or a line. */
  say(line: string): void;
  /** Takes the screen away; the cursor is at the beginning of an empty line. */
  clear(): void;
}

export interface LoadAbout {
  shape: string;
  server: string;
}

export function loadScreen(stream: NodeJS.WriteStream, about: LoadAbout): LoadScreen {
  return stream.isTTY && process.env.TERM !== 'dumb' ? drawnScreen(stream, about) : plainLines(stream, about);
}

function drawnScreen(stream: NodeJS.WriteStream, about: LoadAbout): LoadScreen {
  const troubles: string[] = [];
  const paint = paints(stream.hasColors());
  let before: LoadProgress | null = null;
  let shown: LiveView | null = null;
  let height = 0;
  const clear = () => {
    // Up to its first line, and all below it away.
    if (height > 0) stream.write(`\x1b[${height}A\r\x1b[J`);
    height = 0;
  };
  const draw = () => {
    if (shown === null) return;
    const rows = Math.max(4, (stream.rows || 24) - 1);
    const lines = liveScreen(shown, { columns: Math.max(20, (stream.columns || 80) - 1), paint }).slice(0, rows);
    const text = lines.map((line) => `${line}\x1b[K\n`).join('');
    const up = height > 0 ? `\x1b[${height}A\r` : '';
    // What a longer screen left below goes with it.
    stream.write(`${up}${text}\x1b[J`);
    height = lines.length;
  };
  return {
    show(progress, thresholds) {
      shown = { ...about, progress, before, thresholds, troubles };
      before = progress;
      draw();
    },
    trouble(sentence) {
      troubles.push(sentence);
      troubles.splice(0, troubles.length - troublesKept);
      draw();
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
      draw();
    },
    clear,
  };
}

function plainLines(stream: NodeJS.WriteStream, about: LoadAbout): LoadScreen {
  let before: LoadProgress | null = null;
  let saidAt = performance.now();
  let troubles = 0;
  const say = (line: string) => {
    stream.write(`${line}\n`);
  };
  return {
    show(progress, thresholds) {
      const now = performance.now();
      if (now - saidAt >= lineEveryMs) {
        saidAt = now;
        say(liveLine({ ...about, progress, before, thresholds, troubles: [] }));
      }
      before = progress;
    },
    trouble(sentence) {
      troubles += 1;
      if (troubles <= troublesSaidMax) say(printable(sentence));
      if (troubles === troublesSaidMax) say('More such sentences are not printed; the errors by reason have them all.');
    },
    say,
    clear() {},
  };
}
