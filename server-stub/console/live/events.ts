/**
 * What the stub tells by itself, over server-sent events (`/mockfleet/events`). Read with fetch and not with EventSource, which can send no
 * token but in the address. When the stream ends it is opened again, after 0.5, 1, 2, 4, then every 5 seconds; whoever shows something then loads it anew.
 */
import { effect, type Signal, signal } from '@preact/signals';
import { signOut, token } from '../api.ts';
import { type ClockView, clockShown } from './clock.ts';
import type { Note, ScenarioView, Topic } from './words.ts';
import { topics } from './words.ts';

export const connection = signal<'connecting' | 'live' | 'lost'>('connecting');
/** Grows with each change of that kind, and with each new connection. */
export const versions = Object.fromEntries(topics.map((topic) => [topic, signal(0)])) as Record<Topic, Signal<number>>;
/** The latest happenings, newest first. */
export const notes = signal<readonly Note[]>([]);
/** The scenario that is being played, or null. */
export const scenario = signal<ScenarioView | null>(null);

const notesKept = 200;
const waits = [500, 1000, 2000, 4000];
const waitMax = 5000;

export function follow(): () => void {
  return effect(() => {
    const given = token.value;
    if (given === null) return undefined;
    const stop = new AbortController();
    void keepListening(given, stop.signal);
    return () => stop.abort();
  });
}

async function keepListening(given: string, stop: AbortSignal): Promise<void> {
  let attempt = 0;
  while (!stop.aborted) {
    try {
      await listenOnce(given, stop, () => {
        attempt = 0;
      });
    } catch (error) {
      if (!(error instanceof TypeError) && !(error instanceof StreamRefused) && !stop.aborted) reportError(error);
    }
    if (stop.aborted) return;
    connection.value = 'lost';
    const wait = waits[attempt] ?? waitMax;
    attempt += 1;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

class StreamRefused extends Error {}

async function listenOnce(given: string, stop: AbortSignal, opened: () => void): Promise<void> {
  const response = await fetch('/mockfleet/events', {
    headers: { authorization: `Bearer ${given}`, accept: 'text/event-stream' },
    signal: stop,
    cache: 'no-store',
  });
  if (response.status === 401 || response.status === 403) {
    signOut(response.status === 401 ? 'This token is not (or no longer) good here.' : 'This token is not one of an administrator.');
    throw new StreamRefused();
  }
  if (!response.ok || response.body === null) throw new StreamRefused();
  opened();
  connection.value = 'live';
  for (const topic of topics) versions[topic].value += 1;
  let rest = '';
  for await (const text of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (rest + text).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) take(block);
  }
}

function take(block: string): void {
  let event = 'message';
  let data = '';
  for (const line of block.split('\n')) {
    if (line.startsWith('event: ')) event = line.slice(7);
    else if (line.startsWith('data: ')) data += line.slice(6);
  }
  if (data !== '') heard(event, JSON.parse(data));
}

function heard(event: string, data: unknown): void {
  switch (event) {
    case 'hello':
      // The latest ones follow, those of another start of the stub too.
      notes.value = [];
      return;
    case 'clock':
      return clockShown(data as ClockView);
    case 'changed': {
      const { topics: changed } = data as { topics: Topic[] };
      for (const topic of changed) versions[topic].value += 1;
      return;
    }
    case 'notes':
      notes.value = [...(data as Note[])].reverse().concat(notes.value).slice(0, notesKept);
      return;
    case 'scenario':
      scenario.value = data as ScenarioView | null;
      return;
  }
}
