/** What is said when there is no queue to begin with: soon, by its code, and without the password. */
import { createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { redisServerPath } from '../scripts/redis.ts';
import { readQueueUrl } from '../simulator/queue/queue-url.ts';
import { runMockfleet } from './support/program.ts';
import { RedisServer } from './support/redis-server.ts';
import { sharedScratch } from './support/scratch.ts';

const run = ['run', '--devices', '10', '--days', '10', '--no-report'];

describe('the address of a queue', () => {
  it.each([
    ['redis://queue.example', 'redis://queue.example', 0],
    ['redis://:secret@queue.example:6380/7', 'redis://queue.example:6380/7', 7],
    ['rediss://ann:se%40cret@[::1]:6380', 'rediss://[::1]:6380', 0],
  ])('%s is shown as %s', (text, shown, database) => {
    expect(readQueueUrl(text)).toMatchObject({ shown, database });
  });

  it.each([
    '',
    'localhost:6379',
    'http://queue.example',
    'redis://',
    'redis://:secret@queue.example/abc',
    'redis://queue.example:99999',
    'redis://h/0?x=secret',
  ])('%j is none', (text) => {
    let error: unknown;
    try {
      readQueueUrl(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toMatchObject({ code: 'queue-url', message: expect.stringMatching(/^A queue is named redis:\/\/host:port/) });
    expect(String(error)).not.toContain('secret');
  });

  it('is wrong use of the command line when it is none', async () => {
    const ended = await Promise.all([runMockfleet([...run, '--queue', 'http://:secret@x']), runMockfleet(['worker', '--queue', 'x'])]);
    for (const { code, stderr } of ended) {
      expect(code).toBe(2);
      expect(stderr).toContain('[queue-url]');
      expect(stderr).not.toMatch(/secret| {4}at /);
    }
  });
});

describe('somebody else at the address', () => {
  let other: Server;
  let port = 0;
  beforeAll(async () => {
    // Whatever it is asked, it answers like a web server.
    other = createServer((socket) => {
      socket.on('error', () => undefined).on('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'));
    });
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    const address = other.address();
    port = typeof address === 'object' && address !== null ? address.port : 0;
  });
  afterAll(() => new Promise((resolve) => other.close(resolve)));

  it('or nobody: both are queue-unreachable', async () => {
    const ended = await Promise.all([
      runMockfleet([...run, '--queue', `redis://:secret@127.0.0.1:${port}`]),
      runMockfleet(['worker', '--queue', 'redis://:secret@127.0.0.1:1']),
    ]);
    for (const { code, stderr } of ended) {
      expect(code).toBe(1);
      expect(stderr).toMatch(/No Redis answers at redis:\/\/127\.0\.0\.1:\d+: .*\[queue-unreachable\]/);
      expect(stderr).not.toMatch(/secret| {4}at /);
    }
  });
});

describe.skipIf(redisServerPath() === undefined)('a Redis with a password', () => {
  const folder = sharedScratch();
  let server: RedisServer;
  beforeAll(async () => {
    server = await RedisServer.start({ folder, password: 'secret' });
  });
  afterAll(() => server.stop());

  it('lets nobody in without, and no database in that it has not', async () => {
    const address = (user: string, rest = '') => `redis://${user}127.0.0.1:${server.port}${rest}`;
    const [without, wrong, none] = await Promise.all(
      [address(''), address(':guess@'), address(':secret@', '/77')].map((url) => runMockfleet(['worker', '--queue', url])),
    );
    expect(without?.stderr).toMatch(/wants a password: redis:\/\/:password@host:port.*\[queue-refused\]/);
    expect(wrong?.stderr).toMatch(/lets nobody in like that \(WRONGPASS.*\[queue-refused\]/);
    expect(none?.stderr).toMatch(/has no such database.*\[queue-refused\]/);
    for (const ended of [without, wrong, none]) {
      expect(ended?.code).toBe(1);
      expect(ended?.stderr).not.toMatch(/guess|secret/);
    }
  });
});
