import { frequentCadence } from './frequent.ts';
import type { PlatformTraits } from './traits.ts';

export const windows: PlatformTraits = { cadence: frequentCadence, keepsEnrollmentOnWipe: true };
