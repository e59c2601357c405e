/** What a shard came to, on its way through Redis. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisServerPath } from '../scripts/redis.ts';
import { ParcelLost, sendParcel, takeParcel } from '../simulator/queue/parcel.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { liveShard } from '../simulator/shards/live-shard.ts';
import type { ShardFound } from '../simulator/world/found.ts';
import { RedisServer } from './support/redis-server.ts';
import { scratch, sharedScratch } from './support/scratch.ts';

const key = 'mockfleet:run:test:parcel:3:me';
const mebibyte = 1024 * 1024;

describe.skipIf(redisServerPath() === undefined)('a parcel', () => {
  const folder = sharedScratch();
  const sent = join(folder, 'sent.sqlite');
  const bytes = randomBytes(20 * mebibyte);
  let server: RedisServer;
  let found: ShardFound;

  beforeAll(async () => {
    server = await RedisServer.start({ folder });
    writeFileSync(sent, bytes);
    const { scenario } = findScenario('fleet-lifecycle');
    const small = { ...scenario, devices: 3, days: 10 };
    const slice = { number: 3, first: 0, count: 3 };
    const lived = await liveShard({
      scenario: small,
      slice,
      everyCheckIn: false,
      codec: false,
      store: 'memory',
      part: null,
      events: false,
    });
    found = lived.found;
    lived.close();
  });
  afterAll(() => server.stop());

  it('arrives whole, a part of 20 MiB in pieces, and once though it was sent twice', async () => {
    const part = join(scratch(), 'part.sqlite');
    await server.ask(async (redis) => {
      await sendParcel(redis, key, found, sent);
      expect(await sendParcel(redis, key, found, sent)).toBeGreaterThan(bytes.length);
      expect(await redis.pttl(key)).toBeGreaterThan(0);
      expect(await takeParcel(redis, key, part)).toEqual(found);
    });
    expect(readFileSync(part).equals(bytes)).toBe(true);
  });

  it.each<[string, (redis: Redis) => Promise<unknown>]>([
    ['gone', (redis) => redis.del(key)],
    ['without a piece', (redis) => redis.hdel(key, '4')],
    ['with a piece that is another', (redis) => redis.hset(key, '4', randomBytes(mebibyte))],
    ['not sent to its end', (redis) => redis.hdel(key, 'pieces')],
    ['with fewer pieces', (redis) => redis.hset(key, 'pieces', 3)],
    ['with something else found', (redis) => redis.hset(key, 'found', 'something else')],
  ])('that is %s is lost, and leaves no file', async (_, spoil) => {
    const target = scratch();
    const part = join(target, 'part.sqlite');
    await server.ask(async (redis) => {
      await sendParcel(redis, key, found, sent);
      await spoil(redis);
      await expect(takeParcel(redis, key, part)).rejects.toBeInstanceOf(ParcelLost);
    });
    expect(readdirSync(target)).toEqual([]);
  });

  it('says so when its part cannot be written', async () => {
    const part = join(folder, 'nowhere', 'part.sqlite');
    await server.ask(async (redis) => {
      await sendParcel(redis, key, found, sent);
      await expect(takeParcel(redis, key, part)).rejects.toMatchObject({ code: 'ENOENT' });
    });
    expect(existsSync(part)).toBe(false);
  });
});
