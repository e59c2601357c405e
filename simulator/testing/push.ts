/** The push service of a tenant in a test: how nudges and notifications come through, and how many are on their way. */
import { type PushWords, pushWords, readPushWords } from '../../server-stub/push-words.ts';
import type { Engine } from './engine.ts';
import { TenantError } from './errors.ts';

export class Push {
  readonly #engine: Engine;
  /** As the tenant began. */
  readonly #first: PushWords;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#first = pushWords(engine.machines.tenant().pushSettings());
  }

  get settings(): PushWords {
    return pushWords(this.#engine.tenant().pushSettings());
  }

  /** For what is sent from now on: `{ lost: '50%', latency: '2h', membershipLag: '15m' }`. @throws TenantError `push-invalid` */
  set(change: Partial<PushWords>): void {
    const read = readPushWords(change);
    if (typeof read === 'string') throw new TenantError('push-invalid', `push.set: ${read}`);
    this.#engine.do((machines) => machines.tenant().setPushSettings(read));
  }

  /** As the tenant began. */
  reset(): void {
    this.set(this.#first);
  }

  /** Notifications on their way to devices that are there. */
  get underWay(): number {
    return this.#engine.tenant().pushCounts().underWay;
  }

  /** Notifications that are kept for devices that are away. */
  get kept(): number {
    return this.#engine.tenant().pushCounts().kept;
  }
}
