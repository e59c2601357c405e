/** `/mockfleet/clock`: the tenant's clock, in the hand of whoever tests. */
import { Hono } from 'hono';
import { z } from 'zod';
import { parseDuration, parseInstant } from '../runtime/duration.ts';
import { readJson } from './request-body.ts';
import { ClockError, type JumpEnd, type TenantClock } from './tenant-clock.ts';

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

const wait = z.boolean().default(true);

const change = z.union([
  z.strictObject({ advance: duration, wait }),
  z.strictObject({ set: instant, wait }),
  z.strictObject({ stop: z.literal(true) }),
  z.strictObject({ speed: z.number().min(0).max(speedMax) }),
  z.strictObject({ freeze: z.literal(true) }),
  z.strictObject({ resume: z.literal(true) }),
]);
type Change = z.infer<typeof change>;

const allowed =
  'Send one of {"advance":"366d"}, {"set":"2027-01-31T08:00:00Z"} (either with "wait":false, to be answered at once), {"stop":true}, {"speed":3600}, {"freeze":true}, {"resume":true}.';

export function controlClockRoutes(clock: TenantClock): Hono {
  const routes = new Hono();
  routes.get('/clock', (c) => c.json(clock.show()));
  routes.post('/clock', async (c) => {
    const body = await readJson(c.req.raw);
    const parsed = change.safeParse(body);
    if (!parsed.success) return c.json({ error: { code: 'clock-invalid', message: `${allowed} ${wrong(body)}`.trim() } }, 400);
    try {
      const answer = await apply(clock, parsed.data);
      const view = clock.show();
      return answer === 'under-way' ? c.json(view, 202) : c.json(answer === 'stopped' ? { ...view, stopped: true } : view);
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
  const shapes = { advance: duration, set: instant, speed: z.number().min(0).max(speedMax), wait };
  for (const [name, schema] of Object.entries(shapes)) {
    if (!(name in body)) continue;
    const result = schema.safeParse((body as Record<string, unknown>)[name]);
    if (!result.success) return `${name}: ${result.error.issues[0]?.message}.`;
  }
  return '';
}

async function apply(clock: TenantClock, asked: Change): Promise<JumpEnd | 'under-way'> {
  if ('stop' in asked) return (await clock.stop()) ? 'stopped' : 'arrived';
  if ('advance' in asked || 'set' in asked) {
    const jump = 'advance' in asked ? clock.advanceTo(clock.now() + asked.advance) : clock.set(asked.set);
    return asked.wait ? jump : begun(jump);
  }
  clock.setSpeed('speed' in asked ? asked.speed : 'freeze' in asked ? 0 : 1);
  return 'arrived';
}

/** What stands against a jump is known within this turn; later it can only end with the stub, and nobody waits to hear of that. */
async function begun(jump: Promise<JumpEnd>): Promise<'under-way'> {
  await Promise.race([jump, new Promise<void>((resolve) => void setTimeout(resolve, 0))]);
  jump.catch((error: unknown) => {
    if (!(error instanceof ClockError)) throw error;
  });
  return 'under-way';
}
