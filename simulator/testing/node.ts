/** `mockfleet/testing`: a tenant in a test under Node, which can read files. */
import { dayMs, formatInstant, parseDuration } from '../../runtime/duration.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { findScenario } from '../scenarios/catalogue.ts';
import { show } from '../scenarios/errors.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import { loadSeedFile } from '../tenant/load-seed.ts';
import { enrollmentToken } from '../world/settings.ts';
import { World } from '../world/world.ts';
import { instantOf } from './clock.ts';
import { createTenant as createPlainTenant, plantedTenant } from './create-tenant.ts';
import { Engine } from './engine.ts';
import { TenantError } from './errors.ts';
import type { TenantOptions } from './options.ts';
import { mustBeOptions } from './read-options.ts';
import { openTenant, type Tenant } from './tenant.ts';

export * from './msw.ts';

/** The tenant of a file, as `mockfleet serve --tenant` reads it. */
export interface TenantFileOptions extends Pick<TenantOptions, 'start' | 'seed' | 'push'> {
  file: string;
}

/** A scenario, lived up to some moment and left there. Its pushes take the time that it says. */
export interface TenantScenarioOptions {
  /** Name of a built-in one, or the path of a file. */
  scenario: string;
  /** Since its start (`26h`), or an instant. */
  at: string | number | Date;
}

/** @throws ScenarioError that names what is wrong with the options or the file; TenantError `options-invalid`, `clock-invalid`, `scenario-invalid`; ClockError */
export function createTenant(options: TenantOptions | TenantFileOptions | TenantScenarioOptions = {}): Tenant {
  mustBeOptions(options);
  if ('scenario' in options) {
    mustSayOnly(options, 'scenario', ['at']);
    return scenarioTenant(findScenario(options.scenario).scenario, options.at);
  }
  if (!('file' in options)) return createPlainTenant(options);
  mustSayOnly(options, 'file', ['start', 'seed', 'push']);
  return plantedTenant(loadSeedFile(options.file).seed, { start: options.start, seed: options.seed, push: options.push });
}

/** What is said beside the name would count for nothing. @throws TenantError `options-invalid` */
function mustSayOnly(options: object, name: string, others: readonly string[]): void {
  const named = (options as Record<string, unknown>)[name];
  if (typeof named !== 'string') throw new TenantError('options-invalid', `createTenant: ${name}: a name is expected, not ${show(named)}.`);
  const more = Object.keys(options).find((key) => key !== name && !others.includes(key));
  if (more === undefined) return;
  throw new TenantError(
    'options-invalid',
    `createTenant: "${more}" cannot be said together with "${name}"; allowed: ${others.join(', ')}.`,
  );
}

function scenarioTenant(scenario: Scenario, at: TenantScenarioOptions['at'] | undefined): Tenant {
  const { startAt, days, name } = scenario;
  if (at === undefined) {
    throw new TenantError(
      'options-invalid',
      "createTenant: at: say where in the scenario to stop, such as '26h' or '2d' since its start, or an instant.",
    );
  }
  const since = typeof at === 'string' ? parseDuration(at) : undefined;
  const instant = since === undefined ? instantOf(at) : startAt + since;
  const until = startAt + days * dayMs;
  if (instant < startAt || instant >= until) {
    const sentence = `${name} goes from ${formatInstant(startAt)} to before ${formatInstant(until)}; ${formatInstant(instant)} is not within it.`;
    throw new TenantError('scenario-invalid', sentence);
  }
  const engine = new Engine({
    machines: (listener) => {
      const options = { store: createMemoryStore(), everyCheckIn: false, codec: false, listener };
      return new World(scenario, options).handOverAt(instant);
    },
    onEnrolled: () => {},
  });
  return openTenant(engine, enrollmentToken);
}
