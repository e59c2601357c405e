/** The connection to Redis: what has to be true of it before a run begins, and what is said when it breaks. */
import { Redis } from 'ioredis';
import { QueueError } from './errors.ts';
import type { QueueUrl } from './queue-url.ts';

/** For the first answer; later on it is waited for as long as it takes. */
const patienceMs = 5_000;
const retryMaxMs = 1_000;
/** Of Redis. BullMQ works with older ones, slower. */
const oldestVersion = [6, 2];

export interface Told {
  /** What people should know, one sentence. */
  warn: (sentence: string) => void;
  lost: () => void;
  back: () => void;
}

/**
 * From then on it connects again whenever it is lost, and commands wait meanwhile: they are sent again if nobody knows whether they
 * arrived, so each of ours must do no harm when it comes twice.
 * @throws QueueError (rejects) `queue-unreachable`, `queue-refused`
 */
export async function connectRedis({ href, shown, database }: QueueUrl, told: Told): Promise<Redis> {
  let wasReady = false;
  let lastError: Error | undefined;
  const redis = new Redis(href, {
    lazyConnect: true,
    // BullMQ waits for answers without end.
    maxRetriesPerRequest: null,
    connectTimeout: patienceMs,
    retryStrategy: (times) => (wasReady ? Math.min(times * 100, retryMaxMs) : null),
  });
  redis.on('error', (error: Error) => {
    lastError = error;
  });
  try {
    await within(patienceMs, redis.connect());
    // The client keeps it to itself when there is no such database.
    await within(patienceMs, redis.select(database));
  } catch (error) {
    redis.disconnect();
    throw unusable(shown, lastError ?? error);
  }
  wasReady = true;
  await lookAt(redis, told);
  let isLost = false;
  // Before the connection ends because we end it, there is an end to being told.
  redis.on('reconnecting', () => {
    if (!isLost) told.lost();
    isLost = true;
  });
  redis.on('ready', () => {
    if (isLost) told.back();
    isLost = false;
  });
  return redis;
}

function unusable(shown: string, error: unknown): QueueError {
  const message = error instanceof Error ? error.message || error.name : String(error);
  if (message.startsWith('NOAUTH')) {
    return new QueueError(
      'queue-refused',
      `Redis at ${shown} wants a password: redis://:password@host:port, or user:password@ with a user.`,
    );
  }
  if (/^(WRONGPASS|NOPERM|ERR AUTH|ERR invalid (username|password))/.test(message)) {
    const how = 'user and password go before the host, as in redis://user:password@host:port';
    return new QueueError('queue-refused', `Redis at ${shown} lets nobody in like that (${message}); ${how}.`);
  }
  if (/^ERR DB index/.test(message)) return new QueueError('queue-refused', `Redis at ${shown} has no such database (${message}).`);
  const what = /RESP type|Protocol error/.test(message) ? 'what answers there is something else' : message;
  const next = 'Is it running, and is that its address? `redis-cli -u URL ping` should say PONG.';
  return new QueueError('queue-unreachable', `No Redis answers at ${shown}: ${what}. ${next}`);
}

/** Where its settings may not be asked for, they are the administrator's affair. */
async function lookAt(redis: Redis, told: Told): Promise<void> {
  const facts = await redis.info().catch(() => '');
  const fact = (name: string) => new RegExp(`^${name}:(.*?)\\r?$`, 'm').exec(facts)?.[1];
  const policy = fact('maxmemory_policy');
  if (policy !== undefined && policy !== 'noeviction') {
    told.warn(`Redis may throw away what waits in it: its maxmemory-policy is ${policy}, and should be noeviction.`);
  }
  const version = fact('redis_version');
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number);
  const [oldestMajor = 0, oldestMinor = 0] = oldestVersion;
  if (version !== undefined && (major < oldestMajor || (major === oldestMajor && minor < oldestMinor))) {
    told.warn(`This is Redis ${version}; from ${oldestVersion.join('.')} on it is known to work.`);
  }
}

/** @throws Error (rejects) when it takes longer */
async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${ms / 1000} s`)), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
