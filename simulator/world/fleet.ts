/**
 * The fleet of a scenario: who each device is, when it is enrolled, when it has no network, and when it does not keep the rules.
 * All of it is drawn from the seed and the device's number alone, so that a device's life does not change when others are added.
 */
import { type CompanyApp, companyAppDefault, type DeviceState, newDevice, type Possessions } from '../../agent/device/state.ts';
import { platformTraits } from '../../agent/platforms.ts';
import type { Inventory } from '../../protocol/messages.ts';
import type { NotificationPermission } from '../../protocol/notifications.ts';
import { hasWorkProfile } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { Random } from '../../runtime/random.ts';
import type { Belongings, FleetGroup, Passcodes, Scenario } from '../scenarios/scenario.ts';
import { drawWeighted } from './draw.ts';
import { drawOutages } from './population/draw-away.ts';
import { drawTurns } from './population/draw-turns.ts';
import { drawEnrollment } from './population/enrollment.ts';
import { placeOf } from './population/place.ts';
import type { WorkTime } from './population/work-time.ts';
import type { Turn } from './turns.ts';

export interface FleetMember {
  group: string;
  device: DeviceState;
  /** When its user begins the enrollment. */
  enrollAt: number;
  /** Instants at which the network goes, comes, goes, …: it is there before the first one. */
  outages: readonly number[];
  /** Outside of which it has no network either; null: it keeps none. */
  hours: WorkTime | null;
  /** What becomes of it by itself, in the order of time. */
  turns: readonly Turn[];
}

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
  const { startAt } = scenario;
  const until = startAt + scenario.days * dayMs;
  const enrollAt = startAt + drawEnrollment(group, random.fork('enrollment').unit());
  const surroundings = placeOf(group, random);
  return {
    group: group.name,
    device,
    enrollAt,
    outages: drawOutages(group, { startAt, until, ...surroundings }, random),
    hours: surroundings.hours,
    turns: drawTurns(group, device, { startAt, until, enrollAt }, random),
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
