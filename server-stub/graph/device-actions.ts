/** Changing managed devices: an action, or the deletion of the record (Graph: intune-devices-manageddevice-{wipe,retire,…,delete}). */
import { type Command, type CommandType, commandSchema } from '../../protocol/commands.ts';
import { badRequest, GraphFault, refusedByIntune } from './errors.ts';
import { findDevice } from './managed-devices.ts';
import { noContent } from './response.ts';
import type { GraphRequest, GraphResponse, GraphTenant } from './tenant.ts';

/**
 * The parameters of each action. `obliterationBehavior` and `useProtectedWipe` belong to beta, but scripts in the field send them to
 * v1.0 (reference §11): both versions take them, and they change nothing about a simulated wipe.
 */
const parametersOf: Record<CommandType, readonly string[]> = {
  syncDevice: [],
  remoteLock: [],
  retire: [],
  wipe: ['keepEnrollmentData', 'keepUserData', 'macOsUnlockCode', 'persistEsimDataPlan', 'obliterationBehavior', 'useProtectedWipe'],
};

/**
 * Queues an action: 204 says that it waits for its device, not that it was done.
 * @throws GraphFault 404; 400 for wrong parameters and for what the kind of device can never do; 415
 */
export function issueAction(request: GraphRequest, tenant: GraphTenant, id: string, type: CommandType): GraphResponse {
  const device = findDevice(tenant, id);
  const { refused } = tenant.issue(device.id, readCommand(request, type), request.caller);
  if (refused !== null) throw refusedByIntune(refused);
  return noContent(request);
}

/** @throws GraphFault 404 */
export function deleteManagedDevice(request: GraphRequest, tenant: GraphTenant, id: string): GraphResponse {
  tenant.deleteDevice(findDevice(tenant, id).id, request.caller);
  return noContent(request);
}

function readCommand(request: GraphRequest, type: CommandType): Command {
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(readBody(request))) {
    // `@odata.type` and the like describe the others.
    if (name.includes('@')) continue;
    if (!parametersOf[type].includes(name)) {
      throw badRequest(`The parameter '${name.slice(0, 64)}' in the request payload is not a valid parameter for the operation '${type}'.`);
    }
    // Graph's parameters are nullable: null is the same as absent.
    if (value !== null) parameters[name] = value;
  }
  const parsed = commandSchema.safeParse({ type, parameters });
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw refusedByIntune(`The parameter '${issue?.path.slice(1).join('.')}' of ${type} is not valid: ${issue?.message}`);
}

/** No body, or `null` as some clients send for it, is an empty object: a full wipe, or an action without parameters. */
function readBody(request: GraphRequest): Record<string, unknown> {
  if (request.body.trim() === '') return {};
  const contentType = request.headers['content-type'];
  if (contentType === undefined) throw badRequest('Write requests (excluding DELETE) must contain the Content-Type header declaration.');
  if (contentType.split(';')[0]?.trim().toLowerCase() !== 'application/json') {
    throw new GraphFault(
      415,
      'UnsupportedMediaType',
      `The content type '${contentType.slice(0, 128)}' is not supported; use application/json.`,
    );
  }
  let body: unknown;
  try {
    body = JSON.parse(request.body);
  } catch {
    throw badRequest('Unable to read JSON request payload. Please ensure Content-Type header is set and payload is of valid JSON format.');
  }
  if (body === null) return {};
  if (typeof body !== 'object' || Array.isArray(body)) throw badRequest('The request payload must be a JSON object.');
  return body as Record<string, unknown>;
}
