import { acknowledged, type Execute } from './outcome.ts';

/** The newest signatures: their version is told to nobody. */
export const windowsDefenderUpdateSignatures: Execute<'windowsDefenderUpdateSignatures'> = () => acknowledged;
