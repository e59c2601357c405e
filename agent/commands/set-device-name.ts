import { change } from '../device/information.ts';
import { platformTraits } from '../platforms.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** Rename: on Android the new name is a label of the service alone (reference §2.5). */
export const setDeviceName: Execute<'setDeviceName'> = (state, { deviceName }) => {
  const { inventory } = state;
  if (!platformTraits[inventory.platform].namedByService) change(state, { inventory: { ...inventory, deviceName } });
  return acknowledged;
};
