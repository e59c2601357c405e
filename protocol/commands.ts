/**
 * The catalogue of device actions: what each takes, and which kinds of device can do it.
 * Names are Microsoft Graph's own verbs. One table: the stub refuses by it, consoles grey out by it, devices answer by it.
 */
import { z } from 'zod';
import type { EnrollmentType, Platform } from './platforms.ts';

/** Parameters of `wipe` (Graph: managedDevice/wipe). Times and effects: requirements M-05; `keepEnrollmentData` is Windows only. */
const wipeParameters = z.object({
  keepEnrollmentData: z.boolean().optional(),
  keepUserData: z.boolean().optional(),
  macOsUnlockCode: z.string().max(64).optional(),
  persistEsimDataPlan: z.boolean().optional(),
});

const none = z.object({});

export const commandSchema = z.discriminatedUnion('type', [
  z.object({ type: z.literal('syncDevice'), parameters: none }),
  z.object({ type: z.literal('remoteLock'), parameters: none }),
  z.object({ type: z.literal('retire'), parameters: none }),
  z.object({ type: z.literal('wipe'), parameters: wipeParameters }),
]);

export type Command = z.infer<typeof commandSchema>;
export type CommandType = Command['type'];

export const commandTypes = ['syncDevice', 'remoteLock', 'retire', 'wipe'] as const satisfies readonly CommandType[];

interface Exclusion {
  platform: Platform;
  /** Absent: every enrollment type of the platform. */
  enrollments?: readonly EnrollmentType[];
  reason: string;
}

/** What each action can NOT be done on, and why; all else can (decisions: retire, remote lock; TD-09 for the work profile). */
const exclusions: Record<CommandType, readonly Exclusion[]> = {
  syncDevice: [],
  remoteLock: [{ platform: 'windows', reason: 'Remote lock is not supported on Windows desktop devices.' }],
  retire: [
    {
      platform: 'android',
      enrollments: ['corporate-work-profile', 'fully-managed', 'dedicated'],
      reason: 'Corporate-owned Android Enterprise devices cannot be retired; wipe them instead.',
    },
  ],
  wipe: [
    {
      platform: 'android',
      enrollments: ['personal-work-profile'],
      reason: 'Google does not allow a factory reset of personally-owned work profile devices; retire them instead.',
    },
    {
      platform: 'ios',
      enrollments: ['user'],
      reason: 'Apple does not allow a wipe of devices under User Enrollment; retire them instead.',
    },
  ],
};

/** Why this kind of device can never do this action; `undefined` when it can. */
export function whyUnsupported(type: CommandType, platform: Platform, enrollment: EnrollmentType): string | undefined {
  return exclusions[type].find(
    (row) => row.platform === platform && (row.enrollments === undefined || row.enrollments.includes(enrollment)),
  )?.reason;
}

/** What deleting the record asks of the device at its next check-in (decisions: DELETE of a record; reference §8.4). */
export function commandOnDelete(platform: Platform, enrollment: EnrollmentType): Command {
  return whyUnsupported('retire', platform, enrollment) === undefined
    ? { type: 'retire', parameters: {} }
    : { type: 'wipe', parameters: {} };
}

/** Retire and wipe end the management of a device: nothing else is worth doing before or after them. */
export function endsManagement(type: CommandType): boolean {
  return type === 'retire' || type === 'wipe';
}
