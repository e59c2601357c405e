/** The service of a scenario: the same settings in virtual time and live, so that ids, codes and PINs agree. */
import type { CoreSettings } from '../../server-stub/core/settings.ts';
import type { Scenario } from '../scenarios/scenario.ts';

/** Whoever runs the simulation knows it; nothing outside of it ever sees it. */
export const enrollmentToken = 'virtual-time';

/** @param token the tenant's enrollment token, where the service is not ours alone */
export function coreSettings({ seed, tenant }: Scenario, token: string = enrollmentToken): CoreSettings {
  const { push, renewalWindowMs, configuration } = tenant;
  return { seed: `${seed}/stub`, enrollmentToken: token, renewalWindowMs, push, tenant: configuration, standInTokens: false };
}
