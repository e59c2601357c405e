/** For tests: a tenant of the real core with its first administrator, and Graph asked by whoever is to ask it. */
import { CoreBench } from '../core/core.fixture.ts';
import type { DirectoryRole } from '../core/directory-records.ts';
import { firstAdministratorCaller, newUser } from '../core/people.ts';
import { type Caller, personCaller } from './caller.ts';
import { type Answer, ask, bodyOf } from './fake-tenant.contract.ts';
import type { GraphResponse } from './tenant.ts';

export class DirectoryBench extends CoreBench {
  /** Who asks from here on. */
  caller: Caller = firstAdministratorCaller();

  call(method: string, url: string, body?: unknown, headers: Record<string, string> = {}): GraphResponse {
    const json = body === undefined ? {} : { 'content-type': 'application/json' };
    return ask(this.tenant, method, url, {
      body: body === undefined ? '' : JSON.stringify(body),
      headers: { ...json, ...headers },
      caller: this.caller,
      now: this.now,
    });
  }

  /** The answer's body, which must be no error. */
  get(url: string, headers?: Record<string, string>): Answer {
    return answered(this.call('GET', url, undefined, headers));
  }

  post(url: string, body: unknown): Answer {
    return answered(this.call('POST', url, body));
  }

  /** `400 Request_BadRequest: …`, or the status alone. */
  outcome(method: string, url: string, body?: unknown, headers?: Record<string, string>): string {
    const response = this.call(method, url, body, headers);
    if (response.status < 400) return String(response.status);
    const { code, message } = bodyOf(response).error;
    return `${response.status} ${code}: ${message}`;
  }

  /** A person with these roles of the directory. */
  person(name: string, ...directoryRoles: DirectoryRole[]): Caller {
    const user = newUser(`${name}@contoso.example`, this.now, { directoryRoles });
    this.tenant.directory.save('user', user);
    return personCaller(user.id, user.userPrincipalName);
  }

  /** The id of a new group with these members. */
  group(displayName: string, ...members: string[]): string {
    const bound = members.map((id) => `https://graph.microsoft.com/v1.0/directoryObjects/${id}`);
    const body = { displayName, mailEnabled: false, mailNickname: displayName.replaceAll(' ', ''), securityEnabled: true };
    return this.post('/v1.0/groups', { ...body, 'members@odata.bind': bound }).id as string;
  }
}

function answered(response: GraphResponse): Answer {
  if (response.status >= 400) throw new Error(`${response.status} ${response.body}`);
  return response.body === '' ? ({} as Answer) : bodyOf(response);
}

/** A program that signed in as itself. */
export function program(...permissions: string[]): Caller {
  return {
    type: 'application',
    id: 'a0000000-0000-4000-8000-000000000001',
    name: 'Automation',
    appId: null,
    permissions: new Set(permissions),
  };
}

/** A caller whose token allows this alone. */
export function limited(caller: Caller, ...permissions: string[]): Caller {
  return { ...caller, permissions: new Set(permissions) };
}
