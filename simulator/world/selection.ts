import type { DeviceState } from '../../agent/device/state.ts';
import { hashString, hashUnit } from '../../runtime/random.ts';
import type { Selector, TimelineEvent } from '../scenarios/scenario.ts';

/** The label of an event's draws: its own, so that events before or after it change nothing. */
export function drawLabel(seed: string, event: Pick<TimelineEvent, 'entry' | 'repetition'>): number {
  return hashString(`${seed}/timeline/${event.entry}/${event.repetition}`);
}

/** Whether an event is meant for a device. The share is drawn per device, so that the others' number does not matter. */
export function isSelected(
  { platforms, enrollments, groups, network, share }: Selector,
  device: DeviceState,
  group: string,
  label: number,
): boolean {
  const { platform, enrollment } = device.inventory;
  return (
    (platforms === null || platforms.includes(platform)) &&
    (enrollments === null || enrollments.includes(enrollment)) &&
    (groups === null || groups.includes(group)) &&
    (network === 'any' || (network === 'online') === device.network) &&
    hashUnit(label, device.key) < share
  );
}
