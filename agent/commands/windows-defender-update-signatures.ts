import { changeHas } from '../device/information.ts';
import { changedSecurity } from '../device/security.ts';
import { acknowledged, type Execute } from './outcome.ts';

/** The newest signatures: policies may ask whether they are up to date; their version is told to nobody. */
export const windowsDefenderUpdateSignatures: Execute<'windowsDefenderUpdateSignatures'> = (state) => {
  const { has, inventory } = state;
  changeHas(state, { security: changedSecurity(has.security, { signaturesUpToDate: true }, inventory.platform) });
  return acknowledged;
};
