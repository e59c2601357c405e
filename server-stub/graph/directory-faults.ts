/** What the directory answers when it refuses: plain messages, in its own words (Graph: users, groups; wordings of live answers). */
import { GraphFault } from './errors.ts';

export function directoryRefusal(message: string): GraphFault {
  return new GraphFault(400, 'Request_BadRequest', message);
}

export function objectNotFound(id: string): GraphFault {
  return new GraphFault(
    404,
    'Request_ResourceNotFound',
    `Resource '${id.slice(0, 128)}' does not exist or one of its queried reference-property objects are not present.`,
  );
}

export function notPrivileged(): GraphFault {
  return new GraphFault(403, 'Authorization_RequestDenied', 'Insufficient privileges to complete the operation.');
}
