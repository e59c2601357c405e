/** One tenant as it is served: its stub, the store behind it, and the devices that live with it in this process. */
import type { Authority } from '../../certs/authority.ts';
import type { Log } from '../../runtime/log.ts';
import type { AddedDevice, DevicesToAdd, FleetKeeper } from '../../server-stub/control-fleet.ts';
import type { CoreSettings } from '../../server-stub/core/settings.ts';
import type { ScenarioPlayer } from '../../server-stub/scenario-player.ts';
import type { Store } from '../../server-stub/store/store.ts';
import { createStub, type Stub, type StubOptions } from '../../server-stub/stub.ts';
import { LastingFleet } from '../../simulator/lasting-fleet.ts';
import type { LiveFleet, Surroundings } from '../../simulator/live-fleet.ts';
import type { LiveStory } from '../../simulator/live-story.ts';
import type { Mail } from '../serve-mail.ts';
import { plantFile } from '../serve-tenant.ts';
import { HeldMails } from './held-mails.ts';

/** What all tenants of a process have in common. */
export interface ProcessParts {
  authority: Authority;
  tokens: Pick<CoreSettings, 'ownerToken'> & { enrollmentToken: string };
  adminToken: string;
  mail: Mail;
  log: Log;
  scenarios: ScenarioPlayer;
}

interface TenantParts extends Pick<StubOptions, 'clock' | 'settings' | 'isElsewhere'> {
  store: Store;
  /** In which its devices, and their keys, are kept. */
  folder: string;
}

export class ServedTenant implements FleetKeeper {
  readonly stub: Stub;
  readonly store: Store;
  /** The scenario that it is made for. */
  story: LiveStory | null = null;
  readonly surroundings: Surroundings;
  readonly #mails: HeldMails;
  readonly #living: LiveFleet[] = [];
  #fleet: LastingFleet | undefined;
  #isClosed = false;

  constructor({ store, folder, ...own }: TenantParts, { authority, tokens, adminToken, mail, log, scenarios }: ProcessParts) {
    this.store = store;
    this.#mails = new HeldMails(mail.mailer);
    this.stub = createStub({
      ...own,
      store,
      authority,
      adminToken,
      plantFile: (text, by) => plantFile(this.stub, text, by),
      mailer: this.#mails,
      mailFaults: mail.faults,
      log,
      scenarios,
      fleet: this,
    });
    this.surroundings = { stub: this.stub, authority, token: tokens.enrollmentToken, keys: folder };
  }

  /** Devices that outlast this process. @throws StoreError */
  get fleet(): LastingFleet {
    this.#fleet ??= this.livesWith(new LastingFleet(this.surroundings));
    return this.#fleet;
  }

  /** It ends with the tenant; at once, where that is closed by now. */
  livesWith<T extends LiveFleet>(one: T): T {
    this.#living.push(one);
    if (this.#isClosed) one.close();
    return one;
  }

  add(asked: DevicesToAdd): AddedDevice[] {
    return this.fleet.add(asked);
  }

  remove(serialNumber: string): boolean {
    return this.fleet.remove(serialNumber);
  }

  /** Its devices are switched off, and all links end. The store is left open. */
  close(): void {
    this.#isClosed = true;
    for (const one of this.#living.splice(0)) one.close();
    this.stub.close();
  }

  /** The same in the middle of a process, which goes on with another tenant: mails that were on their way have their answer before. */
  async putAway(): Promise<void> {
    await this.#mails.hold();
    this.close();
  }
}
