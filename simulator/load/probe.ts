/** Looks whether a run can begin at all: one sentence now, instead of one error for each of ten thousand devices. */
import type { ConnectError } from '../../agent/connect-error.ts';
import { DeviceContexts } from '../../agent/device-contexts.ts';
import { openDeviceSocket } from '../../agent/device-socket.ts';
import { LoadError } from './errors.ts';
import { GraphClient } from './graph-client.ts';
import type { LoadTarget } from './load-job.ts';
import type { GraphPlace } from './load-options.ts';

/** Opens one link to each address, as a device without an identity does, and closes it. @throws LoadError (rejects) */
export async function mustAnswer({ urls, ca }: LoadTarget): Promise<void> {
  const contexts = new DeviceContexts(ca ?? undefined);
  for (const url of urls) {
    try {
      const { link } = await openDeviceSocket({ url, contexts, identity: undefined });
      link.close('switched-off');
    } catch (error) {
      const { reason, message } = error as ConnectError;
      throw new LoadError(reason === 'certificate-untrusted' ? 'load-refused' : 'load-unreachable', message);
    }
  }
}

/** Whether the administrator's token is good. @throws LoadError (rejects) */
export async function mustBeAdministered(place: GraphPlace): Promise<void> {
  const graph = new GraphClient(place);
  const { status, message } = await graph.call('GET', '/beta/deviceManagement/managedDevices?$top=1&$select=id');
  graph.close();
  if (status === 200) return;
  if (status === 0) throw new LoadError('load-unreachable', `Graph at ${place.url} cannot be reached: ${message}`);
  const sentence = `Graph at ${place.url} does not answer the administrator of this run (${status}): ${message} See --token.`;
  throw new LoadError('load-refused', sentence);
}
