/** An entry of the audit log as Graph shows it. */

export interface AuditEvent {
  id: string;
  activityType: string;
  activityDateTime: string;
  activityOperationType: string;
  activityResult: string;
  category: string;
  componentName: string;
  correlationId: string;
  actor: {
    auditActorType: string;
    userPrincipalName: string | null;
    servicePrincipalName: string | null;
    applicationDisplayName: string | null;
    userId: string | null;
    applicationId: string | null;
  };
  resources: {
    displayName: string | null;
    auditResourceType: string;
    resourceId: string;
    modifiedProperties: { displayName: string; oldValue: string | null; newValue: string | null }[];
  }[];
}

/** A person, a program that signed in, or the service itself. */
export function actorName({ actor }: AuditEvent): string {
  return actor.userPrincipalName ?? actor.servicePrincipalName ?? actor.applicationDisplayName ?? '';
}

/** `wipe ManagedDevice` → `wipe`, with what it is done to beside it. */
export function activityParts(activity: string): [what: string, about: string] {
  const cut = activity.lastIndexOf(' ');
  return cut === -1 ? [activity, ''] : [activity.slice(0, cut), activity.slice(cut + 1)];
}
