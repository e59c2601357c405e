import type { Execute } from './outcome.ts';

/** Shut down: after the result was taken; only the power button brings the device back. */
export const shutDown: Execute<'shutDown'> = () => ({ status: 'acknowledged', goesDown: 'shut-down' });
