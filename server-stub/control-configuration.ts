/** `/mockfleet/configuration`: what the tenant asks of its devices and of those who sign in, until compliance policies have routes of their own. */
import { Hono } from 'hono';
import { z } from 'zod';
import { appNameMax, assignableAppId, assignableAppIdPhrase, policySchema } from '../protocol/device-information.ts';
import { platforms } from '../protocol/platforms.ts';
import { type TenantConfiguration, tenantAppsMax } from './core/settings.ts';
import type { GraphTenant, Initiator } from './graph/tenant.ts';
import { readJson } from './request-body.ts';
import { wrongField } from './wrong-field.ts';

const app = z.strictObject({
  id: z.string().regex(assignableAppId, `write ${assignableAppIdPhrase}`),
  name: z.string().min(1).max(appNameMax),
  intent: z.enum(['required', 'available']),
  platforms: z.array(z.enum(platforms)).min(1).optional(),
});

const change = z
  .strictObject({
    ...policySchema.shape,
    apps: z
      .array(app)
      .max(tenantAppsMax)
      .refine((apps) => new Set(apps.map(({ id }) => id)).size === apps.length, 'each id may be there once'),
    requireManagedDevice: z.boolean(),
  })
  .partial();

export interface ControlConfigurationOptions {
  tenant: () => GraphTenant;
  /** Who sends this request. */
  administratorOf: (request: Request) => Initiator;
}

export function controlConfigurationRoutes({ tenant, administratorOf }: ControlConfigurationOptions): Hono {
  const routes = new Hono();
  routes.get('/configuration', (c) => c.json(tenant().configuration()));
  routes.patch('/configuration', async (c) => {
    const body = await readJson(c.req.raw);
    const parsed = change.safeParse(body);
    if (!parsed.success) {
      const message = `Send the members to change, of ${Object.keys(change.shape).join(', ')}. ${wrongField(body, parsed.error)}`;
      return c.json({ error: { code: 'configuration-invalid', message } }, 400);
    }
    // What JSON cannot carry (undefined) is not there, so that a member that is absent keeps its value.
    tenant().configure(parsed.data as Partial<TenantConfiguration>, administratorOf(c.req.raw));
    return c.json(tenant().configuration());
  });
  return routes;
}
