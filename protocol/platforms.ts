/**
 * The kinds of device: a platform, and on it a way to be enrolled. Everything that differs between kinds is keyed on this pair.
 * What the service says about each kind is the table of reference §1.6; its words are Microsoft Graph's.
 */

/** What Graph tells of a kind; `Enrollment` of v1.0 collapses to `unknownFutureValue` where only beta has a word. */
interface KindFacts {
  enrollmentV1: string;
  enrollmentBeta: string;
  agent: string;
  owner: 'company' | 'personal';
  supervised: boolean;
  deviceType: string;
  joinType: string;
  /** `false`: Intune does not evaluate it, and says `Unknown` (Windows, macOS, Android Enterprise without a work profile). */
  judgesJailbreak: boolean;
}

const applePersonal = {
  enrollmentV1: 'userEnrollment',
  enrollmentBeta: 'userEnrollment',
  agent: 'mdm',
  owner: 'personal',
  supervised: false,
  deviceType: 'iPhone',
  joinType: 'azureADRegistered',
  judgesJailbreak: true,
} as const satisfies KindFacts;

const appleAutomated = {
  ...applePersonal,
  enrollmentV1: 'appleBulkWithUser',
  enrollmentBeta: 'appleBulkWithUser',
  owner: 'company',
  supervised: true,
} as const satisfies KindFacts;

const mac = { deviceType: 'macMDM', judgesJailbreak: false } as const;

const androidCorporate = {
  ...applePersonal,
  enrollmentV1: 'unknownFutureValue',
  enrollmentBeta: 'androidEnterpriseFullyManaged',
  agent: 'googleCloudDevicePolicyController',
  owner: 'company',
  deviceType: 'androidEnterprise',
  judgesJailbreak: false,
} as const satisfies KindFacts;

const windowsJoined = {
  enrollmentV1: 'windowsAzureADJoin',
  enrollmentBeta: 'windowsAzureADJoin',
  agent: 'mdm',
  owner: 'company',
  supervised: false,
  deviceType: 'desktop',
  joinType: 'azureADJoined',
  judgesJailbreak: false,
} as const satisfies KindFacts;

/** What is the same for all kinds of a platform. */
interface PlatformFacts {
  /** What Graph calls its system. */
  operatingSystem: string;
  /** Graph's platform of a detected app; its list has no word for Android but those of two ways to enrol it. */
  appPlatform: 'ios' | 'macOS' | 'windows' | 'unknown';
  /** Whose rules a new name has to keep (reference §2.5). An Android device keeps its own: the service only labels its record. */
  naming: 'apple' | 'windows' | 'label';
  /** Out of its box: iOS and Android encrypt themselves; FileVault and BitLocker somebody has to turn on. */
  encryptsItself: boolean;
  kinds: Record<string, KindFacts>;
}

/** Platform → its facts, and its ways to be enrolled; the first one is the default where none is named. */
const table = {
  ios: {
    operatingSystem: 'iOS',
    appPlatform: 'ios',
    naming: 'apple',
    encryptsItself: true,
    kinds: {
      device: applePersonal,
      automated: appleAutomated,
      user: { ...applePersonal, enrollmentV1: 'appleUserEnrollment', enrollmentBeta: 'appleAccountDrivenUserEnrollment' },
    },
  },
  macos: {
    operatingSystem: 'macOS',
    appPlatform: 'macOS',
    naming: 'apple',
    encryptsItself: false,
    kinds: {
      device: { ...applePersonal, ...mac },
      automated: { ...appleAutomated, ...mac },
      // Managed by Jamf Pro, which tells Intune about it: Graph has no way to be enrolled for that.
      jamf: {
        ...applePersonal,
        ...mac,
        enrollmentV1: 'unknown',
        enrollmentBeta: 'unknown',
        agent: 'jamf',
        owner: 'company',
        deviceType: 'mac',
      },
    },
  },
  android: {
    operatingSystem: 'Android',
    appPlatform: 'unknown',
    naming: 'label',
    encryptsItself: true,
    kinds: {
      'personal-work-profile': { ...applePersonal, agent: 'googleCloudDevicePolicyController', deviceType: 'androidForWork' },
      'corporate-work-profile': {
        ...androidCorporate,
        enrollmentBeta: 'androidEnterpriseCorporateWorkProfile',
        judgesJailbreak: true,
      },
      'fully-managed': androidCorporate,
      dedicated: { ...androidCorporate, enrollmentBeta: 'androidEnterpriseDedicatedDevice' },
      'device-administrator': { ...applePersonal, deviceType: 'android' },
    },
  },
  windows: {
    operatingSystem: 'Windows',
    appPlatform: 'windows',
    naming: 'windows',
    encryptsItself: false,
    kinds: {
      joined: windowsJoined,
      registered: {
        ...windowsJoined,
        enrollmentV1: 'windowsAutoEnrollment',
        enrollmentBeta: 'windowsAutoEnrollment',
        owner: 'personal',
        joinType: 'azureADRegistered',
      },
    },
  },
} as const satisfies Record<string, PlatformFacts>;

export type Platform = keyof typeof table;
type EnrollmentOf<P extends Platform> = P extends Platform ? keyof (typeof table)[P]['kinds'] & string : never;
export type EnrollmentType = EnrollmentOf<Platform>;
/** The facts of one kind, in the words of the table. */
type Facts = { [P in Platform]: (typeof table)[P]['kinds'][keyof (typeof table)[P]['kinds']] }[Platform];

export const platforms = Object.keys(table) as [Platform, ...Platform[]];

/** Enrollment types by platform; the first of each is the default where none is named. */
export const enrollmentTypesOf = Object.fromEntries(
  platforms.map((platform) => [platform, Object.keys(table[platform].kinds)]),
) as unknown as {
  [P in Platform]: readonly [EnrollmentOf<P>, ...EnrollmentOf<P>[]];
};

export const enrollmentTypes: readonly EnrollmentType[] = [...new Set(Object.values(enrollmentTypesOf).flat())];

/** Whether devices of this platform can be enrolled this way. */
export function isEnrollmentTypeOf(platform: Platform, enrollment: string): enrollment is EnrollmentType {
  return Object.hasOwn(table[platform].kinds, enrollment);
}

/** What is the same for all devices of a platform. */
export function factsOfPlatform(platform: Platform): Omit<PlatformFacts, 'kinds'> {
  return table[platform];
}

/** What decides what a device can do. An inventory is one. */
export interface Kind {
  platform: Platform;
  enrollment: EnrollmentType;
  osVersion: string;
  model: string;
  /** A Shared iPad: several users, one after the other. */
  shared?: boolean | undefined;
}

/** What Graph says about a kind. @throws Error for a pair that does not exist */
export function factsOf({ platform, enrollment }: Pick<Kind, 'platform' | 'enrollment'>): Facts {
  const kinds: Partial<Record<EnrollmentType, Facts>> = table[platform].kinds;
  const facts = kinds[enrollment];
  if (facts === undefined) throw new Error(`No device is ${platform} and ${enrollment} at once.`);
  return facts;
}

/** An iPad is an iOS device whose model says so. */
export function isTablet({ platform, model }: Pick<Kind, 'platform' | 'model'>): boolean {
  return platform === 'ios' && model.startsWith('iPad');
}

/** What Graph calls the system (decisions: operatingSystem). */
export function operatingSystemOf(device: Pick<Kind, 'platform' | 'model'>): string {
  return isTablet(device) ? 'iPadOS' : table[device.platform].operatingSystem;
}

/** Android that keeps company data in a profile of its own. */
export function hasWorkProfile({ platform, enrollment }: Pick<Kind, 'platform' | 'enrollment'>): boolean {
  return platform === 'android' && (enrollment === 'personal-work-profile' || enrollment === 'corporate-work-profile');
}

/** Supervised: enrolled by Apple's automated enrollment. */
export function isSupervised(kind: Pick<Kind, 'platform' | 'enrollment'>): boolean {
  return factsOf(kind).supervised;
}

/** A partner (Jamf) manages it, and only reports it: it is judged by policies, and nothing else is done to it (NC-11; reference §7.4). */
export function isManagedByPartner(kind: Pick<Kind, 'platform' | 'enrollment'>): boolean {
  return factsOf(kind).agent === 'jamf';
}

/** The first number of a version: `8.1.0` → 8. A version that begins with none counts as the newest. */
export function majorVersion(osVersion: string): number {
  const major = Number.parseInt(osVersion, 10);
  return Number.isNaN(major) ? Number.POSITIVE_INFINITY : major;
}
