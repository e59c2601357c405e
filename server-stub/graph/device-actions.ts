/** Changing managed devices: an action, or the deletion of the record (Graph: intune-devices-manageddevice-{wipe,retire,…,delete}). */
import { actionTable, type Command, type CommandType } from '../../protocol/commands.ts';
import { brokenNameRule } from './device-name.ts';
import { badRequest, GraphFault, refusedByIntune } from './errors.ts';
import { findDevice } from './managed-devices.ts';
import { noContent } from './response.ts';
import type { GraphRequest, GraphResponse, GraphTenant, Initiator } from './tenant.ts';

/**
 * Queues an action: 204 says that it waits for its device, not that it was done.
 * @throws GraphFault 404; 400 for wrong parameters and for what is greyed out, with the reason; 415
 */
export function issueAction(request: GraphRequest, tenant: GraphTenant, id: string, type: CommandType): GraphResponse {
  const device = findDevice(tenant, id);
  const command = readCommand(request, type);
  const { platform } = device.inventory;
  // Whether the device can be renamed at all is said before what is wrong with the name.
  const reason = tenant.whyUnavailable(device, type);
  if (reason !== undefined) throw refusedByIntune(reason);
  if (command.type === 'setDeviceName') {
    const broken = brokenNameRule(platform, command.parameters.deviceName);
    if (broken !== undefined) throw refusedByIntune(broken);
  }
  const { refused } = tenant.issue(device.id, command, initiatorOf(request));
  if (refused !== null) throw refusedByIntune(refused);
  return noContent(request);
}

/** @throws GraphFault 404 */
export function deleteManagedDevice(request: GraphRequest, tenant: GraphTenant, id: string): GraphResponse {
  tenant.deleteDevice(findDevice(tenant, id).id, initiatorOf(request));
  return noContent(request);
}

/** Graph is the administrators' side: whoever comes through it is one, and stands in the audit log. */
function initiatorOf({ caller }: GraphRequest): Initiator {
  return { name: caller, isUser: false };
}

/** The action with the parameters that an administrator may send; what only the service adds is refused as any unknown name is. */
function readCommand(request: GraphRequest, type: CommandType): Command {
  const { asked } = actionTable[type];
  const parameters: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(readBody(request))) {
    // `@odata.type` and the like describe the others.
    if (name.includes('@')) continue;
    if (!Object.hasOwn(asked.shape, name)) {
      throw badRequest(`The parameter '${name.slice(0, 64)}' in the request payload is not a valid parameter for the operation '${type}'.`);
    }
    // Graph's parameters are nullable: null is the same as absent.
    if (value !== null) parameters[name] = value;
  }
  const parsed = asked.safeParse(parameters);
  if (parsed.success) return { type, parameters: parsed.data } as Command;
  const issue = parsed.error.issues[0];
  const name = String(issue?.path[0]);
  if (!Object.hasOwn(parameters, name)) throw refusedByIntune(`The parameter '${name}' of ${type} is missing.`);
  throw refusedByIntune(`The parameter '${name}' of ${type} is not valid: ${issue?.message}`);
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
