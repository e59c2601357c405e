/** What `/mockfleet/events` tells, as a test reads it: from a response in this process, or over HTTPS. */
import type { ClientRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { until } from './until.ts';

export interface HeardEvent {
  event: string;
  // What it holds, the test knows.
  // biome-ignore lint/suspicious/noExplicitAny: see above
  data: any;
}

export class EventStream {
  /** Everything that came, as text. */
  text = '';
  readonly heard: HeardEvent[] = [];
  isOver = false;
  readonly #stop: () => void;
  #rest = '';

  constructor(chunks: AsyncIterable<Uint8Array>, stop: () => void) {
    this.#stop = stop;
    void this.#read(chunks);
  }

  of(event: string): HeardEvent['data'][] {
    return this.heard.filter((one) => one.event === event).map(({ data }) => data);
  }

  /** Everything that was told to have changed. */
  get topics(): string[] {
    return [...new Set(this.of('changed').flatMap(({ topics }: { topics: string[] }) => topics))].sort();
  }

  get notes(): { kind: string; deviceId: string | null; deviceName: string | null; text: string; at: string }[] {
    return this.of('notes').flat();
  }

  /** The first event that is so. @throws Error (rejects) when none comes */
  until(what: string, is: (one: HeardEvent) => boolean): Promise<HeardEvent> {
    return until(
      what,
      () => this.heard.find(is),
      () => JSON.stringify(this.heard.slice(-10)),
    );
  }

  close(): void {
    this.#stop();
  }

  async #read(chunks: AsyncIterable<Uint8Array>): Promise<void> {
    const decoder = new TextDecoder();
    try {
      for await (const chunk of chunks) this.#take(decoder.decode(chunk, { stream: true }));
    } catch {
      // Ended by whoever reads, or with its connection.
    }
    this.isOver = true;
  }

  #take(text: string): void {
    this.text += text;
    const blocks = (this.#rest + text).split('\n\n');
    this.#rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, event, data] = /^event: (.+)\ndata: (.+)$/.exec(block) ?? [];
      if (event !== undefined && data !== undefined) this.heard.push({ event, data: JSON.parse(data) });
    }
  }
}

/** Through the door of a stub in this process. */
export async function streamIn(fetch: (request: Request) => Promise<Response>, token: string): Promise<EventStream> {
  const stop = new AbortController();
  const request = new Request('https://stub/mockfleet/events', { headers: { authorization: `Bearer ${token}` }, signal: stop.signal });
  const response = await fetch(request);
  if (response.body === null || response.status !== 200) throw new Error(`events: ${response.status} ${await response.text()}`);
  const reader = response.body.getReader();
  return new EventStream(chunksOf(reader), () => void reader.cancel());
}

async function* chunksOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncIterable<Uint8Array> {
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    yield value;
  }
}

/** Over a connection of its own. @throws Error (rejects) when the server does not answer with a stream */
export async function streamOver(url: string, ca: string, token: string): Promise<EventStream> {
  let request: ClientRequest | undefined;
  return new Promise((resolve, reject) => {
    request = httpsRequest(`${url}/mockfleet/events`, { ca, agent: false, headers: { authorization: `Bearer ${token}` } }, (response) => {
      if (response.statusCode !== 200) return reject(new Error(`events: ${response.statusCode}`));
      resolve(new EventStream(response, () => void request?.destroy()));
    });
    request.on('error', reject);
    request.end();
  });
}
