/** Where redis-server is, if it is: the tests of queues start one. */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { env } from 'node:process';

const usualPlaces = ['/usr/bin', '/usr/local/bin', '/opt/homebrew/bin'];

/** REDIS_SERVER_PATH, or where it usually is; undefined: it is not there. */
export function redisServerPath(): string | undefined {
  const folders = [...(env.PATH ?? '').split(delimiter).filter((folder) => folder !== ''), ...usualPlaces];
  return [env.REDIS_SERVER_PATH, ...folders.map((folder) => join(folder, 'redis-server'))].find(
    (path) => path !== undefined && existsSync(path),
  );
}
