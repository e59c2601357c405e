/**
 * What waits for devices, as far as their driver knows: work for the next check-in, and another answer for the next sign-in of their apps.
 * Both appear with a note of the core or with what an administrator does; whether they are over, only a look can tell.
 */
import type { ServerCore } from '../../server-stub/core/server-core.ts';

export class Waits {
  readonly #core: Pick<ServerCore, 'workWaits' | 'accessWaits'>;
  readonly #work: boolean[] = [];
  readonly #access: boolean[] = [];
  /** Devices whose apps sign in by themselves. */
  readonly #signing: number[] = [];
  /** Those of them of which the core has no record any more, and whether their next attempt counts. */
  readonly #strays = new Map<number, boolean>();
  #areRulesNew = false;

  constructor(core: Pick<ServerCore, 'workWaits' | 'accessWaits'>) {
    this.#core = core;
  }

  addDevice(signsIn: boolean): void {
    if (signsIn) this.#signing.push(this.#work.length);
    this.#work.push(false);
    this.#access.push(false);
  }

  /** Whether the device's next check-in finds something. */
  work(index: number): boolean {
    return this.#work[index] === true;
  }

  /** Whether an app of the device may be told something else than last time. */
  access(index: number): boolean {
    return this.#access[index] === true;
  }

  /** Looks again. @param deviceId of its newest record @param isChanged something was done to that @param signsIn its apps do by themselves */
  look(index: number, deviceId: string | null, isChanged: boolean, signsIn: boolean): void {
    if (isChanged || this.work(index)) this.#work[index] = deviceId !== null && this.#core.workWaits(deviceId);
    if (!signsIn) return;
    const isStray = this.#strays.get(index);
    if (isStray !== undefined) this.#access[index] = isStray;
    else if (isChanged || this.access(index)) this.#access[index] = deviceId !== null && this.#core.accessWaits(deviceId);
  }

  /** A device whose apps sign in has no record any more: what they are told may be another thing now. */
  recordGone(index: number): void {
    this.#strays.set(index, true);
  }

  recordThere(index: number): void {
    this.#strays.delete(index);
  }

  /** An app asked: what it is told is as good as any later answer, until the rules change. */
  asked(index: number): void {
    if (this.#strays.has(index)) this.#strays.set(index, false);
  }

  /** What decides about sign-ins has changed, also of devices that no record speaks for. */
  rulesChanged(): void {
    this.#areRulesNew = true;
    for (const index of this.#strays.keys()) this.#strays.set(index, true);
  }

  /** Whom to look at again, once after any number of changes. */
  takeAffected(): readonly number[] {
    if (!this.#areRulesNew) return [];
    this.#areRulesNew = false;
    for (const index of this.#signing) this.#access[index] = true;
    return this.#signing;
  }
}
