import type { DeviceState } from '../../agent/device/state.ts';
import { hashString, hashUnit } from '../../runtime/random.ts';
import type { Selector, TimelineEvent } from '../scenarios/scenario.ts';

/** The label of an event's draws: its own, so that events before or after it change nothing. */
export function drawLabel(seed: string, event: Pick<TimelineEvent, 'entry' | 'repetition'>): number {
  return hashString(`${seed}/timeline/${event.entry}/${event.repetition}`);
}

/** Whether a device is among the share of an entry: drawn per device, so that the others' number does not matter. @param key the device's own */
export function isDrawn({ share }: Pick<Selector, 'share'>, key: number, label: number): boolean {
  return hashUnit(label, key) < share;
}

/** Whether a device that was drawn is meant. */
export function isSelected(
  { platforms, enrollments, groups, network }: Selector,
  device: Pick<DeviceState, 'inventory' | 'network'>,
  group: string,
): boolean {
  const { platform, enrollment } = device.inventory;
  return (
    (platforms === null || platforms.includes(platform)) &&
    (enrollments === null || enrollments.includes(enrollment)) &&
    (groups === null || groups.includes(group)) &&
    (network === 'any' || (network === 'online') === device.network)
  );
}
