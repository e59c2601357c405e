/** `/mockfleet/clock`: the tenant's clock, in the hand of whoever tests. */
import { Hono } from 'hono';
import { z } from 'zod';
import { parseDuration, parseInstant } from '../runtime/duration.ts';
import { readJson } from './request-body.ts';
import { ClockError, type TenantClock } from './tenant-clock.ts';

/** A thousand years of virtual time is a typing mistake. */
const speedMax = 1_000_000;

const duration = z.string().transform((text, context) => {
  const ms = parseDuration(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: 'write a duration such as 90s, 15m, 8h or 366d' });
  return z.NEVER;
});

const instant = z.string().transform((text, context) => {
  const ms = parseInstant(text);
  if (ms !== undefined) return ms;
  context.addIssue({ code: 'custom', message: 'write an instant such as 2027-01-31T08:00:00Z' });
  return z.NEVER;
});

const change = z.union([
  z.strictObject({ advance: duration }),
  z.strictObject({ set: instant }),
  z.strictObject({ speed: z.number().min(0).max(speedMax) }),
  z.strictObject({ freeze: z.literal(true) }),
  z.strictObject({ resume: z.literal(true) }),
]);

export function controlClockRoutes(clock: TenantClock): Hono {
  const routes = new Hono();
  routes.get('/clock', (c) => c.json(clock.show()));
  routes.post('/clock', async (c) => {
    const body = await readJson(c.req.raw);
    const parsed = change.safeParse(body);
    if (!parsed.success) {
      const message = `Send one of {"advance":"366d"}, {"set":"2027-01-31T08:00:00Z"}, {"speed":3600}, {"freeze":true}, {"resume":true}. ${wrong(body)}`;
      return c.json({ error: { code: 'clock-invalid', message: message.trim() } }, 400);
    }
    try {
      await apply(clock, parsed.data);
      return c.json(clock.show());
    } catch (error) {
      if (!(error instanceof ClockError)) throw error;
      return c.json({ error: { code: error.code, message: error.message } }, error.code === 'clock-busy' ? 409 : 400);
    }
  });
  return routes;
}

/** What is wrong with the one member that was meant. */
function wrong(body: unknown): string {
  if (typeof body !== 'object' || body === null) return 'The body is not a JSON object.';
  const shapes = { advance: duration, set: instant, speed: z.number().min(0).max(speedMax) };
  for (const [name, schema] of Object.entries(shapes)) {
    if (!(name in body)) continue;
    const result = schema.safeParse((body as Record<string, unknown>)[name]);
    if (!result.success) return `${name}: ${result.error.issues[0]?.message}.`;
  }
  return '';
}

async function apply(clock: TenantClock, asked: z.infer<typeof change>): Promise<void> {
  if ('advance' in asked) await clock.advanceTo(clock.now() + asked.advance);
  else if ('set' in asked) await clock.set(asked.set);
  else if ('speed' in asked) clock.setSpeed(asked.speed);
  else clock.setSpeed('freeze' in asked ? 0 : 1);
}
