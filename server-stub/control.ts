/** `/mockfleet/…`: what no real tenant has. */
import { Hono } from 'hono';
import { controlClockRoutes } from './control-clock.ts';
import { type ControlConfigurationOptions, controlConfigurationRoutes } from './control-configuration.ts';
import { type ControlDevicesOptions, controlDevicesRoutes } from './control-devices.ts';
import { controlMailRoutes } from './control-mail.ts';
import { controlPushRoutes } from './control-push.ts';
import { type ControlTenantOptions, controlTenantRoutes } from './control-tenant.ts';
import { controlThrottleRoutes } from './control-throttle.ts';
import type { MailFaults } from './mail/mail-faults.ts';
import type { TenantClock } from './tenant-clock.ts';
import type { Throttle } from './throttle.ts';

export interface ControlOptions extends ControlDevicesOptions, ControlConfigurationOptions, ControlTenantOptions {
  clock: TenantClock;
  throttle: Throttle;
  mailFaults: MailFaults;
}

export function controlRoutes(options: ControlOptions): Hono {
  const routes = new Hono();
  routes.route('/', controlClockRoutes(options.clock));
  routes.route('/', controlDevicesRoutes(options));
  routes.route('/', controlConfigurationRoutes(options));
  routes.route('/', controlTenantRoutes(options));
  routes.route('/', controlThrottleRoutes(options.throttle));
  routes.route('/', controlPushRoutes(options.tenant));
  routes.route('/', controlMailRoutes(options.tenant, options.mailFaults));
  return routes;
}
