/** `POST` and `DELETE /mockfleet/devices`: devices that live in the stub's own process, and outlast it. */
import { Hono } from 'hono';
import { z } from 'zod';
import { enrollmentTypesOf, isEnrollmentTypeOf, type Platform, platforms } from '../protocol/platforms.ts';
import { userPrincipalNamePattern } from './core/directory-records.ts';
import { findByRef } from './device-ref.ts';
import type { GraphTenant } from './graph/tenant.ts';
import type { HandsRegistry } from './hands-registry.ts';
import { readJson } from './request-body.ts';
import { wrongField } from './wrong-field.ts';

/** At once. */
export const addedAtOnceMax = 1_000;

export interface AddedDevice {
  serialNumber: string;
  deviceName: string;
}

export interface DevicesToAdd {
  platform: Platform;
  enrollment: string;
  /** Of several: NAME-1, NAME-2 and so on; absent: the platform's. */
  name: string | undefined;
  /** Principal name; '' for none; absent: a user of its own for each. */
  user: string | undefined;
  model: string | undefined;
  count: number;
}

/** Whoever keeps the devices that live in this process. */
export interface FleetKeeper {
  /** Adds them and switches them on, one after the other. @throws FleetRefused */
  add(asked: DevicesToAdd): AddedDevice[];
  /** Switches one off and forgets it; false: it was not added so. */
  remove(serialNumber: string): boolean;
}

/** Why no device is added. */
export class FleetRefused extends Error {
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

export interface ControlFleetOptions {
  tenant: () => GraphTenant;
  hands: HandsRegistry;
  /** Absent where no devices can live. */
  fleet?: FleetKeeper | undefined;
}

const severalNameMax = 250;

const text = z
  .string()
  .min(1)
  .max(256)
  .regex(/^\S(.*\S)?$/s, 'text without spaces at its ends');

const wish = z
  .strictObject({
    platform: z.enum(platforms),
    enrollment: text.optional(),
    name: text.optional(),
    user: z
      .string()
      .max(256)
      .regex(new RegExp(`^$|${userPrincipalNamePattern.source}`), "a user principal name such as adele@contoso.example, or '' for none")
      .optional(),
    model: text.optional(),
    count: z.int().min(1).max(addedAtOnceMax).default(1),
  })
  // Their numbers are part of the names.
  .refine(({ name = '', count }) => count === 1 || name.length <= severalNameMax, {
    path: ['name'],
    message: `of several devices at most ${severalNameMax} characters`,
  })
  .transform(({ platform, enrollment = enrollmentTypesOf[platform][0], ...others }, context): DevicesToAdd => {
    if (isEnrollmentTypeOf(platform, enrollment))
      return { name: undefined, user: undefined, model: undefined, ...others, platform, enrollment };
    const message = `not a way to enrol ${platform}; allowed: ${enrollmentTypesOf[platform].join(', ')}`;
    context.addIssue({ code: 'custom', path: ['enrollment'], message });
    return z.NEVER;
  });

const help = `Send {"platform":"ios"}, with enrollment, name, user, model and count (1 to ${addedAtOnceMax}) where they matter.`;

export function controlFleetRoutes({ tenant, hands, fleet }: ControlFleetOptions): Hono {
  const routes = new Hono();
  routes.post('/devices', async (c) => {
    if (fleet === undefined) return c.json({ error: nobodyLives }, 404);
    const body = await readJson(c.req.raw);
    const parsed = wish.safeParse(body);
    if (!parsed.success) return c.json({ error: { code: 'devices-invalid', message: `${help} ${wrongField(body, parsed.error)}` } }, 400);
    try {
      return c.json({ devices: fleet.add(parsed.data) }, 201);
    } catch (error) {
      if (!(error instanceof FleetRefused)) throw error;
      return c.json({ error: { code: error.code, message: error.message } }, 409);
    }
  });
  routes.delete('/devices/:ref', (c) => {
    if (fleet === undefined) return c.json({ error: nobodyLives }, 404);
    const ref = c.req.param('ref');
    const shown = ref.slice(0, 64);
    const found = findByRef(ref, hands, tenant());
    if (found === 'ambiguous') {
      const message = `Several devices are called '${shown}': use the serial number or the id.`;
      return c.json({ error: { code: 'device-ambiguous', message } }, 409);
    }
    const serialNumber = found === 'unknown' ? ref : (found.hands?.view().serialNumber ?? found.record?.inventory.serialNumber ?? ref);
    if (fleet.remove(serialNumber)) return c.json({ removed: serialNumber });
    if (found === 'unknown') {
      const message = `No device has the id, serial number or name '${shown}'.`;
      return c.json({ error: { code: 'device-unknown', message } }, 404);
    }
    const message = `'${shown}' was not added to this stub: whoever started it ends it (a tenant file, an agent, a scenario). Its record is deleted through Graph.`;
    return c.json({ error: { code: 'device-not-added', message } }, 409);
  });
  return routes;
}

const nobodyLives = {
  code: 'devices-absent',
  message: 'No devices can live here: `mockfleet serve` can have them, a tenant made in code has its own.',
};
