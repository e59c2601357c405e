/** What a tool does to a server, seen from outside: both are looked at ten times a second, and all figures come of that. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { CountedServer } from './counted-server.ts';
import { type TreeUsage, treeUsage } from './process-tree.ts';

const lookMs = 100;

interface Look {
  atMs: number;
  links: number;
  resumed: number;
  open: number;
  roundTrips: number;
  server: TreeUsage;
  client: TreeUsage;
}

/** Of a tool at work; null: there was nothing to measure it by. */
export interface Seen {
  /** The most at one time. */
  connected: number;
  /** Of the tenth to the ninetieth percent of the connections, as all that follows of them. */
  connectionsPerSecond: number | null;
  roundTripsPerSecond: number | null;
  /** Resident memory at its most above what it was with the tenth percent, for each device that came then. */
  clientBytesPerDevice: number | null;
  serverBytesPerDevice: number | null;
  /** CPU time of either side for a connection. */
  clientMsPerConnection: number | null;
  serverMsPerConnection: number | null;
}

const nothing = {
  connectionsPerSecond: null,
  clientBytesPerDevice: null,
  serverBytesPerDevice: null,
  clientMsPerConnection: null,
  serverMsPerConnection: null,
};

export class Watched {
  readonly #server: CountedServer;
  readonly #client: number;
  readonly #looks: Look[] = [];

  /** @param client process id of the tool */
  constructor(server: CountedServer, client: number) {
    this.#server = server;
    this.#client = client;
  }

  /** Until `isOver` says so, asked after each look. @returns whether it did within the time */
  async until(isOver: (now: { open: number; roundTrips: number; sinceMs: number }) => boolean, limitMs: number): Promise<boolean> {
    const begun = performance.now();
    for (;;) {
      const look = await this.#look();
      this.#looks.push(look);
      const sinceMs = performance.now() - begun;
      if (isOver({ open: look.open, roundTrips: look.roundTrips, sinceMs })) {
        this.#looks.push(await this.#look());
        return true;
      }
      if (sinceMs > limitMs) return false;
      await sleep(lookMs);
    }
  }

  /** @param before so many links belong to what came before, and are not looked at */
  seen(before = 0): Seen {
    const [origin] = this.#looks;
    if (origin === undefined) throw new Error('Nothing was looked at.');
    const looks = this.#looks.slice(this.#looks.findLastIndex(({ links }) => links - origin.links <= before));
    const [begins] = looks as [Look];
    const connected = Math.max(...looks.slice(1).map(({ open }) => open), 0) - origin.open;
    // Without the tool's start, and without its last connections.
    const at = (share: number) => looks.find(({ links }) => links - begins.links >= share * connected);
    const [from, to] = connected <= 0 ? [] : [at(0.1), at(0.9)];
    const roundTripsPerSecond = talkRate(looks, origin.open + connected);
    if (from === undefined || to === undefined || to.links === from.links) return { ...nothing, connected, roundTripsPerSecond };
    const links = to.links - from.links;
    const growth = (of: (look: Look) => TreeUsage) =>
      (Math.max(...looks.map((look) => of(look).rssBytes)) - of(from).rssBytes) / (0.9 * connected);
    return {
      connected,
      connectionsPerSecond: (links * 1000) / (to.atMs - from.atMs),
      roundTripsPerSecond,
      clientBytesPerDevice: growth(({ client }) => client),
      serverBytesPerDevice: growth(({ server }) => server),
      clientMsPerConnection: (to.client.cpuMs - from.client.cpuMs) / links,
      serverMsPerConnection: (to.server.cpuMs - from.server.cpuMs) / links,
    };
  }

  async #look(): Promise<Look> {
    const { links, resumed, open, roundTrips, cpuMs, rssBytes } = await this.#server.counts();
    const atMs = performance.now();
    return { atMs, links, resumed, open, roundTrips, server: { cpuMs, rssBytes }, client: treeUsage(this.#client) };
  }
}

/** The median of the seconds in which nearly all were connected and talked. */
function talkRate(looks: readonly Look[], open: number): number | null {
  const rates: number[] = [];
  const busy = looks.filter((look) => look.open >= 0.95 * open);
  for (let from = 0; from < busy.length; ) {
    const begin = busy[from] as Look;
    const to = busy.findIndex(({ atMs }) => atMs - begin.atMs >= 1000);
    if (to < 0) break;
    const end = busy[to] as Look;
    const rate = ((end.roundTrips - begin.roundTrips) * 1000) / (end.atMs - begin.atMs);
    if (rate > 0) rates.push(rate);
    from = to;
  }
  // The first and the last second are hardly whole ones.
  const whole = rates.length > 2 ? rates.slice(1, -1) : rates;
  return whole.length === 0 ? null : (whole.sort((a, b) => a - b)[Math.floor(whole.length / 2)] as number);
}
