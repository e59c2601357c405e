/** Microsoft's own client, unchanged, against a tenant in this process, through msw. */
import { describeActions } from './support/graph-client/actions.contract.ts';
import { describeCompliance } from './support/graph-client/compliance.contract.ts';
import { describeConditionalAccess } from './support/graph-client/conditional-access.contract.ts';
import { describeDirectory } from './support/graph-client/directory.contract.ts';
import { describeErrors } from './support/graph-client/errors.contract.ts';
import { openMswWorld } from './support/graph-client/msw-world.ts';
import { describeNotifications } from './support/graph-client/notifications.contract.ts';
import { describeReading } from './support/graph-client/reading.contract.ts';
import { describeSignIn } from './support/graph-client/sign-in.contract.ts';
import { describeSweep } from './support/graph-client/sweep.contract.ts';
import { describeTemplates } from './support/graph-client/templates.contract.ts';
import { describeWrongUse } from './support/graph-client/wrong-use.contract.ts';

describeReading(openMswWorld);
describeActions(openMswWorld);
describeNotifications(openMswWorld);
describeDirectory(openMswWorld);
describeCompliance(openMswWorld);
describeSignIn(openMswWorld);
describeTemplates(openMswWorld);
describeConditionalAccess(openMswWorld);
describeErrors(openMswWorld);
describeSweep(openMswWorld);
describeWrongUse(openMswWorld);
