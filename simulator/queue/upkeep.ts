/** BullMQ's own keys never end: whoever is there pushes their end away, so that they are gone an hour after everybody has left. */
import type { Queue } from 'bullmq';
import type { Redis } from 'ioredis';
import { leftMs } from './keys.ts';

/** Those that are not among them have an end of their own, or hold nothing of ours. */
const lasting = ['id', 'meta', 'events', 'wait', 'active', 'paused', 'stalled', 'failed', 'completed', 'marker'];

/** @param jobIds of jobs that we have put there */
export async function keepQueue(redis: Redis, queue: Queue, jobIds: readonly string[] = []): Promise<void> {
  const pipeline = redis.pipeline();
  for (const name of [...lasting, ...jobIds]) pipeline.pexpire(queue.toKey(name), leftMs);
  await pipeline.exec();
}
