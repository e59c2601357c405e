/** One question to Microsoft Graph, as a real caller asks it. */
import type { Caller } from '../../server-stub/graph/caller.ts';
import { handleGraph } from '../../server-stub/graph/graph.ts';
import type { GraphResponse, GraphTenant } from '../../server-stub/graph/tenant.ts';

export interface Question {
  method: 'GET' | 'POST';
  /** With its version: `/beta/…`. */
  path: string;
  query?: string;
  /** Sent as JSON; absent: nothing. */
  body?: object;
  caller: Caller;
  now: number;
}

export function askGraph(tenant: GraphTenant, { method, path, query = '', body, caller, now }: Question): GraphResponse {
  return handleGraph(
    {
      method,
      origin: 'https://graph.microsoft.com',
      path,
      query,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      body: body === undefined ? '' : JSON.stringify(body),
      requestId: '00000000-0000-4000-8000-000000000000',
      now,
      caller,
    },
    tenant,
  );
}
