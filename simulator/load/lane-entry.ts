/** The inside of a lane's process: does what its parent says, and goes when its parent is gone. */
import { createLane } from './lane.ts';
import type { FromLane, ToLane } from './lane-words.ts';

const lane = createLane();

process.on('message', (told: ToLane) => {
  switch (told.type) {
    case 'open':
      return answer('open', () =>
        lane.open(told.job, {
          onFigures: (figures) => say({ type: 'figures', figures }),
          onRecords: (changes) => say({ type: 'records', changes }),
          onTrouble: (sentence) => say({ type: 'trouble', sentence }),
        }),
      );
    case 'run':
      return answer('run', () => lane.run());
    case 'accepted':
      return lane.accepted(told.actions);
    case 'go-on':
      return lane.goOn();
    case 'stop':
      return lane.stop();
    case 'close':
      return answer('close', () => lane.close());
  }
});
// The parent is gone, however that came about: nobody reads the figures any more.
process.on('disconnect', () => process.exit(0));
// It may have gone while this program was being loaded.
if (!process.connected) process.exit(0);
// Ctrl-C in a terminal reaches the whole group: the parent decides, and says stop.
process.on('SIGINT', () => {});

function answer(what: 'open' | 'run' | 'close', work: () => Promise<void>): void {
  work().then(
    () => say({ type: 'done', what, error: null }),
    ({ code, message }: Error & { code?: string }) => say({ type: 'done', what, error: { code: code ?? null, message } }),
  );
}

function say(words: FromLane): void {
  if (process.connected) process.send?.(words);
}
