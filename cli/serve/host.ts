/**
 * What stands behind the port of `mockfleet serve`: one tenant, which can be exchanged for another. The address, the tokens and the
 * authority stay; links, event streams and devices end with their tenant. The first tenant is only put aside: its store stays open, so that
 * nobody else takes its folder, and its devices of other processes are told to come back later.
 */
import type { DeviceView } from '../../protocol/hands.ts';
import type { RefusalCode } from '../../protocol/messages.ts';
import type { Link } from '../../runtime/link.ts';
import type { Later } from '../../server-stub/gathered-inputs.ts';
import type { StubDoors } from '../../server-stub/node-server.ts';
import { ScenarioRefused } from '../../server-stub/scenario-player.ts';
import type { ServedTenant } from './served-tenant.ts';

/** In real time, for requests that a tenant still answers when it is put away. */
const answersMsMax = 2_000;

/** None of the refusals that end a device's management: it comes back by itself. */
const elsewhere = {
  code: 'server-error',
  message: 'A scenario is served here now, in place of the tenant of this device. Come back later.',
} as const;

export class TenantHost implements StubDoors {
  readonly #home: ServedTenant['store'];
  #served: ServedTenant;
  /** The first tenant as it was when it was put aside: closed, but its clock goes on. */
  #aside: ServedTenant | null = null;
  #exchange: Promise<void> | null = null;
  #isBusy = false;
  #requests = 0;
  #answered = () => {};

  constructor(first: ServedTenant) {
    this.#served = first;
    this.#home = first.store;
  }

  get served(): ServedTenant {
    return this.#served;
  }

  /** Whether another tenant than the first one is served. */
  get isAway(): boolean {
    return this.#aside !== null;
  }

  async fetch(request: Request): Promise<Response> {
    while (this.#exchange !== null) await this.#exchange;
    this.#requests += 1;
    try {
      return await this.#served.stub.fetch(request);
    } finally {
      this.#requests -= 1;
      this.#answered();
    }
  }

  accept(link: Link, later?: Later): void {
    if (this.#aside !== null && link.peer !== null && this.isOfHome(link.peer.subject)) return this.#aside.stub.turnAway(link, elsewhere);
    this.#served.stub.accept(link, later);
  }

  turnAway(link: Link, why: { code: RefusalCode; message: string }): void {
    this.#served.stub.turnAway(link, why);
  }

  acceptHands(link: Link): void {
    this.#served.stub.acceptHands(link);
  }

  /** Whether the first tenant, while it is put aside, has a record with this id. */
  isOfHome(deviceId: NonNullable<DeviceView['deviceId']>): boolean {
    return this.#aside !== null && this.#home.device(deviceId) !== undefined;
  }

  /**
   * Puts the tenant away that is served and serves another one; requests that come meanwhile wait for it.
   * @param open made before anything is closed; what it throws changes nothing
   * @param begin what the new tenant does first, when it is served
   * @throws ScenarioRefused (rejects) `scenario-busy`
   */
  async exchange(open: () => ServedTenant, begin: (tenant: ServedTenant) => Promise<void>, isHome: boolean): Promise<void> {
    if (this.#isBusy) throw new ScenarioRefused(409, 'scenario-busy', 'The tenant is being exchanged right now. Try again in a moment.');
    this.#isBusy = true;
    try {
      let done = () => {};
      this.#exchange = new Promise((resolve) => {
        done = resolve;
      });
      try {
        await this.#put(open, isHome);
      } finally {
        this.#exchange = null;
        done();
      }
      await begin(this.#served);
    } finally {
      this.#isBusy = false;
    }
  }

  /** For whoever ends the process. */
  async settled(): Promise<void> {
    await this.#exchange;
  }

  async #put(open: () => ServedTenant, isHome: boolean): Promise<void> {
    const before = this.#served;
    const next = open();
    await before.putAway();
    await this.#allAnswered();
    this.#served = next;
    if (before.store !== this.#home) before.store.close();
    else if (!isHome) this.#aside = before;
    if (isHome) this.#aside = null;
  }

  /** All but the request that asks for the exchange. */
  async #allAnswered(): Promise<void> {
    const giveUpAt = performance.now() + answersMsMax;
    while (this.#requests > 1 && performance.now() < giveUpAt) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, giveUpAt - performance.now());
        this.#answered = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }
}
