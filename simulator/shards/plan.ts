/** Into how many shards a fleet is dealt, and how many threads live them, where nobody says so. */
import { availableParallelism } from 'node:os';
import { devicesToldMax } from '../story/tale.ts';

export const shardsMax = 100_000;
export const workersMax = 1_024;

export interface Plan {
  shards: number;
  /** 1: this thread. */
  workers: number;
}

/** Fewer than these are lived before a thread has started. */
const threadedDevicesMin = 2_000;
/** A thread holds about so many devices at a time: small enough for caches and for memory, large enough to be worth a world. */
const shardDevices = 500;

/** @param asked by the user, where something was */
export function planOf(devices: number, asked: Partial<Plan> = {}): Plan {
  // What happens to so few is told as one story.
  if (devices <= devicesToldMax) return { shards: 1, workers: 1 };
  const workers = asked.workers ?? (asked.shards === undefined && devices < threadedDevicesMin ? 1 : availableParallelism());
  const shards = Math.min(devices, asked.shards ?? usualShards(devices, workers));
  return { shards, workers: Math.min(workers, shards) };
}

/** A multiple of the threads, so that none of them is left with nothing to do at the end. */
function usualShards(devices: number, workers: number): number {
  if (devices < threadedDevicesMin) return 1;
  return Math.ceil(devices / shardDevices / workers) * workers;
}
