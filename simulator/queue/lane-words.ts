/** What a load run and its lanes on other machines say to each other: two streams in Redis. */
import type { Redis } from 'ioredis';
import type { LoadFigures } from '../load/load-figures.ts';
import type { AcceptedAction } from '../load/load-lane.ts';

/** Of a BullMQ job. */
export interface LaneOrder {
  run: string;
  /** What people call the run. */
  title: string;
  lane: number;
  /** A lane whose worker goes before it began is ordered again; what its former one still says is not heard. */
  attempt: number;
  devices: number;
  /** Base64 of the LoadJob (v8.serialize) without its scenario. */
  job: string;
}

export type LaneWord =
  /** Once a second, for as long as its worker is there. */
  | { kind: 'here' | 'ready' }
  | { kind: 'figures'; figures: LoadFigures }
  | { kind: 'records'; changes: { index: number; deviceId: string | null }[] }
  | { kind: 'trouble'; sentence: string }
  /** The worker leaves before the run began: another one may take the lane. */
  | { kind: 'given-back' }
  | { kind: 'over' }
  | { kind: 'failed'; error: string };

export type UpWord = { lane: number; attempt: number; worker: string } & LaneWord;

/** Instants by the clock of Redis. `turn` counts up: a word that came twice is heard once. */
export type DownWord = { turn: number } & (
  | { kind: 'begin'; at: number }
  | { kind: 'go-on'; lane: number }
  | { kind: 'accepted'; lane: number; actions: AcceptedAction[] }
);

/** More than an hour of figures of a few lanes: a coordinator takes them away as it reads. */
const wordsMax = 20_000;
const atOnce = 500;

/** It may be sent twice, because nobody knows whether it arrived; of an upward word that does no harm (figures are sums). */
export async function say(redis: Redis, stream: string, word: UpWord | DownWord, lastsMs: number): Promise<void> {
  const pipeline = redis.pipeline();
  pipeline.xadd(stream, 'MAXLEN', '~', wordsMax, '*', 'word', JSON.stringify(word));
  pipeline.pexpire(stream, lastsMs);
  const answers = (await pipeline.exec()) ?? [];
  for (const [error] of answers) if (error !== null) throw error;
}

/** Reads a stream on, from its beginning. */
export class StreamReader<Word> {
  readonly #redis: Redis;
  readonly #stream: string;
  #last = '0-0';

  constructor(redis: Redis, stream: string) {
    this.#redis = redis;
    this.#stream = stream;
  }

  async read(): Promise<Word[]> {
    const words: Word[] = [];
    for (;;) {
      const entries = await this.#redis.xrange(this.#stream, `(${this.#last}`, '+', 'COUNT', atOnce);
      for (const [id, [, text = '']] of entries) {
        this.#last = id;
        words.push(JSON.parse(text) as Word);
      }
      if (entries.length < atOnce) return words;
    }
  }

  /** What was read is of no use to anybody else. */
  async forget(): Promise<void> {
    await this.#redis.xtrim(this.#stream, 'MINID', this.#last);
  }
}
