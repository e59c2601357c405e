/**
 * The fleet of a scenario: who each device is, when it is enrolled, when it has no network, and when it does not keep the rules.
 * All of it is drawn from the seed and the device's number alone, so that a device's life does not change when others are added.
 */
import { type CompanyApp, companyAppDefault, type DeviceState, newDevice, type Possessions } from '../../agent/device/state.ts';
import { platformTraits } from '../../agent/platforms.ts';
import type { Inventory } from '../../protocol/messages.ts';
import type { NotificationPermission } from '../../protocol/notifications.ts';
import { hasWorkProfile } from '../../protocol/platforms.ts';
import { drawDuration } from '../../runtime/distribution.ts';
import { dayMs } from '../../runtime/duration.ts';
import { Random } from '../../runtime/random.ts';
import type { Belongings, FleetGroup, Passcodes, Scenario } from '../scenarios/scenario.ts';
import { drawWeighted } from './draw.ts';
import { drawLapses } from './draw-lapses.ts';
import type { Lapse } from './lapses.ts';

export interface FleetMember {
  group: string;
  device: DeviceState;
  /** When its user begins the enrollment. */
  enrollAt: number;
  /** Instants at which the network goes, comes, goes, …: it is there before the first one. */
  outages: readonly number[];
  lapses: readonly Lapse[];
}

const noOutages: readonly number[] = [];

/** Device number `index` of the scenario, the same for every size of fleet. */
export function member(scenario: Pick<Scenario, 'seed' | 'startAt' | 'days' | 'fleet'>, index: number): FleetMember {
  const random = new Random(`${scenario.seed}/device/${index}`);
  const number = String(index + 1).padStart(7, '0');
  const { group, place } = groupOf(scenario, index, random);
  const model = drawWeighted(group.models, random.fork('model').unit());
  const inventory: Inventory = {
    platform: group.platform,
    enrollment: group.enrollment,
    serialNumber: `MF${number}`,
    deviceName: place === null ? `${group.name}-${number}` : group.count === 1 ? group.name : `${group.name}-${place}`,
    manufacturer: model.manufacturer,
    model: model.model,
    osVersion: model.osVersion,
    userPrincipalName: group.user ?? `user${number}@contoso.example`,
    ...(drawn(random, 'shared', group.has.shared) ? { shared: true } : {}),
  };
  const device = newDevice(
    inventory,
    random.key,
    drawn(random, 'wipes-silently', group.wipesSilently) ? silentWiper : plain,
    possessions(group, inventory, random),
    group.behaviors,
    group.signIns,
  );
  return {
    group: group.name,
    device,
    enrollAt: scenario.startAt + Math.floor(random.fork('enrollment').unit() * group.enrolledWithinMs),
    outages: drawOutages(scenario.startAt, group, random.fork('network')),
    lapses: drawLapses(group.lapses, device, scenario.startAt, scenario.startAt + scenario.days * dayMs, random),
  };
}

/** Counted groups come first, in their order; then chance deals by weight. `place`: the number within a counted group, from 1. */
function groupOf({ fleet }: Pick<Scenario, 'fleet'>, index: number, random: Random): { group: FleetGroup; place: number | null } {
  let before = 0;
  for (const group of fleet) {
    if (group.count === null) continue;
    if (index < before + group.count) return { group, place: index - before + 1 };
    before += group.count;
  }
  // A run may be made larger than a file in which every group is counted: then the counts are the weights.
  const weighted = before === 0 ? fleet : fleet.filter(({ count }) => count === null);
  return { group: drawWeighted(weighted.length === 0 ? fleet : weighted, random.fork('group').unit()), place: null };
}

// Shared: a machine never changes its traits.
const silentWiper = { wipesSilently: true };
const plain = { wipesSilently: false };

/** Each trait is drawn from a label of its own, and only where it is a matter of chance: adding one changes no other draw. */
function drawn(random: Random, label: string, share: number): boolean {
  return share > 0 && (share >= 1 || random.fork(label).chance(share));
}

/** Only what differs from a device out of its box. */
function possessions({ has }: FleetGroup, inventory: Inventory, random: Random): Partial<Possessions> {
  const passcode = drawPasscode(has.passcode, random, 'passcode');
  const companyApp = drawCompanyApp(has, inventory, random);
  const workProfile = hasWorkProfile(inventory) ? drawPasscode(has.workProfilePasscode, random, 'work-profile-passcode') : null;
  return {
    ...(passcode === null ? {} : { passcode }),
    ...(workProfile === null ? {} : { workProfile: { passcode: workProfile, resetConsent: false } }),
    ...(has.apps.length === 0 ? {} : { apps: has.apps }),
    ...(Object.keys(has.security).length === 0 ? {} : { security: has.security }),
    ...(drawn(random, 'esim', has.esim) ? { esim: true } : {}),
    ...(has.encrypted === null ? {} : { encrypted: drawn(random, 'encrypted', has.encrypted) }),
    ...(drawn(random, 'jail-broken', has.jailBroken) ? { jailBroken: true } : {}),
    ...(drawn(random, 'find-my', has.findMy) ? { findMy: true } : {}),
    ...(companyApp === companyAppDefault ? {} : { companyApp }),
    ...(inventory.shared === true ? { activeUser: inventory.userPrincipalName } : {}),
  };
}

function drawPasscode(passcodes: Passcodes, random: Random, label: string): string | null {
  if ('text' in passcodes) return passcodes.text;
  if (!drawn(random, label, passcodes.share)) return null;
  return String(random.fork(`${label}-digits`).integer(100_000, 999_999));
}

/** Devices that have what most have share it. */
function drawCompanyApp(has: Belongings, { platform }: Inventory, random: Random): Readonly<CompanyApp> {
  if (!platformTraits[platform].takesNotifications) return companyAppDefault;
  const { notifications, lockScreenNotifications: lockScreen, notificationReader } = has;
  const hasReader = platform === 'android' && notificationReader !== null && drawn(random, 'notification-reader', notificationReader.share);
  const app: CompanyApp = {
    installed: drawn(random, 'company-portal', has.companyPortal),
    permission: drawPermission(notifications, random),
    lockScreen,
    reader: hasReader ? notificationReader.app : null,
  };
  const isDefault = Object.entries(companyAppDefault).every(([name, value]) => app[name as keyof CompanyApp] === value);
  return isDefault ? companyAppDefault : app;
}

function drawPermission({ allowed, notAsked }: Belongings['notifications'], random: Random): NotificationPermission {
  if (allowed >= 1) return 'allowed';
  if (notAsked >= 1) return 'not-asked';
  if (allowed === 0 && notAsked === 0) return 'denied';
  const unit = random.fork('notifications').unit();
  return unit < allowed ? 'allowed' : unit < allowed + notAsked ? 'not-asked' : 'denied';
}

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
