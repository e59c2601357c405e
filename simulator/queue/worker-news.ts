/** What a worker says of itself. */

interface ShardName {
  run: string;
  title: string;
  shard: number;
  devices: number;
}

export type ShardNews = ShardName &
  (
    | { kind: 'shard-taken' | 'shard-given-back' | 'shard-forgotten' }
    /** In real time; as it was sent, compressed. */
    | { kind: 'shard-done' | 'shard-stopped'; seconds: number; bytes: number }
    | { kind: 'shard-failed'; seconds: number; error: string }
  );

interface LaneName {
  run: string;
  title: string;
  lane: number;
  devices: number;
}

export type LaneNews = LaneName &
  ({ kind: 'lane-taken' | 'lane-given-back' | 'lane-forgotten' | 'lane-done' | 'lane-stopped' } | { kind: 'lane-failed'; error: string });

export type WorkerNews =
  | { kind: 'ready'; worker: string; version: string; threads: number; queue: string }
  | { kind: 'warning'; what: string }
  | { kind: 'connection-lost' | 'connected-again' | 'leaving' }
  /** A run that this worker cannot help. */
  | { kind: 'other-version'; run: string; version: string }
  | ShardNews
  | LaneNews;
