/** `/mockfleet/events`: what happens, as server-sent events, for the console and whoever else wants to be told instead of asking. */
import { Hono } from 'hono';
import type { EventHub } from './event-hub.ts';
import type { Topic } from './event-news.ts';

const headers = { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' };

/** Routes whose writes may be told by nobody else: what they change is in no store. */
const toldByRoute: readonly [RegExp, Topic][] = [
  [/^\/mockfleet\/(?:faults|throttle|push|mail\/faults)$/, 'faults'],
  [/^\/mockfleet\/devices\/[^/]+\/act$/, 'hands'],
];

export function controlEventsRoutes(events: EventHub): Hono {
  const routes = new Hono();
  routes.get('/events', (c) => {
    const stream = events.listen();
    if (stream !== undefined) return new Response(stream, { headers });
    const message = 'Too many listen already, or the stub is being stopped. Close a console that is not looked at, or come back later.';
    return c.json({ error: { code: 'events-full', message } }, 503, { 'retry-after': '5' });
  });
  routes.use('*', async (c, next) => {
    await next();
    if (c.req.method === 'GET' || c.res.status >= 400) return;
    for (const [path, topic] of toldByRoute) if (path.test(c.req.path)) events.changed(topic);
  });
  return routes;
}
