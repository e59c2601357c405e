/**
 * The devices that somebody holds: fleets of this process hand theirs over directly, agents elsewhere through a link
 * (hands-link.ts). Kept by serial number, which outlives every record of the device; its view is read again at every look.
 */
import type { DeviceView, Hands } from '../protocol/hands.ts';

export interface HandsRegistry {
  /** Takes the place of an earlier one of the same device. Returns how to let go of it. */
  attach(hands: Hands): () => void;
  bySerialNumber(serialNumber: string): Hands | undefined;
  /** By its latest enrollment. */
  byDeviceId(deviceId: string): Hands | undefined;
  all(): Iterable<Hands>;
}

/** The device did not answer: its agent is stuck, or gone. */
export class HandsSilent extends Error {
  constructor(serialNumber: string) {
    super(`The agent of device ${serialNumber} did not answer in time, or is gone: look whether it still runs, and start it again.`);
    this.name = 'HandsSilent';
  }
}

/** @param onChange somebody holds a device, or nobody does any more; its id as Graph has it, null where that is not known */
export function createHandsRegistry(onChange: (deviceId: string | null) => void = () => {}): HandsRegistry {
  const held = new Map<string, Hands>();
  const keyOf = ({ serialNumber }: Pick<DeviceView, 'serialNumber'>) => serialNumber.toLowerCase();
  return {
    attach(hands) {
      const view = hands.view();
      const key = keyOf(view);
      held.set(key, hands);
      onChange(view.deviceId);
      return () => {
        if (held.get(key) === hands) held.delete(key);
        onChange(null);
      };
    },
    bySerialNumber: (serialNumber) => held.get(serialNumber.toLowerCase()),
    byDeviceId(deviceId) {
      const wanted = deviceId.toLowerCase();
      for (const hands of held.values()) if (hands.view().deviceId?.toLowerCase() === wanted) return hands;
      return undefined;
    },
    all: () => held.values(),
  };
}
