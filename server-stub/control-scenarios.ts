/** `/mockfleet/scenario…`: scenarios, played on the running stub in place of its tenant. */
import { Hono } from 'hono';
import { z } from 'zod';
import { readJson } from './request-body.ts';
import { type ScenarioPlayer, ScenarioRefused } from './scenario-player.ts';
import { wrongField } from './wrong-field.ts';

const start = z.strictObject({
  name: z.string().min(1).max(256),
  at: z.string().min(1).max(64).optional(),
  devices: z.int().min(1).optional(),
});
const goOn = z.strictObject({ to: z.string().min(1).max(64) });

const startHelp = 'Send {"name":"wipe-pending-for-ever"}, with "at" (26h, 3d, an instant) where it is to stop first.';
const goOnHelp = 'Send {"to":"next-step"}, {"to":"end"}, {"to":"2d"} (from where it stands) or {"to":"2026-03-04T08:00:00Z"}.';

/** @param player absent where none can be played */
export function controlScenariosRoutes(player: ScenarioPlayer | undefined): Hono {
  const routes = new Hono();
  const playing = (): ScenarioPlayer => {
    if (player !== undefined) return player;
    throw new ScenarioRefused(
      404,
      'scenarios-absent',
      'No scenario can be played here: `mockfleet serve` can, a tenant made in code cannot.',
    );
  };
  routes.get('/scenarios', async (c) => c.json(await playing().catalogue()));
  // Whoever only looks whether one is played needs no player.
  routes.get('/scenario', (c) => c.json(player?.view() ?? null));
  routes.post('/scenario', async (c) => c.json(await playing().start(read(start, await readJson(c.req.raw), startHelp)), 202));
  routes.post('/scenario/continue', async (c) => {
    const { to } = read(goOn, await readJson(c.req.raw), goOnHelp);
    return c.json(playing().goOn(to), 202);
  });
  routes.post('/scenario/take-over', (c) => c.json(playing().takeOver(), 202));
  routes.delete('/scenario', async (c) => {
    await playing().end();
    return c.body(null, 204);
  });
  routes.onError((error, c) => {
    if (!(error instanceof ScenarioRefused)) throw error;
    return c.json({ error: { code: error.code, message: error.message } }, error.status);
  });
  return routes;
}

function read<T>(schema: z.ZodType<T>, body: unknown, help: string): T {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw new ScenarioRefused(400, 'scenario-invalid', `${help} ${wrongField(body, parsed.error)}`);
}
