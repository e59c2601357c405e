/** All of the directory, and Intune's roles. */
import { applicationEndpoints } from './applications.ts';
import { directoryDeviceEndpoints } from './directory-devices.ts';
import { directoryObjectEndpoints } from './directory-objects.ts';
import type { Endpoint } from './endpoint.ts';
import { groupEndpoints } from './groups.ts';
import { meEndpoints } from './me.ts';
import { memberGroupEndpoints } from './member-groups.ts';
import { organizationEndpoints } from './organization.ts';
import { resourceOperationEndpoints } from './resource-operations.ts';
import { roleAssignmentEndpoints } from './role-assignments.ts';
import { roleDefinitionEndpoints } from './role-definitions.ts';
import { roleEndpoints } from './roles.ts';
import { sendMailEndpoints } from './send-mail.ts';
import { userEndpoints } from './users.ts';

export const directoryEndpoints: readonly Endpoint[] = [
  ...userEndpoints,
  ...meEndpoints,
  ...sendMailEndpoints,
  ...groupEndpoints,
  ...memberGroupEndpoints,
  ...directoryDeviceEndpoints,
  ...directoryObjectEndpoints,
  ...organizationEndpoints,
  ...applicationEndpoints,
  ...roleDefinitionEndpoints,
  ...roleAssignmentEndpoints,
  ...roleEndpoints,
  ...resourceOperationEndpoints,
];
