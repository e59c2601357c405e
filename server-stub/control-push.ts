/** `/mockfleet/push`: how pushes come through, and how many are on their way. Nothing of what they say is shown anywhere (CN-06). */
import { Hono } from 'hono';
import type { PushChange } from './core/settings.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { type PushWords, pushNames, pushWords, readPushWords } from './push-words.ts';
import { readJson } from './request-body.ts';

const asStarted: PushChange = {
  lost: undefined,
  latency: undefined,
  late: undefined,
  keptForMs: undefined,
  notificationsKeptForMs: undefined,
  membershipLag: undefined,
};

const allowed = `Send the members to change, of ${pushNames.join(', ')}, such as {"lost":"5%","latency":{"uniform":["1s","10s"]},"membershipLag":"15m"}; or {"reset":true}.`;

export interface PushView extends PushWords {
  /** Notifications on their way, and those that are kept for devices that are away. */
  notifications: { underWay: number; kept: number };
}

export function controlPushRoutes(tenant: () => GraphTenant): Hono {
  const routes = new Hono();
  const show = (): PushView => ({ ...pushWords(tenant().pushSettings()), notifications: tenant().pushCounts() });
  routes.get('/push', (c) => c.json(show()));
  routes.post('/push', async (c) => {
    const change = readChange(await readJson(c.req.raw));
    if (typeof change === 'string') return c.json({ error: { code: 'push-invalid', message: `${allowed} ${change}` } }, 400);
    tenant().setPushSettings(change);
    return c.json(show());
  });
  return routes;
}

/** Text: what is wrong with it. */
function readChange(body: unknown): PushChange | string {
  if (typeof body === 'object' && body !== null && 'reset' in body) {
    if (body.reset !== true) return 'reset: write true.';
    return Object.keys(body).length === 1 ? asStarted : 'reset: it stands alone.';
  }
  const change = readPushWords(body);
  return typeof change === 'object' && Object.keys(change).length === 0 ? 'It changes nothing.' : change;
}
