/**
 * What is under way between the machines within one instant: a first-in, first-out row of tasks, so that no machine is ever called
 * from inside a step of the other one, and frames of a link arrive in order. Rows are reused; nothing is allocated per task.
 */
export const task = {
  toServer: 0,
  toDevice: 1,
  serverOpened: 2,
  deviceOpened: 3,
  serverClosed: 4,
  deviceClosed: 5,
  sign: 6,
  createCsr: 7,
  ask: 8,
  mail: 9,
  powerLost: 10,
  powerBack: 11,
  unreportedWipe: 12,
  linkBroken: 13,
} as const;

export type Task = (typeof task)[keyof typeof task];

export class Exchange {
  readonly #kinds: Task[] = [];
  /** A link for tasks of links, a device index for `createCsr` and `ask`, nothing for `mail`. */
  readonly #targets: number[] = [];
  readonly #loads: unknown[] = [];
  #head = 0;
  #tail = 0;

  add(kind: Task, target: number, load: unknown): void {
    const at = this.#tail++;
    this.#kinds[at] = kind;
    this.#targets[at] = target;
    this.#loads[at] = load;
  }

  /** Handles every task, those added on the way included. Returns how many there were. */
  drain(handle: (kind: Task, target: number, load: unknown) => void): number {
    for (; this.#head < this.#tail; this.#head++) {
      handle(this.#kinds[this.#head] as Task, this.#targets[this.#head] as number, this.#loads[this.#head]);
    }
    const handled = this.#head;
    this.#head = 0;
    this.#tail = 0;
    return handled;
  }
}
