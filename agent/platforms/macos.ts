import { appleCadence } from './apple.ts';
import type { PlatformTraits } from './traits.ts';

export const macos: PlatformTraits = { cadence: appleCadence, keepsEnrollmentOnWipe: false };
