/** `/mockfleet/faults`: what goes wrong on the links of devices, as long as somebody wants it. */
import { Hono } from 'hono';
import { z } from 'zod';
import type { FaultyLinks, LinkFaultChange } from './faulty-links.ts';
import { readJson } from './request-body.ts';
import { wrongField } from './wrong-field.ts';

/** The clock waits so long for a device while it is advanced; a link that is slower is as good as none. */
const delayMsMax = 10_000;
const delay = z.int().min(0).max(delayMsMax);
const share = z.number().min(0).max(1);

const faults = z
  .strictObject({ latencyMs: delay, jitterMs: delay, loss: share, unreachable: z.boolean(), share })
  .partial()
  .refine((some) => Object.keys(some).length > 0, 'say at least one of latencyMs, jitterMs, loss, unreachable, share');
const off = z.strictObject({ off: z.literal(true) });

const allowed =
  'Send the members to change, such as {"latencyMs":200,"jitterMs":50,"loss":0.01,"share":0.5} (ms up to 10000 of real time, shares from 0 to 1) or {"unreachable":true}; or {"off":true}.';

/** What is wrong with a change; undefined: nothing, it is a LinkFaultChange. */
function wrongFaults(change: unknown): string | undefined {
  const isOff = typeof change === 'object' && change !== null && 'off' in change;
  const { error } = (isOff ? off : faults).safeParse(change);
  return error === undefined ? undefined : `${allowed} ${wrongField(change, error)}`;
}

export function controlFaultsRoutes(links: FaultyLinks): Hono {
  const routes = new Hono();
  routes.get('/faults', (c) => c.json(links.show()));
  routes.post('/faults', async (c) => {
    const body = await readJson(c.req.raw);
    const wrong = wrongFaults(body);
    if (wrong !== undefined) return c.json({ error: { code: 'faults-invalid', message: wrong } }, 400);
    links.set(body as LinkFaultChange);
    return c.json(links.show());
  });
  return routes;
}
