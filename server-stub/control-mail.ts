/** `/mockfleet/mail`: what the tenant and its people have sent. No mail leaves the stub. */
import { Hono } from 'hono';
import { formatInstant } from '../runtime/duration.ts';
import type { GraphTenant } from './graph/tenant.ts';

export function controlMailRoutes(tenant: () => GraphTenant): Hono {
  const routes = new Hono();
  /** Newest first. */
  routes.get('/mail', (c) => c.json(Array.from(tenant().directory.mails(), (mail) => ({ ...mail, at: formatInstant(mail.at) }))));
  return routes;
}
