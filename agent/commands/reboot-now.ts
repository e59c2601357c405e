import type { Execute } from './outcome.ts';

/** Restart: after the result was taken, so that it is not lost with the link. */
export const rebootNow: Execute<'rebootNow'> = () => ({ status: 'acknowledged', goesDown: 'restart' });
