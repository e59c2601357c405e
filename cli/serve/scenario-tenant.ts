/** The tenant of a scenario, to be lived from its beginning. */
import { ScaledClock, systemClock } from '../../runtime/clock.ts';
import { tenantConfigurationSetting } from '../../server-stub/core/configuration.ts';
import { tenantConfigurationDefault } from '../../server-stub/core/settings.ts';
import type { Store } from '../../server-stub/store/store.ts';
import type { StubOptions } from '../../server-stub/stub.ts';
import { LiveStory } from '../../simulator/live-story.ts';
import type { Scenario } from '../../simulator/scenarios/scenario.ts';
import { coreSettings } from '../../simulator/world/settings.ts';
import { type ProcessParts, ServedTenant } from './served-tenant.ts';

export interface ScenarioTenantOptions extends Pick<StubOptions, 'isElsewhere'> {
  scenario: Scenario;
  /** Without a tenant yet. */
  store: Store;
  folder: string;
  /** In which keys of devices are kept; they may be other tenants', too. */
  keys: string;
  onChange: () => void;
}

/** Its story waits, before its first instant. */
export function openScenarioTenant(options: ScenarioTenantOptions, parts: ProcessParts): ServedTenant {
  const { scenario, store, folder, keys, onChange, isElsewhere } = options;
  // As in virtual time, so that ids, codes and PINs agree; kept, so that the stub can be started again without its scenario.
  const settings = { ...coreSettings(scenario), ...parts.tokens };
  store.saveSetting('seed', settings.seed);
  store.saveSetting(tenantConfigurationSetting, JSON.stringify({ ...tenantConfigurationDefault, ...settings.tenant }));
  const clock = new ScaledClock({ anchorReal: systemClock.now(), anchor: scenario.startAt, speed: 0 });
  const tenant = new ServedTenant({ store, folder, clock, settings, isElsewhere }, parts);
  const { authority, tokens } = parts;
  tenant.story = tenant.livesWith(new LiveStory({ stub: tenant.stub, authority, scenario, keys, token: tokens.enrollmentToken, onChange }));
  return tenant;
}
