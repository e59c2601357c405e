/**
 * The machines behind a tenant in a test. Whatever somebody does is finished when it returns: pushes take no time, and what they set off
 * has happened. Whoever reads sees devices that have lived every check-in that was due.
 */
import type { DeviceView } from '../../protocol/hands.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { GraphTenant } from '../../server-stub/graph/tenant.ts';
import { ClockError, type ClockView, clockView, type JumpEnd, mustBeInRange, type TenantClock } from '../../server-stub/tenant-clock.ts';
import type { Listener } from '../world/listener.ts';
import type { Machines } from '../world/machines.ts';
import { TenantError } from './errors.ts';

export interface EngineOptions {
  /** Over them: their notes go to this listener. */
  machines: (listener: Listener) => Machines;
  /** A device was enrolled, and all that came with it is done. */
  onEnrolled: (deviceId: string, tenant: GraphTenant) => void;
}

export class Engine implements TenantClock {
  /** Time moves when it is moved. */
  readonly speed = 0;
  readonly machines: Machines;
  #caughtUpAt = Number.NEGATIVE_INFINITY;
  #isClosed = false;
  readonly #onEnrolled: EngineOptions['onEnrolled'];
  readonly #enrolled: string[] = [];

  constructor({ machines, onEnrolled }: EngineOptions) {
    this.#onEnrolled = onEnrolled;
    this.machines = machines({
      deviceSaid() {},
      serverSaid: (_index, note) => {
        if (note.kind === 'enrolled') this.#enrolled.push(note.deviceId);
      },
      network() {},
      recordChanged() {},
    });
  }

  now(): number {
    return this.machines.now;
  }

  /** Graph's view of the tenant. What is changed by it goes on with `settle`. */
  tenant(): GraphTenant {
    this.#catchUp();
    return this.machines.tenant();
  }

  view(index: number): DeviceView {
    this.#catchUp();
    return this.machines.view(index);
  }

  /** Does this, and all that it sets off at this instant. @throws TenantError `tenant-closed` */
  do<T>(work: (machines: Machines) => T): T {
    this.mustBeOpen();
    this.#catchUp();
    const result = work(this.machines);
    this.settle();
    return result;
  }

  settle(): void {
    this.machines.settle();
    this.#liveUntil(this.machines.now);
  }

  ask(request: OutsideRequest): OutsideAnswer {
    return this.do((machines) => machines.ask(request));
  }

  /** @throws ClockError, TenantError `tenant-closed` */
  live(until: number): void {
    this.mustBeOpen();
    mustBeInRange(until);
    if (until < this.machines.now) {
      const sentence = `It is ${formatInstant(this.machines.now)} already, and a tenant in a test lives forward only. Make another one that starts earlier.`;
      throw new ClockError('clock-backwards', sentence);
    }
    this.#liveUntil(until);
  }

  show(): ClockView {
    return clockView(this.machines.now, this.speed, null);
  }

  async advanceTo(instant: number): Promise<JumpEnd> {
    this.live(instant);
    return 'arrived';
  }

  set(instant: number): Promise<JumpEnd> {
    return this.advanceTo(instant);
  }

  /** A jump is over before anybody could. */
  async stop(): Promise<boolean> {
    return false;
  }

  setSpeed(speed: number): void {
    if (speed === this.speed) return;
    const sentence =
      'The clock of a tenant in a test stands until it is advanced: use `advance` or `set`. A clock that runs is that of `mockfleet serve`.';
    throw new ClockError('clock-not-scaled', sentence);
  }

  close(): void {
    this.#isClosed = true;
  }

  /** @throws TenantError `tenant-closed` */
  mustBeOpen(): void {
    if (this.#isClosed) throw new TenantError('tenant-closed', 'This tenant was closed: nothing more can be asked of it.');
  }

  #liveUntil(instant: number): void {
    this.machines.liveUntil(instant);
    for (const deviceId of this.#enrolled.splice(0)) this.#onEnrolled(deviceId, this.machines.tenant());
  }

  /** Before anything is done or looked at: what is due at this very instant has been lived already, a quiet check-in too. */
  #catchUp(): void {
    const { now } = this.machines;
    if (this.#caughtUpAt === now) return;
    this.#caughtUpAt = now;
    this.machines.catchUpAll(now + 1);
  }
}
