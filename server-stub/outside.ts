/**
 * `POST /outside`: the services that a device talks to without its management (Apple's activation server, the directory), as the core
 * simulates them. No token: a wiped device has none, and what is asked for is proved by what is in the question.
 */
import { Hono } from 'hono';
import { type OutsideAnswer, type OutsideRequest, outsideRequestSchema } from '../protocol/outside.ts';
import { readJson } from './request-body.ts';
import { wrongField } from './wrong-field.ts';

export function outsideRoutes(ask: (request: OutsideRequest) => OutsideAnswer): Hono {
  const routes = new Hono();
  routes.post('/outside', async (c) => {
    const body = await readJson(c.req.raw);
    const parsed = outsideRequestSchema.safeParse(body);
    if (parsed.success) return c.json(ask(parsed.data));
    return c.json({ error: { code: 'outside-invalid', message: wrongField(body, parsed.error) } }, 400);
  });
  return routes;
}
