import { change } from '../device/information.ts';
import { acknowledged, type Execute, notSupported } from './outcome.ts';

/** Ends lost mode; a device that is not lost cannot. */
export const disableLostMode: Execute<'disableLostMode'> = (state) => {
  if (state.lostMode === null) return notSupported;
  change(state, { lostMode: null });
  return acknowledged;
};
