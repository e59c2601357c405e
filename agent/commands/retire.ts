import type { Execute } from './outcome.ts';

/** Retire: the management and what it brought go, the user's own data stays (TD-08, reference §8.1). */
export const retire: Execute<'retire'> = () => ({ leaves: 'retire' });
