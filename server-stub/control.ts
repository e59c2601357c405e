/** `/mockfleet/…`: what no real tenant has. */
import { Hono } from 'hono';
import { controlClockRoutes } from './control-clock.ts';
import { type ControlConfigurationOptions, controlConfigurationRoutes } from './control-configuration.ts';
import { type ControlDevicesOptions, controlDevicesRoutes } from './control-devices.ts';
import { controlEventsRoutes } from './control-events.ts';
import { controlFaultsRoutes } from './control-faults.ts';
import { type ControlFleetOptions, controlFleetRoutes } from './control-fleet.ts';
import { controlHistoryRoutes, type Lifetime } from './control-history.ts';
import { controlMailRoutes } from './control-mail.ts';
import { controlPushRoutes } from './control-push.ts';
import { controlScenariosRoutes } from './control-scenarios.ts';
import { type ControlTenantOptions, controlTenantRoutes } from './control-tenant.ts';
import { controlThrottleRoutes } from './control-throttle.ts';
import type { EventHub } from './event-hub.ts';
import type { FaultyLinks } from './faulty-links.ts';
import type { MailFaults } from './mail/mail-faults.ts';
import type { MailViews } from './mail-views.ts';
import type { ScenarioPlayer } from './scenario-player.ts';
import type { TenantClock } from './tenant-clock.ts';
import type { Throttle } from './throttle.ts';

export interface ControlOptions extends ControlDevicesOptions, ControlConfigurationOptions, ControlTenantOptions, ControlFleetOptions {
  clock: TenantClock;
  /** Absent: it tells nothing by itself, as in a test. */
  events: EventHub | undefined;
  /** Absent: as above. */
  lifetime: Lifetime | undefined;
  throttle: Throttle;
  /** Absent: none can be played. */
  scenarios: ScenarioPlayer | undefined;
  mailFaults: MailFaults;
  faultyLinks: FaultyLinks;
  mailViews: MailViews;
}

export function controlRoutes(options: ControlOptions): Hono {
  const routes = new Hono();
  if (options.events !== undefined) routes.route('/', controlEventsRoutes(options.events));
  if (options.lifetime !== undefined) routes.route('/', controlHistoryRoutes(options.lifetime));
  routes.route('/', controlClockRoutes(options.clock));
  routes.route('/', controlDevicesRoutes(options));
  routes.route('/', controlFleetRoutes(options));
  routes.route('/', controlScenariosRoutes(options.scenarios));
  routes.route('/', controlConfigurationRoutes(options));
  routes.route('/', controlTenantRoutes(options));
  routes.route('/', controlThrottleRoutes(options.throttle));
  routes.route('/', controlFaultsRoutes(options.faultyLinks));
  routes.route('/', controlPushRoutes(options.tenant));
  routes.route('/', controlMailRoutes(options.tenant, options.mailFaults, options.mailViews));
  return routes;
}
