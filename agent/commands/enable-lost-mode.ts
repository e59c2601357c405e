import { change } from '../device/information.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** Lost mode: the message for whoever finds the device, and no way past it (reference §2.5). */
export const enableLostMode: Execute<'enableLostMode'> = (state, { message, phoneNumber = '', footer = '' }) => {
  change(state, { lostMode: { message, phoneNumber, footer } });
  return acknowledged;
};
