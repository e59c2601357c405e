/** Asks for actions on a case's own devices, through Microsoft Graph's door of the server that is tried. */
import { request } from 'node:https';
import { CaseFailure } from './conformance-case.ts';
import type { Transcript } from './transcript.ts';
import { whyUnreachable } from './unreachable.ts';

export interface GraphTarget {
  /** `https://host:port`, without a version. */
  url: string;
  token: string;
  /** PEM; undefined: the system's own. */
  ca: string | undefined;
}

/** Queues an action: `POST /v1.0/deviceManagement/managedDevices/ID/VERB`. @throws CaseFailure (rejects) unless it is answered with 2xx */
export async function askFor(graph: GraphTarget, deviceId: string, verb: string, answerMs: number, transcript: Transcript): Promise<void> {
  const path = `/v1.0/deviceManagement/managedDevices/${encodeURIComponent(deviceId)}/${verb}`;
  const expected = `an answer of 200 to 299 to POST ${path}`;
  const status = await posted(graph, path, answerMs).catch((error: Error) => {
    const came = error.name === 'TimeoutError' ? `nothing within ${answerMs} ms` : whyUnreachable(error, new URL(graph.url).host, answerMs);
    transcript.add(0, 'administrator', `POST ${path}: ${came}`);
    throw new CaseFailure(expected, came);
  });
  transcript.add(0, 'administrator', `POST ${path}: ${status}`);
  if (status < 200 || status > 299) throw new CaseFailure(expected, `status ${status}`);
}

function posted({ url, token, ca }: GraphTarget, path: string, answerMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-length': 0 };
    const settings = {
      method: 'POST',
      headers,
      agent: false as const,
      signal: AbortSignal.timeout(answerMs),
      ...(ca === undefined ? {} : { ca }),
    };
    const asked = request(`${url}${path}`, settings, (answer) => {
      // Only its status counts; that the rest of it may break off is nobody's loss.
      answer.on('error', () => {}).resume();
      resolve(answer.statusCode ?? 0);
    });
    // An abort names its reason only as the cause.
    asked.on('error', (error: Error) => reject(error.name === 'AbortError' && error.cause instanceof Error ? error.cause : error));
    asked.end();
  });
}
