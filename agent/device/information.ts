/**
 * What the device tells about itself, and the one door through which it changes. Whatever its service should hear of makes a new version,
 * and a version that the service does not know makes the next check-in one that counts (step.ts: nextNoteworthy).
 */
import type { DeviceInformation, InstalledApp } from '../../protocol/device-information.ts';
import { isSupervised } from '../../protocol/platforms.ts';
import { platformTraits } from '../platforms.ts';
import type { DeviceOut } from './effects.ts';
import { resetTokenOf } from './passcode.ts';
import { deviceSecurity } from './security.ts';
import type { DeviceState, Possessions } from './state.ts';

type Told = Pick<DeviceState, 'inventory' | 'has' | 'lostMode' | 'configuration' | 'enrolledAt'>;

/** All of it, as the service keeps it (protocol: device-information). No secret is in it. */
export function deviceInformation(state: Told): DeviceInformation {
  const { inventory, has, lostMode } = state;
  const security = deviceSecurity(state);
  return {
    deviceName: inventory.deviceName,
    osVersion: inventory.osVersion,
    jailBroken: has.jailBroken,
    encrypted: has.encrypted,
    passcode: has.passcode !== null,
    workProfilePasscode: has.workProfile === null ? null : has.workProfile.passcode !== null,
    resetToken: resetTokenOf(state),
    lostMode: lostMode !== null,
    activationLock: hasActivationLock(state),
    activeUser: has.activeUser,
    // The list is replaced when it changes, so that it can be shared with whoever hears of it.
    apps: has.apps as InstalledApp[],
    ...(security === undefined ? {} : { security }),
    ...(has.unreadable.length === 0 ? {} : { unreadable: has.unreadable as string[] }),
  };
}

/**
 * Apple's Activation Lock comes with Find My; a supervised device has it only where a policy of its tenant allows it (TD-05).
 */
export function hasActivationLock({ inventory, has, configuration }: Pick<Told, 'inventory' | 'has' | 'configuration'>): boolean {
  if (!has.findMy || !platformTraits[inventory.platform].locksActivation) return false;
  return !isSupervised(inventory) || configuration?.allowActivationLock === true;
}

/** Changes what the device is, has and was asked for. Whoever changes it in another way keeps it from its service. */
export function change(state: DeviceState, patch: Partial<Told>): void {
  const before = deviceInformation(state);
  Object.assign(state, patch);
  const after = deviceInformation(state);
  if (!isSame(before, after)) state.information.version += 1;
}

export function changeHas(state: DeviceState, patch: Partial<Possessions>): void {
  change(state, { has: { ...state.has, ...patch } });
}

/** The service does not know the latest of it. */
export function isUntold({ information }: DeviceState): boolean {
  return information.version !== information.known;
}

/** Tells it over the open link, unless that was done. */
export function tellInformation(state: DeviceState, out: DeviceOut): void {
  const { information } = state;
  if (information.version === information.sent) return;
  information.sent = information.version;
  out.send({ type: 'device-information', deviceId: state.deviceId as string, information: deviceInformation(state) });
}

/** The service has answered what came after it. */
export function informationTaken({ information }: DeviceState): void {
  information.known = information.sent;
}

/** What was on its way may be lost. */
export function informationLost({ information }: DeviceState): void {
  information.sent = information.known;
}

/** A new record knows nothing of the device. */
export function informationForgotten({ information }: DeviceState): void {
  information.known = 0;
  information.sent = 0;
}

/** Asked with each change of each device: walked in place. */
function isSame(a: DeviceInformation, b: DeviceInformation): boolean {
  if (!isEqual(a.security, b.security) || !isEqual(a.unreadable, b.unreadable)) return false;
  for (const key in a) {
    const name = key as keyof DeviceInformation;
    if (name !== 'security' && name !== 'unreadable' && a[name] !== b[name]) return false;
  }
  return true;
}

/** Of what is built anew each time. */
function isEqual(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  for (const key in b) if (!(key in a)) return false;
  for (const key in a) if (!isEqual(a[key as keyof typeof a], b[key as keyof typeof b])) return false;
  return true;
}
