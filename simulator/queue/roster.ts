/** Who is there: the workers and the runs that were heard of within the last seconds, of any version of mockfleet. */
import { hostname } from 'node:os';
import { pid } from 'node:process';
import type { Redis } from 'ioredis';
import { leftMs, prefix, version } from './keys.ts';

/** Everybody says it once a second. */
const heardMs = 6_000;

interface Entry {
  id: string;
  version: string;
  /** HOST:PID */
  name: string;
  /** Of a worker: how many shards or lanes it takes at a time. */
  slots: number;
}

/** What this process is called in messages of others. */
export const ownName = `${hostname()}:${pid}`;

export class Roster {
  readonly #redis: Redis;
  readonly #key: string;
  readonly #own: string;

  /** @param id of who writes himself down here */
  constructor(redis: Redis, of: 'workers' | 'runs', id: string, slots = 0) {
    this.#redis = redis;
    this.#key = `${prefix}:${of}`;
    this.#own = JSON.stringify({ id, version, name: ownName, slots } satisfies Entry);
  }

  async isHere(): Promise<void> {
    const now = await this.#now();
    await this.#redis.zadd(this.#key, now, this.#own);
    await this.#redis.zremrangebyscore(this.#key, '-inf', now - heardMs);
    await this.#redis.pexpire(this.#key, leftMs);
  }

  async leaves(): Promise<void> {
    await this.#redis.zrem(this.#key, this.#own);
  }

  /** @returns those of this version and those of others */
  static async of(redis: Redis, who: 'workers' | 'runs'): Promise<{ ours: Entry[]; others: Entry[] }> {
    const now = nowOf(await redis.time());
    const entries = (await redis.zrangebyscore(`${prefix}:${who}`, now - heardMs, '+inf')).map((text) => JSON.parse(text) as Entry);
    return { ours: entries.filter((entry) => entry.version === version), others: entries.filter((entry) => entry.version !== version) };
  }

  /** By the one clock that all of them share. */
  async #now(): Promise<number> {
    return nowOf(await this.#redis.time());
  }
}

function nowOf([seconds = 0, microseconds = 0]: readonly number[]): number {
  // As text or as numbers, by the version of the protocol.
  return Number(seconds) * 1000 + Math.floor(Number(microseconds) / 1000);
}
