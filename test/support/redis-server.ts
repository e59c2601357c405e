/** A Redis for one test file: the real program, on a port of its own, ended by its process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { Redis } from 'ioredis';
import { redisServerPath } from '../../scripts/redis.ts';
import { untilAnswered } from './until.ts';

export interface RedisOptions {
  /** For its files. */
  folder: string;
  /** Everything that it was told outlives its process. */
  keeps?: boolean;
  password?: string;
}

export class RedisServer {
  readonly port: number;
  readonly #options: RedisOptions;
  #child: ChildProcess | null = null;

  private constructor(port: number, options: RedisOptions) {
    this.port = port;
    this.#options = options;
  }

  static async start(options: RedisOptions): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), options);
    await server.start();
    return server;
  }

  get url(): string {
    const { password } = this.#options;
    return `redis://${password === undefined ? '' : `:${password}@`}127.0.0.1:${this.port}`;
  }

  async start(): Promise<void> {
    const { folder, keeps = false, password } = this.#options;
    const words = ['--port', String(this.port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', '--appendonly', keeps ? 'yes' : 'no'];
    if (keeps) words.push('--appendfsync', 'always');
    if (password !== undefined) words.push('--requirepass', password);
    this.#child = spawn(redisServerPath() as string, words, { stdio: 'ignore' });
    await untilAnswered('Redis answers', async () => (await this.ask((redis) => redis.ping()).catch(() => '')) === 'PONG');
  }

  /** As an administrator does it. */
  async stop(): Promise<void> {
    const child = this.#child;
    this.#child = null;
    if (child === null || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('close', resolve));
    child.kill('SIGTERM');
    await ended;
  }

  /** By a connection of its own. */
  async ask<T>(question: (redis: Redis) => Promise<T>): Promise<T> {
    const redis = new Redis(this.url, { lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
    redis.on('error', () => undefined);
    try {
      await redis.connect();
      return await question(redis);
    } finally {
      redis.disconnect();
    }
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}
