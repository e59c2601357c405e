/**
 * `/portal`: the device's own user, without the administrator. They see their own devices alone, and what they do leaves no audit
 * entry (TD-07). Of people without a password of their own, who knows the tenant's enrollment token may be any who has a device here.
 */
import { type Context, Hono, type MiddlewareHandler } from 'hono';
import { z } from 'zod';
import type { Command } from '../protocol/commands.ts';
import { isManagedByPartner, operatingSystemOf } from '../protocol/platforms.ts';
import { formatInstant } from '../runtime/duration.ts';
import { availabilityOf } from './control-devices.ts';
import { type DeviceRecord, deviceNameOf, portalActions } from './core/records.ts';
import { isFor } from './core/settings.ts';
import { newPasscode, unlockPin } from './graph/action-results.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { pageHeaders } from './page-headers.ts';
import type { PasswordCheck } from './password.ts';
import { readJson } from './request-body.ts';

const signIn = z.object({ userPrincipalName: z.string().min(1).max(256), password: z.string().min(1).max(256) });

const files = {
  '/portal': { name: 'page.html', type: 'text/html; charset=utf-8' },
  '/portal/portal.js': { name: 'portal.js', type: 'text/javascript; charset=utf-8' },
  '/portal/portal.css': { name: 'portal.css', type: 'text/css; charset=utf-8' },
};

export interface PortalOptions {
  tenant: () => GraphTenant;
  isPassword: PasswordCheck;
  /** The stub's clock. */
  now: () => number;
  /** The text of one of the site's files; absent: where nobody looks at pages, the site is its JSON alone. */
  pages: ((name: string) => string) | undefined;
}

type Signed = { Variables: { user: string } };
const refusal = (code: string, message: string) => ({ error: { code, message } });

export function portalRoutes({ tenant, isPassword, now, pages }: PortalOptions): Hono<Signed> {
  const routes = new Hono<Signed>();
  if (pages !== undefined) {
    for (const [path, { name, type }] of Object.entries(files)) {
      routes.get(path, (c) => c.body(pages(name), 200, { ...pageHeaders, 'content-type': type }));
    }
    routes.get('/portal/', (c) => c.redirect('/portal', 301));
  }

  routes.post('/portal/sign-in', async (c) => {
    const parsed = signIn.safeParse(await readJson(c.req.raw));
    // One answer for a wrong password and for somebody who has no device: who is here is nobody else's business.
    const [known] = parsed.success ? devicesOf(tenant(), parsed.data.userPrincipalName) : [];
    const user = parsed.success ? tenant().directory.user(parsed.data.userPrincipalName) : undefined;
    const isTheirs = parsed.success && user?.accountEnabled === true && isPassword(user, parsed.data.password);
    if (!isTheirs || known === undefined) {
      return c.json(
        refusal('sign-in-refused', 'This name and password do not go together, or nobody of this name has a device here.'),
        401,
      );
    }
    // As the directory spells the name, however it was typed: what this person starts is looked for under it.
    return c.json({ token: tenant().portalToken(known.inventory.userPrincipalName) });
  });

  const signedIn: MiddlewareHandler<Signed> = async (c, next) => {
    const token = /^Bearer (.+)$/.exec(c.req.header('authorization') ?? '')?.[1];
    const user = token === undefined ? undefined : tenant().portalUser(token);
    // A token ends with the account.
    if (user === undefined || tenant().directory.user(user)?.accountEnabled !== true)
      return c.json(refusal('unauthorized', 'Sign in first: POST /portal/sign-in.'), 401);
    c.set('user', user);
    await next();
    return undefined;
  };
  routes.use('/portal/devices', signedIn);
  routes.use('/portal/devices/*', signedIn);

  /** The caller's own device; one of somebody else is as unknown as one that does not exist. */
  const deviceOf = (c: Context<Signed>): DeviceRecord | undefined => {
    const device = tenant().device((c.req.param('id') ?? '').toLowerCase());
    return device !== undefined && isOf(device, c.get('user')) ? device : undefined;
  };
  const unknownDevice = (c: Context<Signed>) => c.json(refusal('device-unknown', 'You have no device of this id.'), 404);

  routes.get('/portal/devices', (c) => {
    const current = tenant();
    return c.json(devicesOf(current, c.get('user')).map((device) => shown(current, device, now())));
  });

  routes.get('/portal/devices/:id/apps', (c) => {
    const device = deviceOf(c);
    return device === undefined ? unknownDevice(c) : c.json(availableApps(tenant(), device));
  });
  routes.post('/portal/devices/:id/apps/:appId/install', (c) => {
    const device = deviceOf(c);
    if (device === undefined) return unknownDevice(c);
    if (tenant().requestApp(device.id, c.req.param('appId'))) return c.body(null, 202);
    return c.json(refusal('app-unknown', 'No such app is available to this device.'), 404);
  });

  routes.post('/portal/devices/:id/:action', (c) => {
    const device = deviceOf(c);
    if (device === undefined) return unknownDevice(c);
    const wanted = c.req.param('action').toLowerCase();
    const type = portalActions.find((name) => name.toLowerCase() === wanted);
    if (type === undefined) return c.json(refusal('action-unknown', `The actions are ${portalActions.join(', ')}.`), 404);
    const { refused } = tenant().issue(device.id, { type, parameters: {} } as Command, { name: c.get('user'), isUser: true });
    return refused === null ? c.body(null, 202) : c.json(refusal('action-unavailable', refused), 409);
  });
  return routes;
}

function isOf({ inventory }: DeviceRecord, user: string): boolean {
  return inventory.userPrincipalName !== '' && inventory.userPrincipalName.toLowerCase() === user.toLowerCase();
}

function devicesOf(tenant: GraphTenant, user: string): DeviceRecord[] {
  return [...tenant.devicesAfter(null)].filter((device) => isOf(device, user));
}

/** One device as its user sees it; passcodes that the service made for it are theirs to see. */
function shown(tenant: GraphTenant, device: DeviceRecord, now: number) {
  const { id, inventory, managementState, lastSyncAt } = device;
  const commands = tenant.commandsOf(id);
  const reset = commands.findLast(({ action }) => action === 'resetPasscode');
  const newest = commands.at(-1);
  return {
    id,
    deviceName: deviceNameOf(device),
    operatingSystem: operatingSystemOf(inventory),
    model: inventory.model,
    managementState,
    lastSyncDateTime: formatInstant(lastSyncAt),
    temporaryPasscode: reset === undefined ? null : newPasscode(reset, now),
    unlockPin: newest === undefined ? null : unlockPin(newest, true, now),
    actions: availabilityOf(tenant, device, portalActions),
  };
}

function availableApps(tenant: GraphTenant, { inventory, information, requestedApps }: DeviceRecord) {
  return tenant
    .configuration()
    .apps.filter((app) => app.intent === 'available' && isFor(app, inventory.platform) && !isManagedByPartner(inventory))
    .map(({ id, name }) => ({
      id,
      name,
      installed: information?.apps.some((app) => app.id === id) === true,
      requested: requestedApps.includes(id),
    }));
}
