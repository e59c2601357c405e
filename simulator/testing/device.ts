/** One device of a tenant in a test, in the hands of whoever tests: what its user sees and does, and what happens to it. */
import { type DeviceChange, type DeviceView, type HandsAct, handsActSchema } from '../../protocol/hands.ts';
import type { NotificationText } from '../../protocol/notification-text.ts';
import type { Platform } from '../../protocol/platforms.ts';
import { type InputOutcome, type ScreenView, screenText } from '../../protocol/screens.ts';
import { wrongField } from '../../server-stub/wrong-field.ts';
import { complianceOf, type DeviceNotice, type TenantDeviceCompliance } from './compliance.ts';
import type { Engine } from './engine.ts';
import { TenantError } from './errors.ts';
import { type NotifyOutcome, notifyDevice } from './notify.ts';

export type DeviceNotification = DeviceView['notifications'][number];

/** `refused`: the device is in no state for it; `waiting`: somebody else was asked, and the screen says what came of it. */
export type DeviceOutcome = Extract<InputOutcome, 'done' | 'refused' | 'waiting'>;

export class TenantDevice {
  readonly serialNumber: string;
  readonly platform: Platform;
  readonly #engine: Engine;
  readonly #index: number;

  constructor(engine: Engine, index: number) {
    const { inventory } = engine.machines.state(index);
    this.#engine = engine;
    this.#index = index;
    this.serialNumber = inventory.serialNumber;
    this.platform = inventory.platform;
  }

  /** Graph's id, of its newest enrollment; null before the first. It stays when the record goes. */
  get id(): string | null {
    return this.#engine.machines.roster.idOf(this.#index);
  }

  /** What the device calls itself. */
  get name(): string {
    return this.#engine.machines.state(this.#index).inventory.deviceName;
  }

  /** All that a person in front of it can see: phase, network, power, apps, screen and so on. */
  get view(): DeviceView {
    return this.#engine.view(this.#index);
  }

  get screen(): ScreenView {
    return this.view.screen;
  }

  /** The screen as lines of text. */
  get screenText(): string {
    return screenText(this.screen);
  }

  /** What its policies make of it, as its latest check-in found; null: it has no record. */
  get compliance(): TenantDeviceCompliance | null {
    return complianceOf(this.#engine.tenant(), this.id);
  }

  /** Notices of noncompliance that its user was shown, oldest first. */
  get notices(): readonly DeviceNotice[] {
    return this.view.notices;
  }

  /** What its notification centre holds, oldest first: custom notifications and notices that its user has not dismissed. */
  get notifications(): readonly DeviceNotification[] {
    return this.view.notifications;
  }

  /** The notification above what is in front, until something is done; null: none. */
  get banner(): ScreenView['banner'] {
    return this.screen.banner;
  }

  /**
   * Sends a custom notification to this device alone.
   * @throws TenantError `notification-invalid`, `action-unavailable` (macOS, Windows), `device-unmanaged`
   */
  notify(text: NotificationText): NotifyOutcome {
    return notifyDevice(this.#engine, this.id, text);
  }

  /** Presses a button, after filling in fields by name. @throws TenantError `input-impossible`: the screen has no such button or field */
  press(button: string, values?: Record<string, string>): DeviceOutcome {
    return this.act({ input: values === undefined ? { press: button } : { press: button, values } });
  }

  /** Types into the last field of the screen and presses Enter. @throws TenantError `input-impossible`: there is nothing to type into */
  type(text: string): DeviceOutcome {
    return this.act({ input: { type: text } });
  }

  goOffline(): DeviceOutcome {
    return this.act({ network: false });
  }

  /** What waits for it is delivered at once. */
  comeOnline(): DeviceOutcome {
    return this.act({ network: true });
  }

  powerOff(): DeviceOutcome {
    return this.act({ power: false });
  }

  powerOn(): DeviceOutcome {
    return this.act({ power: true });
  }

  /** What happens to it outside of any screen: another version, jailbroken, a passcode, a habit. */
  change(change: DeviceChange): DeviceOutcome {
    return this.act({ change });
  }

  /** Enrols a device that is not managed; it gets a new id. */
  enroll(): DeviceOutcome {
    return this.act({ enroll: true });
  }

  /** Any of these, as `/mockfleet/devices/{id}/act` takes it. @throws TenantError `input-impossible` */
  act(act: HandsAct): DeviceOutcome {
    const { error } = handsActSchema.safeParse(act);
    if (error !== undefined) throw new TenantError('input-impossible', `${this.name}: ${wrongField(act, error)}`);
    const outcome = this.#engine.do((machines) => machines.act(this.#index, act));
    if (outcome === 'done' || outcome === 'refused' || outcome === 'waiting') return outcome;
    throw new TenantError('input-impossible', `${this.name}: ${outcome}. Its screen shows:\n${this.screenText}`);
  }
}
