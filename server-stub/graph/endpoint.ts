/** A path of Graph with what it answers to each method, and what that needs. Each resource has its table of them; graph.ts has all. */
import type { Need } from './caller.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

export type GraphVersion = 'v1.0' | 'beta';

export interface Call {
  request: GraphRequest;
  version: GraphVersion;
  tenant: GraphTenant;
  /** What stands in the path where the template has `{name}`, decoded; and the parameters of a function. */
  params: Readonly<Record<string, string>>;
}

export interface Method {
  /** @throws GraphFault */
  answer(call: Call): GraphResponse;
  needs: Need;
  /** There only to say why not: it is not among the methods that a 405 lists. */
  unlisted?: true;
}

export type Verb = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

export interface Endpoint {
  /**
   * Below the version: `deviceManagement/managedDevices/{id}/wipe`. `{id}` stands for a key in either form, `/{id}` and `('{id}')`.
   * `name()` is a function, `name(category)` one with that parameter: `name(category='…')`.
   * Names, actions and functions are matched in any case, with or without `microsoft.graph.` before them.
   */
  path: string;
  /** Not in v1.0. */
  only?: 'beta';
  methods: Partial<Record<Verb, Method>>;
}

export const intuneRead = (permission: string, resourceAction: string): Need => ({
  permissions: [`${permission}.Read.All`, `${permission}.ReadWrite.All`],
  resourceAction,
  of: 'intune',
});
