/** Where a device is, and whose hours it keeps. */
import type { Random } from '../../../runtime/random.ts';
import { TimeZone } from '../../../runtime/time-zone.ts';
import type { FleetGroup } from '../../scenarios/scenario.ts';
import { drawWeighted } from '../draw.ts';
import { OffDays } from './off-days.ts';
import { WorkTime } from './work-time.ts';

interface Place {
  zone: TimeZone;
  offDays: OffDays;
  /** null: it keeps no hours. */
  hours: WorkTime | null;
}

interface Shared {
  zones: { zone: TimeZone; weight: number }[];
  offDays: OffDays;
}

/** What all devices of a group share, worked out once: it depends on the group alone. */
const sharedOf = new WeakMap<FleetGroup, Shared>();

export function placeOf(group: FleetGroup, random: Random): Place {
  const { zones, offDays } = shared(group);
  const [first] = zones as [Shared['zones'][number]];
  const { zone } = zones.length === 1 ? first : drawWeighted(zones, random.fork('time-zone').unit());
  const { hours } = group;
  if (hours === null || hours.share === 0 || (hours.share < 1 && !random.fork('hours').chance(hours.share))) {
    return { zone, offDays, hours: null };
  }
  const [only] = hours.shifts;
  const shift = hours.shifts.length === 1 && only !== undefined ? only : drawWeighted(hours.shifts, random.fork('shift').unit());
  return { zone, offDays, hours: new WorkTime(shift, zone, offDays, random.key) };
}

function shared(group: FleetGroup): Shared {
  const known = sharedOf.get(group);
  if (known !== undefined) return known;
  const zones = group.timeZones.map(({ zone, weight }) => ({ zone: new TimeZone(zone), weight }));
  const fresh = { zones, offDays: new OffDays(group.holidays) };
  sharedOf.set(group, fresh);
  return fresh;
}
