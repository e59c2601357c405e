/**
 * What the stub tells by itself to those who look at it (`/mockfleet/events`): that something has changed, not what it is now. So changes are
 * gathered for a moment and told as one, and whoever reads slowly gets all since as one, too: a listener costs no more than a bounded
 * backlog, however much happens. While nobody listens, next to nothing is done.
 */
import { formatInstant } from '../runtime/duration.ts';
import type { ServerNote } from './core/effects.ts';
import { News, type NotedAt, notesMax, type Topic } from './event-news.ts';
import { noteInWords } from './note-words.ts';

/** Real time for which changes are gathered. */
const gatherMs = 150;
/** The same of what goes on all the time, the check-ins of a fleet first of all. */
const unhurriedMs = 1_000;
const keepAliveMs = 15_000;
const listenersMax = 200;
/** Of records that are gone. */
const namesMax = 500;
/** Of a device's name in a note. */
const nameUnitsMax = 256;

export interface EventSources {
  /** What `/mockfleet/clock` shows. */
  clock: () => object;
  /** undefined: there is no record of it. */
  deviceName: (deviceId: string) => string | undefined;
}

/** A note as the page gets it. */
interface ToldNote {
  /** ISO 8601, of the stub's clock. */
  at: string;
  kind: ServerNote['kind'];
  deviceId: string | null;
  deviceName: string | null;
  text: string;
}

interface Listener {
  controller: ReadableStreamDefaultController<Uint8Array>;
  /** What it was not told yet, because it reads slowly. */
  backlog: News;
}

const encoder = new TextEncoder();

export class EventHub {
  /** Of this start of the stub: another one has another history. */
  readonly #boot = crypto.randomUUID();
  readonly #sources: EventSources;
  readonly #listeners = new Set<Listener>();
  /** The newest notes, oldest first, for whoever comes. */
  readonly #latest = new News();
  readonly #names = new Map<string, string>();
  #news = new News();
  #unhurried = new News();
  #scenario: object | null = null;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #unhurriedTimer: ReturnType<typeof setTimeout> | undefined;
  #keepAlive: ReturnType<typeof setInterval> | undefined;
  #closed = false;

  constructor(sources: EventSources) {
    this.#sources = sources;
  }

  /** @param device Graph's id of the one that it is about; null: of many, or who knows; absent: of none */
  changed(topic: Topic, device?: string | null): void {
    this.#hear((news) => news.changed(topic, device));
  }

  /** The same of what happens so often that it is enough to hear of it once a second. */
  changedAgain(topic: Topic, device?: string | null): void {
    if (this.#listeners.size === 0) return;
    this.#unhurried.changed(topic, device);
    this.#unhurriedTimer ??= setTimeout(() => {
      const news = this.#unhurried;
      this.#unhurriedTimer = undefined;
      this.#unhurried = new News();
      this.#hear((all) => all.take(news));
    }, unhurriedMs - gatherMs);
  }

  noted(note: ServerNote, at: number): void {
    if (noteInWords(note) === null) return;
    this.#latest.noted({ note, at });
    this.#hear((news) => news.noted({ note, at }));
  }

  /** The clock was moved, or goes at another speed. */
  clockMoved(): void {
    this.#hear((news) => {
      news.clock = true;
    });
  }

  /** The scenario that is played, as the page shows it; null: none is. */
  scenario(view: object | null): void {
    this.#scenario = view;
    this.#hear((news) => {
      news.scenario = true;
    });
  }

  /** A record is about to go: notes about it come afterwards. */
  forgetting(deviceId: string): void {
    const name = this.#sources.deviceName(deviceId);
    if (name === undefined) return;
    this.#names.set(deviceId, shortened(name));
    const [oldest] = this.#names.keys();
    if (this.#names.size > namesMax && oldest !== undefined) this.#names.delete(oldest);
  }

  /** Server-sent events, from now on; undefined: too many listen already, or the stub is closed. */
  listen(): ReadableStream<Uint8Array> | undefined {
    if (this.#closed || this.#listeners.size >= listenersMax) return undefined;
    let listener: Listener;
    return new ReadableStream<Uint8Array>({
      start: (controller) => {
        listener = { controller, backlog: new News() };
        this.#listeners.add(listener);
        this.#keepAlive ??= setInterval(() => this.#keepAwake(), keepAliveMs);
        const first = new News();
        first.take(this.#latest);
        first.clock = true;
        first.scenario = true;
        controller.enqueue(encoder.encode(`${event('hello', { boot: this.#boot })}${this.#told(first)}`));
      },
      pull: () => this.#catchUp(listener),
      cancel: () => this.#leave(listener),
    });
  }

  /** Ends every stream. */
  close(): void {
    this.#closed = true;
    for (const listener of [...this.#listeners]) {
      this.#leave(listener);
      listener.controller.close();
    }
  }

  #hear(add: (news: News) => void): void {
    if (this.#listeners.size === 0) return;
    add(this.#news);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#tell();
    }, gatherMs);
  }

  #tell(): void {
    const news = this.#news;
    this.#news = new News();
    let bytes: Uint8Array | undefined;
    for (const listener of this.#listeners) {
      if (isFree(listener) && listener.backlog.isEmpty) {
        bytes ??= encoder.encode(this.#told(news));
        listener.controller.enqueue(bytes);
      } else listener.backlog.take(news);
    }
  }

  #catchUp(listener: Listener): void {
    if (listener.backlog.isEmpty || !this.#listeners.has(listener)) return;
    const news = listener.backlog;
    listener.backlog = new News();
    listener.controller.enqueue(encoder.encode(this.#told(news)));
  }

  /** A comment line, so that whatever is in between does not end a quiet stream. */
  #keepAwake(): void {
    for (const listener of this.#listeners) if (isFree(listener)) listener.controller.enqueue(encoder.encode(': quiet\n\n'));
  }

  #leave(listener: Listener): void {
    this.#listeners.delete(listener);
    if (this.#listeners.size > 0) return;
    clearTimeout(this.#timer);
    clearTimeout(this.#unhurriedTimer);
    clearInterval(this.#keepAlive);
    this.#timer = undefined;
    this.#unhurriedTimer = undefined;
    this.#keepAlive = undefined;
    this.#news = new News();
    this.#unhurried = new News();
  }

  #told(news: News): string {
    const { topics, devices, notes } = news;
    const clock = news.clock ? event('clock', this.#sources.clock()) : '';
    const scenario = news.scenario ? event('scenario', this.#scenario) : '';
    const told = notes.slice(-notesMax).map((one) => this.#noteToTell(one));
    const happened = told.length > 0 ? event('notes', told) : '';
    const changes = topics.size > 0 ? event('changed', { topics: [...topics], devices: devices === null ? null : [...devices] }) : '';
    return `${clock}${scenario}${happened}${changes}`;
  }

  #noteToTell({ note, at }: NotedAt): ToldNote {
    const deviceId = 'deviceId' in note ? note.deviceId : null;
    return {
      at: formatInstant(at),
      kind: note.kind,
      deviceId,
      deviceName: deviceId === null ? null : this.#nameOf(deviceId),
      text: noteInWords(note) ?? '',
    };
  }

  #nameOf(deviceId: string): string | null {
    const name = this.#sources.deviceName(deviceId) ?? this.#names.get(deviceId);
    return name === undefined ? null : shortened(name);
  }
}

function isFree({ controller }: Listener): boolean {
  return (controller.desiredSize ?? 0) > 0;
}

/** JSON has no line breaks of its own, so that one line holds it. */
function event(name: string, data: object | null): string {
  return `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
}

function shortened(name: string): string {
  return name.length > nameUnitsMax ? `${name.slice(0, nameUnitsMax)}\u2026` : name;
}
