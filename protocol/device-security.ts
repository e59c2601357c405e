/**
 * What compliance policies ask about a device beyond its version, its encryption and whether it has a passcode (reference §4.2). A device
 * is a good one by default: it tells only what is otherwise, so that most devices of a fleet have nothing to say.
 */
import { z } from 'zod';
import { type Platform, platforms } from './platforms.ts';

/** How much a mobile threat defense partner worries about the device, from the mildest; `unavailable`: no partner looks after it. */
export const threatLevels = ['secured', 'low', 'medium', 'high', 'unavailable'] as const;

/** Google's verdicts, each includes those before it. */
export const integrityLevels = ['none', 'basic', 'device', 'strong'] as const;

/** Where a Mac lets apps come from, from the strictest; Graph's words. */
export const appOrigins = ['macAppStore', 'macAppStoreAndIdentifiedDevelopers', 'anywhere'] as const;

const minutes = z.number().int().min(0).max(10_080);
const dottedVersion = z.string().regex(/^\d{1,9}(\.\d{1,9}){0,3}$/, 'write one to four numbers with dots: "4.18.24060.7"');
const day = z.iso.date('write a day: "2026-08-05"');
const build = z.string().regex(/^\d{1,3}[A-Z]\d{1,6}[a-z]?$/, 'write a build as Apple does: "21F90"');

/** What a simulation may set, one by one. */
const traits = {
  threatLevel: z.enum(threatLevels),
  /** Minutes without use until the passcode is asked for again. */
  lockAfterMinutes: minutes,
  /** How many earlier passcodes it does not take again. */
  rememberedPasscodes: z.number().int().min(0).max(50),
  /** Minutes without use until the screen goes dark. */
  screenOffAfterMinutes: minutes,
  /** Apple's build of the system. */
  build,
  /** Its mail account came with the management. */
  managedEmail: z.boolean(),
  /** Day of its security patches. */
  securityPatch: day,
  /** Google Play services are there, and on. */
  googlePlayServices: z.boolean(),
  /** What they bring for secure connections is up to date. */
  securityProvidersUpToDate: z.boolean(),
  /** Takes apps from unknown sources. */
  unknownSources: z.boolean(),
  usbDebugging: z.boolean(),
  /** Google looks at apps before they are installed. */
  verifyApps: z.boolean(),
  playIntegrity: z.enum(integrityLevels),
  /** Company Portal, or the Intune app, is the one that Microsoft made. */
  managementAppIntact: z.boolean(),
  /** Updates of the system wait to be installed. */
  updatesPending: z.boolean(),
  systemIntegrityProtection: z.boolean(),
  firewall: z.boolean(),
  /** It lets nothing in. */
  firewallBlocksIncoming: z.boolean(),
  /** It does not answer who looks for the device. */
  firewallStealth: z.boolean(),
  gatekeeper: z.enum(appOrigins),
  /** This and the next two are measured when Windows starts, as BitLocker is. */
  secureBoot: z.boolean(),
  codeIntegrity: z.boolean(),
  earlyLaunchAntiMalware: z.boolean(),
  tpm: z.boolean(),
  antivirus: z.boolean(),
  antiSpyware: z.boolean(),
  defender: z.boolean(),
  realTimeProtection: z.boolean(),
  /** Those of Microsoft Defender. */
  signaturesUpToDate: z.boolean(),
  memoryIntegrity: z.boolean(),
  kernelDmaProtection: z.boolean(),
  virtualizationBasedSecurity: z.boolean(),
  firmwareProtection: z.boolean(),
  defenderVersion: dottedVersion,
};

/** What differs from a good device. */
export const securityTraitsSchema = z.object(traits).partial();
export type SecurityTraits = z.infer<typeof securityTraitsSchema>;
export type SecurityTrait = keyof typeof traits;

const everywhere: readonly SecurityTrait[] = ['threatLevel', 'lockAfterMinutes', 'rememberedPasscodes'];

/** Nobody says a version, a build or a day that is always good enough: what a good device has of these it does not tell. */
export const goodSecurity = {
  threatLevel: 'secured',
  lockAfterMinutes: 1,
  rememberedPasscodes: 24,
  screenOffAfterMinutes: 1,
  managedEmail: true,
  googlePlayServices: true,
  securityProvidersUpToDate: true,
  unknownSources: false,
  usbDebugging: false,
  verifyApps: true,
  managementAppIntact: true,
  updatesPending: false,
  systemIntegrityProtection: true,
  firewall: true,
  firewallBlocksIncoming: true,
  firewallStealth: true,
  gatekeeper: 'macAppStore',
  secureBoot: true,
  codeIntegrity: true,
  earlyLaunchAntiMalware: true,
  tpm: true,
  antivirus: true,
  antiSpyware: true,
  defender: true,
  realTimeProtection: true,
  signaturesUpToDate: true,
  memoryIntegrity: true,
  kernelDmaProtection: true,
  virtualizationBasedSecurity: true,
  firmwareProtection: true,
} as const satisfies SecurityTraits;

/** What a device of each platform has; of the others it knows nothing. */
export const securityTraitsOf: Readonly<Record<Platform, readonly SecurityTrait[]>> = {
  ios: [...everywhere, 'screenOffAfterMinutes', 'build', 'managedEmail'],
  macos: [...everywhere, 'build', 'systemIntegrityProtection', 'firewall', 'firewallBlocksIncoming', 'firewallStealth', 'gatekeeper'],
  android: [
    ...everywhere,
    'securityPatch',
    'googlePlayServices',
    'securityProvidersUpToDate',
    'unknownSources',
    'usbDebugging',
    'verifyApps',
    'playIntegrity',
    'managementAppIntact',
    'updatesPending',
  ],
  windows: [
    ...everywhere,
    'firewall',
    'secureBoot',
    'codeIntegrity',
    'earlyLaunchAntiMalware',
    'tpm',
    'antivirus',
    'antiSpyware',
    'defender',
    'realTimeProtection',
    'signaturesUpToDate',
    'memoryIntegrity',
    'kernelDmaProtection',
    'virtualizationBasedSecurity',
    'firmwareProtection',
    'defenderVersion',
  ],
};

/** Names of all of them, in the order above. */
export const securityTraits = Object.keys(traits) as [SecurityTrait, ...SecurityTrait[]];

/** The platforms that have it. */
export function platformsWith(trait: SecurityTrait): Platform[] {
  return platforms.filter((platform) => securityTraitsOf[platform].includes(trait));
}

/** Changes some of them; null: as a good device has it. */
export const securityChangeSchema = z.strictObject(
  Object.fromEntries(Object.entries(traits).map(([name, schema]) => [name, schema.nullable().optional()])) as unknown as {
    [T in SecurityTrait]: z.ZodOptional<z.ZodNullable<(typeof traits)[T]>>;
  },
);
export type SecurityChange = z.infer<typeof securityChangeSchema>;

const count = z.number().int().min(0).max(256);

/** What a passcode is made of; the passcode itself never leaves the device. */
export const passcodeFactsSchema = z.object({
  length: count,
  /** The same character throughout, or a row such as 1234 or dcba. */
  simple: z.boolean(),
  lower: count,
  upper: count,
  digits: count,
  symbols: count,
  setAt: z.number().int(),
});
export type PasscodeFacts = z.infer<typeof passcodeFactsSchema>;

/** As a device tells it. Absent: as a good device has it, or (passcodes) there is none. */
export const deviceSecuritySchema = securityTraitsSchema.extend({
  passcode: passcodeFactsSchema.optional(),
  workProfilePasscode: passcodeFactsSchema.optional(),
  /** Windows, where it is not as it was measured at the latest start. */
  atBoot: z
    .object({ encrypted: z.boolean(), secureBoot: z.boolean(), codeIntegrity: z.boolean(), earlyLaunchAntiMalware: z.boolean() })
    .optional(),
});
export type DeviceSecurity = z.infer<typeof deviceSecuritySchema>;
