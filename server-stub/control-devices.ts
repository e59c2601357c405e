/** `/mockfleet/devices/…`: devices from their user's side, and what can be done to them. No real tenant has this. */
import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { z } from 'zod';
import { actionTable, commandTypes } from '../protocol/commands.ts';
import { type DeviceView, type Hands, type HandsAct, handsActSchema } from '../protocol/hands.ts';
import { screenText } from '../protocol/screens.ts';
import { actionNames, type DeviceRecord } from './core/records.ts';
import { findByRef } from './device-ref.ts';
import type { GraphTenant, Initiator } from './graph/tenant.ts';
import { type HandsRegistry, HandsSilent } from './hands-registry.ts';
import { readJson } from './request-body.ts';
import { wrongField } from './wrong-field.ts';

export interface ControlDevicesOptions {
  tenant: () => GraphTenant;
  hands: HandsRegistry;
  /** Who sends this request. */
  administratorOf: (request: Request) => Initiator;
}

/** One action of the catalogue for one device, as consoles and command lines show it. */
export interface ActionAvailability {
  name: string;
  title: string;
  available: boolean;
  /** Why it is greyed out. */
  reason: string | null;
}

export function availabilityOf(
  tenant: GraphTenant,
  record: DeviceRecord,
  types: readonly (typeof commandTypes)[number][],
): ActionAvailability[] {
  return types.map((name) => {
    const reason = tenant.whyUnavailable(record, name) ?? null;
    return { name, title: actionTable[name].title, available: reason === null, reason };
  });
}

/** A refusal of this route, thrown and turned into `{error: {code, message}}`. */
class Refusal extends Error {
  readonly status: ContentfulStatusCode;
  readonly code: string;
  constructor(status: ContentfulStatusCode, code: string, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}

export function controlDevicesRoutes({ tenant, hands: registry, administratorOf }: ControlDevicesOptions): Hono {
  const routes = new Hono();

  const find = (c: Context) => {
    const ref = c.req.param('ref') ?? '';
    const found = findByRef(ref, registry, tenant());
    if (found === 'unknown') throw new Refusal(404, 'device-unknown', `No device has the id, serial number or name '${ref.slice(0, 64)}'.`);
    if (found === 'ambiguous') {
      throw new Refusal(409, 'device-ambiguous', `Several devices are called '${ref.slice(0, 64)}': use the serial number or the id.`);
    }
    return found;
  };
  const heldDevice = (c: Context): Hands => {
    const { hands } = find(c);
    if (hands !== undefined) return hands;
    throw new Refusal(
      404,
      'hands-missing',
      'The device is known, but nobody who holds it is in reach: start its agent, or let it come back. The devices of a scenario or a fleet end with the stub that played them.',
    );
  };
  const recordOf = (c: Context): DeviceRecord => {
    const { record } = find(c);
    if (record !== undefined) return record;
    throw new Refusal(404, 'device-unknown', 'The device is not managed: the tenant has no record of it.');
  };

  routes.get('/devices', (c) => {
    const views = Array.from(registry.all(), (hands) => hands.view());
    const { top, skip, search } = readPage(c);
    return c.json(top === undefined ? views.map(listed) : pageOf(views, { top, skip, search }));
  });
  routes.get('/devices/:ref', (c) => c.json(heldDevice(c).view()));
  routes.get('/devices/:ref/screen', (c) => {
    const { screen } = heldDevice(c).view();
    return wantsText(c) ? c.text(`${screenText(screen)}\n`) : c.json(screen);
  });
  routes.post('/devices/:ref/act', async (c) => {
    const hands = heldDevice(c);
    return c.json(await hands.act(readAct(await readJson(c.req.raw))));
  });

  routes.get('/devices/:ref/actions', (c) => {
    const record = recordOf(c);
    const deletion = { name: 'delete', title: 'Delete', about: 'Remove the record of the device', available: true, reason: null };
    const actions = commandTypes.flatMap((type) =>
      availabilityOf(tenant(), record, [type]).map((one) => ({ ...one, about: actionTable[type].about })),
    );
    return c.json([...actions, deletion]);
  });
  routes.post('/devices/:ref/actions/:name/cancel', (c) => {
    const record = recordOf(c);
    const wanted = c.req.param('name').toLowerCase();
    const action = actionNames.find((name) => name.toLowerCase() === wanted);
    if (action === undefined) throw new Refusal(404, 'action-unknown', `The actions are ${actionNames.join(', ')}.`);
    switch (tenant().cancel(record.id, action, administratorOf(c.req.raw))) {
      case 'canceled':
        return c.json({ canceled: true });
      case 'delivered':
        throw new Refusal(409, 'already-delivered', `The device has the ${action} already: it can no longer be taken back.`);
      case 'not-found':
        throw new Refusal(404, 'action-not-open', `No ${action} waits for this device.`);
    }
  });

  routes.onError((error, c) => {
    if (error instanceof HandsSilent) return c.json({ error: { code: 'device-silent', message: error.message } }, 504);
    if (!(error instanceof Refusal)) throw error;
    return c.json({ error: { code: error.code, message: error.message } }, error.status);
  });
  return routes;
}

interface PageAsked {
  top: number;
  skip: number;
  /** In lower case. */
  search: string;
}

/** Devices at once. */
const topMax = 500;

/** @throws Refusal 400 */
function readPage(c: Context): Partial<PageAsked> & Omit<PageAsked, 'top'> {
  const number = (name: string, min: number, max: number): number | undefined => {
    const text = c.req.query(name);
    if (text === undefined) return undefined;
    if (/^\d{1,9}$/.test(text) && Number(text) >= min && Number(text) <= max) return Number(text);
    throw new Refusal(400, 'page-invalid', `${name}: a whole number from ${min} to ${max}.`);
  };
  const top = number('top', 1, topMax);
  const skip = number('skip', 0, 999_999_999);
  const search = c.req.query('search');
  if (top === undefined && (skip ?? search) !== undefined) {
    throw new Refusal(400, 'page-invalid', `skip and search go with top: how many devices are wanted, 1 to ${topMax}.`);
  }
  return { ...(top !== undefined && { top }), skip: skip ?? 0, search: (search ?? '').toLowerCase() };
}

/** Those with this in their name, serial number or user, sorted by name. `count`: how many there are in all. */
function pageOf(views: readonly DeviceView[], { top, skip, search }: PageAsked) {
  const keyed = views.map((view) => ({ view, name: view.deviceName.toLowerCase() }));
  const found = keyed.filter(
    ({ view, name }) =>
      name.includes(search) || view.serialNumber.toLowerCase().includes(search) || view.userPrincipalName.toLowerCase().includes(search),
  );
  found.sort((a, b) => compare(a.name, b.name) || compare(a.view.serialNumber, b.view.serialNumber));
  return { count: found.length, value: found.slice(skip, skip + top).map(({ view }) => listed(view)) };
}

function compare(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}

/** Without what its screen says: a list of thousands is looked through, not read. */
function listed(view: DeviceView) {
  const { kind, number, title } = view.screen;
  return { ...view, screen: { kind, number, title } };
}

function wantsText(c: Context): boolean {
  const format = c.req.query('format');
  if (format !== undefined) return format === 'text';
  const accept = c.req.header('accept') ?? '';
  return accept.includes('text/plain') && !accept.includes('application/json');
}

const allowedActs =
  'Send one of {"input":{"press":"unlock","values":{"passcode":"…"}}}, {"input":{"type":"…"}}, {"change":{…}}, {"network":false}, {"power":true}, {"enroll":true}.';

/** By the one alternative that was meant, so that the complaint names the field, and not each alternative in turn. */
function readAct(body: unknown): HandsAct {
  const parsed = handsActSchema.safeParse(body);
  if (parsed.success) return parsed.data;
  const isObject = typeof body === 'object' && body !== null && !Array.isArray(body);
  const meant = handsActSchema.options.find((option) => isObject && Object.keys(option.shape).some((name) => name in body));
  const error: z.ZodError = meant?.safeParse(body).error ?? parsed.error;
  const what = meant === undefined && isObject ? '' : wrongField(body, error);
  throw new Refusal(400, 'act-invalid', `${allowedActs} ${what}`.trim());
}
