/**
 * What becomes of devices by itself, in virtual time and live: of one device first its network, then its enrollment, then its turns, up to
 * the instant that it is asked for.
 */
import type { DeviceInput } from '../../agent/device/effects.ts';
import { canEnroll } from '../../agent/device/enrollment.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import type { FleetMember } from './fleet.ts';
import { Outages } from './outages.ts';
import { askToLeave } from './population/ask-to-leave.ts';
import { Turns } from './turns.ts';

/** Whoever drives the devices. */
export interface PlanDriver {
  state(index: number): DeviceState;
  tell(index: number, fact: DeviceInput): void;
  network(index: number, available: boolean): void;
  /** Its newest record; null: it has none. */
  idOf(index: number): string | null;
  tenant(): GraphTenant;
  /** Its record may be another one now. */
  recordTouched(index: number): void;
}

export class Plans {
  readonly #driver: PlanDriver;
  readonly #token: string;
  readonly #outages = new Outages();
  readonly #turns = new Turns();
  /** Infinity once begun. */
  readonly #enrollAt: number[] = [];

  /** @param token what devices enroll with */
  constructor(driver: PlanDriver, token: string) {
    this.#driver = driver;
    this.#token = token;
  }

  addDevice({ enrollAt, outages, hours, turns }: Pick<FleetMember, 'enrollAt' | 'outages' | 'hours' | 'turns'>, now: number): void {
    this.#enrollAt.push(enrollAt);
    this.#outages.addDevice(outages, hours, now);
    this.#turns.addDevice(turns);
  }

  /** Infinity: nothing will. */
  nextAt(index: number): number {
    return Math.min(this.#outages.nextAt(index), this.#turns.nextAt(index), this.#enrollAt[index] as number);
  }

  /** What is due. Returns whether anything was. */
  pass(index: number, now: number): boolean {
    if (this.nextAt(index) > now) return false;
    while (this.#outages.nextAt(index) <= now) {
      const available = this.#outages.pass(index);
      this.#driver.network(index, available);
      this.#driver.tell(index, { type: 'network', available });
    }
    if ((this.#enrollAt[index] as number) <= now) {
      this.#enrollAt[index] = Number.POSITIVE_INFINITY;
      // Somebody may have enrolled it before its time.
      if (canEnroll(this.#driver.state(index))) this.#driver.tell(index, { type: 'enroll', token: this.#token });
    }
    while (this.#turns.nextAt(index) <= now) this.#turn(index);
    return true;
  }

  #turn(index: number): void {
    const driver = this.#driver;
    const { facts, ask } = this.#turns.pass(index, driver.state(index), this.#token);
    for (const fact of facts) driver.tell(index, fact);
    const id = driver.idOf(index);
    if (ask === null || id === null) return;
    askToLeave(driver.tenant(), id, ask);
    driver.recordTouched(index);
  }
}
