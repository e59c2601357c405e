/** Who calls Graph, as the edge has found out from the token. */

export interface Caller {
  /** `application`: a program that signed in as itself, without a person. */
  type: 'user' | 'application';
  /** Object id in the directory. */
  id: string;
  /** User principal name, or the application's display name: what the audit log says. */
  name: string;
  /** Client id of the program that the caller used; null: a token that was given out by name. */
  appId: string | null;
  /** Permissions of Microsoft Graph in the token (`scp` of a person, `roles` of an application); `all`: no limit. */
  permissions: ReadonlySet<string> | 'all';
}

/** A person whom no token limits; what they may do, their roles say. */
export function personCaller(id: string, name: string): Caller {
  return { type: 'user', id, name, appId: null, permissions: 'all' };
}

/** What a call needs. An empty list of permissions: any caller may. */
export interface Need {
  /** Any of them is enough; the least privileged first: the one that a refusal names. */
  permissions: readonly string[];
  /** Of people, beside it: a resource action of Intune's roles (`Microsoft.Intune_ManagedDevices_Read`); absent: none. */
  resourceAction?: string;
  /** Refusals of the directory are worded otherwise than Intune's. */
  of: 'intune' | 'directory';
}
