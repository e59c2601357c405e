/**
 * What is kept in Redis, and for how long. All names begin with `mockfleet:`.
 *
 *   mockfleet:shards-VERSION:…        BullMQ's queue: one job per shard or lane, of all runs of this version of mockfleet
 *   mockfleet:run:RUN                 the scenario of a run whose coordinator is there
 *   mockfleet:run:RUN:wish            what its workers shall do with its shards; absent: live them
 *   mockfleet:run:RUN:outcomes        hash: shard → what became of it
 *   mockfleet:run:RUN:parcel:SHARD:…  hash: what a shard came to, in pieces
 *   mockfleet:run:RUN:lanes           hash: LANE:ATTEMPT of a load run → the worker that has taken it
 *   mockfleet:run:RUN:up, …:down      streams: what its lanes say, and what is said to them
 *   mockfleet:runs, mockfleet:workers sorted sets: who is there, by when it was heard last
 */
import { packageVersion } from '../report/package-version.ts';

export const prefix = 'mockfleet';

/** A worker of another version could live another life. */
export const version = packageVersion() ?? 'unknown';

export const queueName = `shards-${version}`;

/** A coordinator that has not been heard of for so long is gone, and its shards with it. */
export const runMs = 30_000;

/** What shards came to, if nobody takes it: a coordinator does so within seconds, and what it misses is lived again. */
export const parcelMs = 600_000;

/** Of everything else, if nobody touches it: whoever is there does so all the time. */
export const leftMs = 3_600_000;

/** Hold them where they are; hand over what they came to so far; forget them. */
export type Wish = 'pause' | 'stop' | 'forget';

interface RunKeys {
  scenario: string;
  wish: string;
  outcomes: string;
  lanes: string;
  up: string;
  down: string;
  /** @param by who sends it: two workers never write into the same one */
  parcel(shard: number, by: string): string;
}

export function keysOf(run: string): RunKeys {
  const scenario = `${prefix}:run:${run}`;
  return {
    scenario,
    wish: `${scenario}:wish`,
    outcomes: `${scenario}:outcomes`,
    lanes: `${scenario}:lanes`,
    up: `${scenario}:up`,
    down: `${scenario}:down`,
    parcel: (shard, by) => `${scenario}:parcel:${shard}:${by}`,
  };
}

/** Of a BullMQ job. */
export function jobIdOf(run: string, shard: number): string {
  return `${run}-${shard}`;
}

/** What a BullMQ job says. */
export interface ShardOrder {
  run: string;
  /** What people call the run. */
  title: string;
  shard: number;
  devices: number;
  /** Base64 of the ShardJob (v8.serialize) without its scenario and the path of its part. */
  job: string;
  hasPart: boolean;
}

/** What became of a shard, as its worker says. */
export type Outcome = { worker: string } & ({ parcel: string } | { error: { message: string; stack: string | undefined } });
