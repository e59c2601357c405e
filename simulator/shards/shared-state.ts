/** What a thread that lives a shard and whoever waits for it read and write both. */
import type { RunProgress } from '../run-progress.ts';

const commands = ['go', 'pause', 'stop'] as const;
type Command = (typeof commands)[number];

/** A number of 64 bits each. */
const figures = ['at', 'daysLived', 'share', 'eventsExecuted', 'checkInsLived'] as const satisfies readonly (keyof RunProgress)[];

const commandBytes = 8;

export class SharedState {
  readonly memory: SharedArrayBuffer;
  readonly #command: Int32Array;
  readonly #figures: Float64Array;

  /** @param memory of the other side's; absent: it is made */
  constructor(memory = new SharedArrayBuffer(commandBytes + figures.length * 8)) {
    this.memory = memory;
    this.#command = new Int32Array(memory, 0, 1);
    this.#figures = new Float64Array(memory, commandBytes);
  }

  /** Nothing of the next shard is lived yet. */
  begin(): void {
    this.#figures.fill(0);
  }

  command(command: Command): void {
    Atomics.store(this.#command, 0, commands.indexOf(command));
    Atomics.notify(this.#command, 0);
  }

  get isStopped(): boolean {
    return Atomics.load(this.#command, 0) === commands.indexOf('stop');
  }

  /** Blocks this thread as long as it is told to pause. */
  wait(): void {
    Atomics.wait(this.#command, 0, commands.indexOf('pause'));
  }

  tell(progress: RunProgress): void {
    figures.forEach((name, place) => {
      this.#figures[place] = progress[name];
    });
  }

  /** Each figure as it was told last; two of them may be of neighbouring moments, which is near enough to be looked at. */
  progress(): RunProgress {
    const [at = 0, daysLived = 0, share = 0, eventsExecuted = 0, checkInsLived = 0] = this.#figures;
    return { at, daysLived, share, eventsExecuted, checkInsLived };
  }
}
