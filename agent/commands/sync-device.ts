import { acknowledged, type Execute } from './outcome.ts';

/** Sync: the check-in that fetched the command is what was asked for. */
export const syncDevice: Execute<'syncDevice'> = () => acknowledged;
