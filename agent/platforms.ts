/**
 * What differs between the platforms on the device's side: one row each, and nothing about a platform stands anywhere else in agent/.
 * A platform is this row, its kinds in protocol/platforms.ts and what its kinds can do in protocol/actions.ts.
 */
import type { EnrollmentType, Platform } from '../protocol/platforms.ts';
import { hourMs, minuteMs } from '../runtime/duration.ts';
import type { CadencePlan } from './device/cadence-plan.ts';

/** A device as it is sold, and how common it is among the devices of its platform. */
export interface DeviceModel {
  model: string;
  manufacturer: string;
  osVersion: string;
  /** Relative to the platform's other models. */
  weight: number;
  /** The ways to be enrolled that are usual for it; absent: any. */
  enrollments?: readonly EnrollmentType[];
  /** Used as a Shared iPad. */
  shared?: true;
  /** Has an eSIM. */
  esim?: true;
}

export interface PlatformTraits {
  cadence: CadencePlan;
  /** After a restart nothing is reached before the passcode was typed: the keys of its networks are locked up with it (reference §2.5). */
  offlineUntilUnlocked: boolean;
  /** Says where it is only while it is lost (reference §2.2). */
  locatedOnlyInLostMode: boolean;
  /** Is bound to its owner's Apple Account by Find My (reference §8.7). */
  locksActivation: boolean;
  /** A reset takes the passcode away; elsewhere another one takes its place (reference §8.6). */
  removesPasscode: boolean;
  /** A wipe can leave a PIN behind that has to be typed before anything else (reference §2.3). */
  wipesWithPin: boolean;
  /** A name that an administrator gives is a label of the service; the device keeps its own (reference §2.5). */
  namedByService: boolean;
  /** What protects its start is measured then, and not again before the next one (reference §4.2). */
  measuresAtBoot: boolean;
  /** Pushes come by Google Play services, where the device has them (CN-04). */
  pushedByGoogle: boolean;
  /** Company Portal (or the Intune app) shows notifications there (CN-01). */
  takesNotifications: boolean;
  /** Company Portal, while it is open, shows them itself (CN-14). */
  notifiesInApp: boolean;
  /** Other apps can be let read them (CN-16). */
  sharesNotifications: boolean;
  /** A wipe may keep the user's data, or the enrollment with them (reference §2.3). */
  keepsOnWipe: boolean;
  /** Kinds on which managed apps stay after a retire, without their data (reference §8.1). */
  keepsAppsOnRetire: readonly EnrollmentType[];
  /** The first one is what a device is when nobody says more. */
  models: readonly [DeviceModel, ...DeviceModel[]];
}

/** iOS, iPadOS and macOS: every 15 minutes for an hour, then about every 8 hours (reference §7.1). */
const appleCadence: CadencePlan = {
  bursts: [{ everyMs: 15 * minuteMs, forMs: hourMs }],
  thenEveryMs: 8 * hourMs,
  jitterMs: 15 * minuteMs,
};

/** Android and Windows: every 3 minutes for 15 minutes, every 15 minutes for 2 hours, then about every 8 hours (reference §7.1). */
const frequentCadence: CadencePlan = {
  bursts: [
    { everyMs: 3 * minuteMs, forMs: 15 * minuteMs },
    { everyMs: 15 * minuteMs, forMs: 2 * hourMs },
  ],
  thenEveryMs: 8 * hourMs,
  jitterMs: 15 * minuteMs,
};

const ordinary = {
  offlineUntilUnlocked: false,
  locatedOnlyInLostMode: false,
  locksActivation: false,
  removesPasscode: false,
  wipesWithPin: false,
  namedByService: false,
  measuresAtBoot: false,
  pushedByGoogle: false,
  takesNotifications: false,
  notifiesInApp: false,
  sharesNotifications: false,
  keepsOnWipe: false,
  keepsAppsOnRetire: [],
} as const;

const automatedOnly = ['automated'] as const;
const legacyOnly = ['device-administrator'] as const;
const dedicatedOnly = ['dedicated'] as const;
/** Android Enterprise: what is sold today is no longer enrolled by a device administrator. */
const enterprise = ['personal-work-profile', 'corporate-work-profile', 'fully-managed', 'dedicated'] as const;

export const platformTraits: Record<Platform, PlatformTraits> = {
  ios: {
    ...ordinary,
    cadence: appleCadence,
    offlineUntilUnlocked: true,
    locatedOnlyInLostMode: true,
    locksActivation: true,
    removesPasscode: true,
    takesNotifications: true,
    notifiesInApp: true,
    models: [
      { model: 'iPhone 15', manufacturer: 'Apple', osVersion: '17.5.1', weight: 6, esim: true },
      { model: 'iPhone 15 Pro', manufacturer: 'Apple', osVersion: '17.5.1', weight: 4, esim: true },
      { model: 'iPhone 14', manufacturer: 'Apple', osVersion: '17.5.1', weight: 5, esim: true },
      { model: 'iPhone 13', manufacturer: 'Apple', osVersion: '17.4.1', weight: 5, esim: true },
      { model: 'iPhone 12', manufacturer: 'Apple', osVersion: '16.7.8', weight: 3, esim: true },
      { model: 'iPhone SE (3rd generation)', manufacturer: 'Apple', osVersion: '17.5.1', weight: 3, esim: true },
      { model: 'iPhone 8', manufacturer: 'Apple', osVersion: '16.7.8', weight: 1 },
      { model: 'iPad (10th generation)', manufacturer: 'Apple', osVersion: '17.5.1', weight: 3 },
      { model: 'iPad (9th generation)', manufacturer: 'Apple', osVersion: '17.4.1', weight: 1, enrollments: automatedOnly, shared: true },
      { model: 'iPad Pro (11-inch, 4th generation)', manufacturer: 'Apple', osVersion: '17.5.1', weight: 1, esim: true },
    ],
  },
  macos: {
    ...ordinary,
    cadence: appleCadence,
    locksActivation: true,
    wipesWithPin: true,
    models: [
      { model: 'MacBook Air (M2, 2022)', manufacturer: 'Apple', osVersion: '14.5', weight: 5 },
      { model: 'MacBook Air (M3, 2024)', manufacturer: 'Apple', osVersion: '14.5', weight: 3 },
      { model: 'MacBook Pro (14-inch, 2023)', manufacturer: 'Apple', osVersion: '14.5', weight: 4 },
      { model: 'MacBook Pro (16-inch, 2021)', manufacturer: 'Apple', osVersion: '14.4.1', weight: 2 },
      { model: 'MacBook Pro (13-inch, M1, 2020)', manufacturer: 'Apple', osVersion: '13.6.7', weight: 2 },
      { model: 'MacBook Pro (13-inch, 2017)', manufacturer: 'Apple', osVersion: '13.6.7', weight: 1 },
      { model: 'iMac (24-inch, M1, 2021)', manufacturer: 'Apple', osVersion: '14.5', weight: 1 },
      { model: 'Mac mini (M2, 2023)', manufacturer: 'Apple', osVersion: '14.5', weight: 1 },
      { model: 'Mac Studio (2022)', manufacturer: 'Apple', osVersion: '14.4.1', weight: 1 },
    ],
  },
  android: {
    ...ordinary,
    cadence: frequentCadence,
    namedByService: true,
    pushedByGoogle: true,
    takesNotifications: true,
    sharesNotifications: true,
    keepsAppsOnRetire: legacyOnly,
    models: [
      { model: 'Pixel 8', manufacturer: 'Google', osVersion: '14', weight: 4, enrollments: enterprise, esim: true },
      { model: 'Pixel 6a', manufacturer: 'Google', osVersion: '14', weight: 2, enrollments: enterprise, esim: true },
      { model: 'Galaxy S23', manufacturer: 'samsung', osVersion: '14', weight: 6, enrollments: enterprise, esim: true },
      { model: 'Galaxy S21 5G', manufacturer: 'samsung', osVersion: '13', weight: 3, esim: true },
      { model: 'Galaxy A54', manufacturer: 'samsung', osVersion: '13', weight: 5, enrollments: enterprise, esim: true },
      { model: 'Galaxy A14', manufacturer: 'samsung', osVersion: '13', weight: 3, enrollments: enterprise },
      { model: 'Galaxy Tab Active3', manufacturer: 'samsung', osVersion: '12', weight: 1 },
      { model: 'moto g54 5G', manufacturer: 'motorola', osVersion: '13', weight: 2, enrollments: enterprise },
      {
        model: 'XCover6 Pro',
        manufacturer: 'samsung',
        osVersion: '13',
        weight: 1,
        enrollments: ['corporate-work-profile', 'fully-managed'],
      },
      { model: 'TC52', manufacturer: 'Zebra Technologies', osVersion: '11', weight: 2, enrollments: dedicatedOnly },
      { model: 'Galaxy S8', manufacturer: 'samsung', osVersion: '7.0', weight: 1, enrollments: legacyOnly },
      { model: 'Galaxy S5', manufacturer: 'samsung', osVersion: '6.0.1', weight: 1, enrollments: legacyOnly },
    ],
  },
  windows: {
    ...ordinary,
    cadence: frequentCadence,
    measuresAtBoot: true,
    keepsOnWipe: true,
    models: [
      { model: 'Latitude 5440', manufacturer: 'Dell Inc.', osVersion: '10.0.22631.3737', weight: 5 },
      { model: 'Latitude 7420', manufacturer: 'Dell Inc.', osVersion: '10.0.19045.4529', weight: 3 },
      { model: 'OptiPlex 7010', manufacturer: 'Dell Inc.', osVersion: '10.0.22631.3737', weight: 2, enrollments: ['joined'] },
      { model: 'ThinkPad T14 Gen 4', manufacturer: 'LENOVO', osVersion: '10.0.22631.3737', weight: 4 },
      { model: 'ThinkPad X1 Carbon Gen 11', manufacturer: 'LENOVO', osVersion: '10.0.22631.3737', weight: 2 },
      { model: 'HP EliteBook 840 G9', manufacturer: 'HP', osVersion: '10.0.19045.4529', weight: 3 },
      { model: 'HP ProBook 450 G10', manufacturer: 'HP', osVersion: '10.0.22631.3737', weight: 2 },
      { model: 'Surface Laptop 5', manufacturer: 'Microsoft Corporation', osVersion: '10.0.22631.3737', weight: 2 },
      { model: 'Surface Pro 9', manufacturer: 'Microsoft Corporation', osVersion: '10.0.22631.3737', weight: 1 },
    ],
  },
};
