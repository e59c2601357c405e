import type { CadencePlan } from './cadence.ts';

export interface PlatformTraits {
  cadence: CadencePlan;
  /** Whether a wipe can be told to leave the device enrolled (`keepEnrollmentData`, reference §2.3: Windows only). */
  keepsEnrollmentOnWipe: boolean;
}
