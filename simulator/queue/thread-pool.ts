/** The threads of a worker: each is started when it is first needed, and started anew after it has died. */
import { ShardThread } from '../shards/shard-thread.ts';

export class ThreadPool {
  readonly #idle: ShardThread[] = [];
  readonly #all = new Set<ShardThread>();

  /** @param work throws when the thread may have died of it */
  async lend<T>(work: (thread: ShardThread) => Promise<T>): Promise<T> {
    const thread = this.#idle.pop() ?? new ShardThread();
    this.#all.add(thread);
    try {
      const result = await work(thread);
      this.#idle.push(thread);
      return result;
    } catch (error) {
      this.#all.delete(thread);
      await thread.close();
      throw error;
    }
  }

  async close(): Promise<void> {
    await Promise.all([...this.#all].map((thread) => thread.close()));
  }
}
