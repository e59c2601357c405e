/** Graph over HTTPS, for an administrator who asks for thousands of things: connections are kept, and only so many calls are under way. */
import { Agent, request } from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { GraphPlace } from './load-options.ts';

export interface GraphAnswer {
  /** 0: there was none; `message` says why. */
  status: number;
  body: unknown;
  message: string;
  /** ms since 1970: when the answer was there. */
  at: number;
}

const callsAtOnce = 16;
const answerMsMax = 60_000;
/** How often a call that the service puts off is asked again, and how long is waited at most in between. */
const repeatsMax = 5;
const waitSecondsMax = 30;

export class GraphClient {
  readonly #place: GraphPlace;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: callsAtOnce });

  constructor(place: GraphPlace) {
    this.#place = place;
  }

  /** What was throttled was not done: it is asked again when the service says. Never rejects. @param path with its version */
  async call(method: 'GET' | 'POST' | 'DELETE', path: string, body?: object): Promise<GraphAnswer> {
    let { answer, retryAfter } = await this.#once(method, path, body);
    for (let repeats = 0; repeats < repeatsMax && answer.status === 429; repeats++) {
      await sleep(Math.min(waitSecondsMax, retryAfter) * 1000);
      ({ answer, retryAfter } = await this.#once(method, path, body));
    }
    return answer;
  }

  close(): void {
    this.#agent.destroy();
  }

  #once(method: string, path: string, body: object | undefined): Promise<{ answer: GraphAnswer; retryAfter: number }> {
    const { url, token, ca } = this.#place;
    const payload = body === undefined ? '' : JSON.stringify(body);
    return new Promise((resolve) => {
      const nothing = (error: Error & { code?: string }) =>
        resolve({
          answer: { status: 0, body: undefined, message: error.message || error.code || 'no connection', at: Date.now() },
          retryAfter: 1,
        });
      const outgoing = request(
        `${url.replace(/\/+$/, '')}${path}`,
        {
          method,
          agent: this.#agent,
          timeout: answerMsMax,
          ...(ca === null ? {} : { ca }),
          headers: {
            authorization: `Bearer ${token}`,
            ...(body === undefined ? {} : { 'content-type': 'application/json' }),
            'content-length': Buffer.byteLength(payload),
          },
        },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
          incoming.on('error', nothing);
          incoming.on('end', () => {
            const read = parsed(Buffer.concat(chunks).toString());
            resolve({
              answer: {
                status: incoming.statusCode ?? 0,
                body: read,
                message: messageOf(read),
                at: performance.timeOrigin + performance.now(),
              },
              retryAfter: Number(incoming.headers['retry-after'] ?? 1) || 1,
            });
          });
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer for ${answerMsMax / 1000} s`)));
      outgoing.on('error', nothing);
      outgoing.end(payload);
    });
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Of Graph's errors; Intune puts JSON into its messages, which ends with ids for its support. */
function messageOf(body: unknown): string {
  const message = (body as { error?: { message?: string } } | null)?.error?.message ?? '';
  const nested = message.startsWith('{') ? (parsed(message) as { Message?: string }).Message : undefined;
  return (nested ?? message).replace(/ - Operation ID.*$/s, '');
}
