import { appleCadence } from './apple.ts';
import type { PlatformTraits } from './traits.ts';

export const ios: PlatformTraits = { cadence: appleCadence, keepsEnrollmentOnWipe: false };
