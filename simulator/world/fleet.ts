/**
 * The fleet of a scenario: who each device is, when it is enrolled, and when it has no network.
 * All of it is drawn from the seed and the device's number alone, so that a device's life does not change when others are added.
 */
import { type DeviceState, newDevice } from '../../agent/device/state.ts';
import { Random } from '../../runtime/random.ts';
import type { FleetGroup, Scenario } from '../scenarios/scenario.ts';
import { drawDuration, drawWeighted } from './draw.ts';

export interface FleetMember {
  group: string;
  device: DeviceState;
  /** When its user begins the enrollment. */
  enrollAt: number;
  /** Instants at which the network goes, comes, goes, …: it is there before the first one. */
  outages: readonly number[];
}

const noOutages: readonly number[] = [];

/** Device number `index` of the scenario, the same for every size of fleet. */
export function member(scenario: Scenario, index: number): FleetMember {
  const random = new Random(`${scenario.seed}/device/${index}`);
  const group = drawWeighted(scenario.fleet, random.fork('group').unit());
  const model = drawWeighted(group.models, random.fork('model').unit());
  const number = String(index + 1).padStart(7, '0');
  const device = newDevice(
    {
      platform: group.platform,
      enrollment: group.enrollment,
      serialNumber: `MF${number}`,
      deviceName: `${group.name}-${number}`,
      manufacturer: model.manufacturer,
      model: model.model,
      osVersion: model.osVersion,
      userPrincipalName: `user${number}@contoso.example`,
    },
    random.key,
    random.fork('wipes-silently').chance(group.wipesSilently) ? silentWiper : plain,
  );
  return {
    group: group.name,
    device,
    enrollAt: scenario.startAt + Math.floor(random.fork('enrollment').unit() * group.enrolledWithinMs),
    outages: drawOutages(scenario.startAt, group, random.fork('network')),
  };
}

// Shared: a machine never changes its traits.
const silentWiper = { wipesSilently: true };
const plain = { wipesSilently: false };

function drawOutages(startAt: number, group: FleetGroup, random: Random): readonly number[] {
  const spans: [from: number, until: number][] = [];
  const { absences, lostForEver } = group;
  if (absences !== null && random.fork('absent').chance(absences.share)) {
    const draw = random.fork('absences');
    for (let left = draw.integer(absences.count.from, absences.count.until); left > 0; left--) {
      const from = startAt + draw.integer(absences.between.fromMs, absences.between.untilMs);
      spans.push([from, from + Math.max(1, drawDuration(absences.length, draw.unit()))]);
    }
  }
  if (lostForEver !== null && random.fork('lost').chance(lostForEver.share)) {
    spans.push([
      startAt + random.fork('lost-at').integer(lostForEver.between.fromMs, lostForEver.between.untilMs),
      Number.POSITIVE_INFINITY,
    ]);
  }
  if (spans.length === 0) return noOutages;
  spans.sort((a, b) => a[0] - b[0]);
  const outages: number[] = [];
  let [from, until] = spans[0] as [number, number];
  for (const span of spans) {
    if (span[0] > until) {
      outages.push(from, until);
      [from, until] = span;
    } else until = Math.max(until, span[1]);
  }
  outages.push(from);
  if (until !== Number.POSITIVE_INFINITY) outages.push(until);
  return outages;
}
