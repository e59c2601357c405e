/** `/mockfleet/tenant`: the whole tenant as one file, to be read and to be planted. No real tenant has this. */
import { Hono } from 'hono';
import { stringify } from 'yaml';
import type { GraphTenant, Initiator } from './graph/tenant.ts';
import { readBody } from './request-body.ts';
import { exportTenant } from './tenant-export.ts';

/** What became of a tenant file: what was planted of it, or (one line each) what is wrong with it. Then nothing was planted. */
export type Planted = { planted: Record<string, number> } | { refused: string };

export interface ControlTenantOptions {
  tenant: () => GraphTenant;
  /** Who sends this request. */
  administratorOf: (request: Request) => Initiator;
  /** Whether they may give roles of the directory, as a tenant file does. */
  mayPlant: (request: Request) => boolean;
  /** Plants a tenant file; absent where none can be read. Tenant files are made of simulated devices too, which the stub knows nothing of. */
  plantFile?: ((text: string, by: Initiator) => Planted) | undefined;
}

/** 1 MiB, as files that are named on a command line. */
const fileBytesMax = 1_048_576;

export function controlTenantRoutes({ tenant, administratorOf, mayPlant, plantFile }: ControlTenantOptions): Hono {
  const routes = new Hono();
  routes.get('/tenant', (c) => {
    const format = c.req.query('format');
    if (format !== undefined && format !== 'json' && format !== 'yaml') {
      return c.json(
        { error: { code: 'format-unknown', message: `format=${format.slice(0, 64)} is not known; allowed: yaml, json.` } },
        400,
      );
    }
    const exported = exportTenant(tenant());
    const wantsJson = format === undefined ? (c.req.header('accept') ?? '').includes('application/json') : format === 'json';
    if (wantsJson) return c.json(exported);
    return c.body(stringify(exported, { lineWidth: 140 }), 200, { 'content-type': 'application/yaml; charset=utf-8' });
  });
  routes.post('/tenant', async (c) => {
    if (!mayPlant(c.req.raw)) {
      const message = "A tenant file gives people roles of the directory: it is for a Global Administrator, or the stub's own token.";
      return c.json({ error: { code: 'forbidden', message } }, 403);
    }
    if (plantFile === undefined) {
      return c.json(
        { error: { code: 'tenant-not-plantable', message: 'No tenant file can be planted here: this tenant is made in code.' } },
        501,
      );
    }
    const text = await readBody(c.req.raw, fileBytesMax);
    if (text === undefined) {
      const message = `A tenant file has at most ${fileBytesMax} bytes.`;
      return c.json({ error: { code: 'tenant-file-too-large', message } }, 413, { connection: 'close' });
    }
    const outcome = plantFile(text, administratorOf(c.req.raw));
    if ('refused' in outcome) return c.json({ error: { code: 'tenant-file-invalid', message: outcome.refused } }, 400);
    return c.json(outcome);
  });
  return routes;
}
