/** `/mockfleet/…`: what no real tenant has. */
import { Hono } from 'hono';
import { controlClockRoutes } from './control-clock.ts';
import { type ControlConfigurationOptions, controlConfigurationRoutes } from './control-configuration.ts';
import { type ControlDevicesOptions, controlDevicesRoutes } from './control-devices.ts';
import type { TestClock } from './test-clock.ts';

export interface ControlOptions extends ControlDevicesOptions, ControlConfigurationOptions {
  clock: TestClock;
}

export function controlRoutes(options: ControlOptions): Hono {
  const routes = new Hono();
  routes.route('/', controlClockRoutes(options.clock));
  routes.route('/', controlDevicesRoutes(options));
  routes.route('/', controlConfigurationRoutes(options));
  return routes;
}
