/** `/mockfleet/throttle`: how often Graph says that there are too many requests. */
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from './request-body.ts';
import type { Throttle, ThrottleChange } from './throttle.ts';
import { wrongField } from './wrong-field.ts';

const secondsMax = 3600;
const countMax = 1_000_000;
const limit = z.int().min(1).max(countMax).nullable();

/** By the member that each of them begins with; without any of these it is the limits. */
const changes = {
  next: z.strictObject({
    next: z.int().min(0).max(countMax),
    of: z.enum(['all', 'writes']).optional(),
    status: z.literal([429, 503, 504]).optional(),
    retryAfterSeconds: z.int().min(0).max(secondsMax).optional(),
  }),
  preset: z.strictObject({ preset: z.literal('intune') }),
  off: z.strictObject({ off: z.literal(true) }),
};
const limits = z
  .strictObject({ requests: limit, writes: limit, perSeconds: z.int().min(1).max(secondsMax) })
  .partial()
  .refine((some) => Object.keys(some).length > 0, 'say at least one of requests, writes, perSeconds');

const allowed =
  'Send one of {"next":3,"retryAfterSeconds":1,"of":"writes","status":503}, {"requests":2000,"writes":200,"perSeconds":20} (null: no limit), {"preset":"intune"}, {"off":true}.';

/** What is wrong with a change of the throttle, and what is allowed; undefined: nothing, it is a ThrottleChange. */
export function wrongThrottleChange(change: unknown): string | undefined {
  const isObject = typeof change === 'object' && change !== null;
  const meant = Object.entries(changes).find(([name]) => isObject && name in change);
  const { error } = (meant?.[1] ?? limits).safeParse(change);
  return error === undefined ? undefined : `${allowed} ${wrongField(change, error)}`;
}

export function controlThrottleRoutes(throttle: Throttle): Hono {
  const routes = new Hono();
  routes.get('/throttle', (c) => c.json(throttle.show()));
  routes.post('/throttle', async (c) => {
    const body = await readJson(c.req.raw);
    const wrong = wrongThrottleChange(body);
    if (wrong !== undefined) return c.json({ error: { code: 'throttle-invalid', message: wrong } }, 400);
    throttle.set(body as ThrottleChange);
    return c.json(throttle.show());
  });
  return routes;
}
