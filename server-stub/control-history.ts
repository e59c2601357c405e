/** `/mockfleet/history`: the fleet's states along the time lived; `/mockfleet/clock/next`: what happens next by itself. */
import { Hono } from 'hono';
import { formatInstant } from '../runtime/duration.ts';
import type { nextHappenings } from './next-happenings.ts';
import type { StateHistory } from './state-history.ts';

const pointsDefault = 500;
const pointsMin = 2;
const pointsMax = 1_000;

/** What a living tenant knows of its time. */
export interface Lifetime {
  history: StateHistory;
  next(): ReturnType<typeof nextHappenings>;
}

export function controlHistoryRoutes({ history, next }: Lifetime): Hono {
  const routes = new Hono();
  routes.get('/history', (c) => {
    const asked = c.req.query('points');
    const wanted = asked === undefined ? pointsDefault : /^\d{1,4}$/.test(asked) ? Number(asked) : Number.NaN;
    if (!(wanted >= pointsMin && wanted <= pointsMax)) {
      const message = `'points' is a whole number from ${pointsMin} to ${pointsMax}: how many points the answer has at most. Leave it out for ${pointsDefault}.`;
      return c.json({ error: { code: 'history-invalid', message } }, 400);
    }
    const points = history.show(wanted).map(({ at, ...counts }) => ({ at: formatInstant(at), ...counts }));
    return c.json({ from: points[0]?.at ?? null, to: points.at(-1)?.at ?? null, points });
  });
  routes.get('/clock/next', (c) => c.json(next().map(({ at, ...one }) => ({ ...one, at: formatInstant(at) }))));
  return routes;
}
