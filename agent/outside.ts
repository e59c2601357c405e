/** Asks the services that are not the management, over HTTPS, without a certificate: a wiped or retired device has none. */
import { request as httpsRequest } from 'node:https';
import { type OutsideAnswer, type OutsideRequest, outsideAnswerSchema } from '../protocol/outside.ts';

/** Less than a stub waits for a device whose clock it moves (10 s). */
const answerMsMax = 8_000;
const answerBytesMax = 16_384;
const unreachable: OutsideAnswer = { allowed: false, reason: 'unreachable' };

export interface OutsideTarget {
  /** `https://host:port` of the stub. */
  url: string;
  /** PEM of the authority that signed its certificate; undefined: the system's own. */
  ca: string | undefined;
}

/**
 * The `ask` of a runner: POST {url}/outside with the request as JSON, answered as JSON (protocol/outside.ts).
 * Whatever goes wrong is the answer `unreachable`; it never rejects.
 */
export function askOverHttps({ url, ca }: OutsideTarget): (request: OutsideRequest) => Promise<OutsideAnswer> {
  const endpoint = `${url.replace(/\/+$/, '')}/outside`;
  return async (request) => {
    try {
      const { status, text } = await post(endpoint, ca, JSON.stringify(request));
      return status === 200 ? outsideAnswerSchema.parse(JSON.parse(text)) : unreachable;
    } catch {
      return unreachable;
    }
  };
}

/** @throws Error (rejects) when no whole answer came in time */
function post(endpoint: string, ca: string | undefined, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      // A connection of its own: a device that was asked for once has no business to keep one.
      agent: false,
      signal: AbortSignal.timeout(answerMsMax),
      ...(ca === undefined ? {} : { ca }),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part: string) => {
        text += part;
        if (text.length > answerBytesMax) request.destroy(new Error('The answer is too long.'));
      });
      response.once('error', reject);
      response.once('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.end(body);
  });
}
