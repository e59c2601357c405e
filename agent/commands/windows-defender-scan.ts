import { acknowledged, type Execute } from './outcome.ts';

/** A scan, quick or full: nothing that a simulated device has is malware, and Graph is not told when it was scanned last. */
export const windowsDefenderScan: Execute<'windowsDefenderScan'> = () => acknowledged;
