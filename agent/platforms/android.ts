import { frequentCadence } from './frequent.ts';
import type { PlatformTraits } from './traits.ts';

export const android: PlatformTraits = { cadence: frequentCadence, keepsEnrollmentOnWipe: false };
