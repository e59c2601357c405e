/** One action on many devices, in pieces, as any administrator could send them: executeAction where it knows the action, a batch where it does not. */
import { post } from '../api.ts';
import type { BulkAction } from './action-forms.ts';

export interface Outcome {
  id: string;
  result: 'accepted' | 'refused';
  /** Why it was refused. */
  text: string;
}

const executeMax = 100;
const batchMax = 20;

interface Executed {
  value: {
    successfulDeviceIds: string[];
    failedDeviceIds: string[];
    notFoundDeviceIds: string[];
    notSupportedDeviceIds: string[];
  };
}

/** Sends one piece after the other, until `stop` is aborted. @throws ApiError: this piece, and those after it, were not sent */
export async function sendToMany(
  action: BulkAction,
  ids: readonly string[],
  body: Record<string, unknown>,
  stop: AbortSignal,
  heard: (outcomes: readonly Outcome[]) => void,
): Promise<void> {
  const size = action.executed === undefined ? batchMax : executeMax;
  for (let start = 0; start < ids.length && !stop.aborted; start += size) {
    const piece = ids.slice(start, start + size);
    heard(action.executed === undefined ? await batched(action.name, piece, body) : await executed(action.executed, piece, body));
  }
}

async function executed(actionName: string, deviceIds: readonly string[], body: Record<string, unknown>): Promise<Outcome[]> {
  const { value } = await post<Executed>('/beta/deviceManagement/managedDevices/executeAction', { ...body, actionName, deviceIds });
  const refused = (ids: readonly string[], text: string): Outcome[] => ids.map((id) => ({ id, result: 'refused', text }));
  return [
    ...value.successfulDeviceIds.map((id): Outcome => ({ id, result: 'accepted', text: '' })),
    ...refused(value.notSupportedDeviceIds, 'Not available for this device: its page says why.'),
    ...refused(value.notFoundDeviceIds, 'There is no such device any more.'),
    ...refused(value.failedDeviceIds, 'Refused: a limit, a rule for names, or a role that does not reach it.'),
  ];
}

async function batched(name: string, ids: readonly string[], body: Record<string, unknown>): Promise<Outcome[]> {
  const { responses } = await post<{
    responses: { id: string; status: number; body?: { error?: { message?: string } } }[];
  }>('/beta/$batch', {
    requests: ids.map((id) => ({
      id,
      method: 'POST',
      url: `/deviceManagement/managedDevices/${id}/${name}`,
      headers: { 'content-type': 'application/json' },
      body,
    })),
  });
  return responses.map(({ id, status, body: answer }) => ({
    id,
    result: status < 300 ? 'accepted' : 'refused',
    text: status < 300 ? '' : sentenceOf(answer?.error?.message ?? String(status)),
  }));
}

/** Intune's sentence is wrapped in JSON. */
function sentenceOf(text: string): string {
  try {
    const { Message } = JSON.parse(text) as { Message?: string };
    return Message?.replace(/ - Operation ID.*$/s, '') ?? text;
  } catch {
    return text;
  }
}
