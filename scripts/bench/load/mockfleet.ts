/** `mockfleet serve` and `mockfleet load` as a user starts them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { LoadResult } from '../../../simulator/load/load-result.ts';
import type { Measured } from '../million/package.ts';
import { CountedServer } from './counted-server.ts';
import type { Tool } from './tool.ts';
import { type Seen, Watched } from './watched.ts';

/** A threshold or a check of its own was missed: it has figures all the same. */
const missed = [0, 1, 99];
const limitMs = 300_000;

export interface Stub {
  server: CountedServer;
  url: string;
  ca: string;
  enrollmentToken: string;
  /** Words that name it to `mockfleet load`. */
  named: readonly string[];
}

/** A tool in a closed loop asks more of a link than the stub takes of a device. */
const unlimited = ['--frames-per-second', '100000', '--connections-per-second', '100000'];

/** The stub with its SQLite file. */
export async function startStub({ main }: Measured, folder: string, flags: readonly string[] = []): Promise<Stub> {
  const words = [...main, 'serve', '--port', '0', '--state', join(folder, 'stub'), '--json', '--log-level', 'error', ...unlimited];
  const server = await CountedServer.start(words, flags);
  const { devices, ca, url, token, enrollmentToken } = server.ready as Record<
    'devices' | 'ca' | 'url' | 'token' | 'enrollmentToken',
    string
  >;
  return {
    server,
    url: devices,
    ca: readFileSync(ca, 'utf8'),
    enrollmentToken,
    named: ['--server', devices, '--token', enrollmentToken, '--ca', ca, '--graph', url, '--graph-token', token],
  };
}

export interface OwnLap extends Seen {
  result: LoadResult;
}

/** `mockfleet load` to its end. @param before links that are not looked at (watched.ts). @throws Error (rejects) when it ends without a result */
export async function ownLap(
  { main }: Measured,
  { server, named }: Stub,
  words: readonly string[],
  { flags = [], before = 0 }: { flags?: readonly string[]; before?: number } = {},
): Promise<OwnLap> {
  const all = [...flags, ...main, 'load', ...named, '--json', '--no-report', ...words];
  const child = spawn(process.execPath, all, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr] = [text(child.stdout), text(child.stderr)];
  const ended = once(child, 'exit') as Promise<[number | null]>;
  let hasEnded = false;
  child.once('exit', () => {
    hasEnded = true;
  });
  const watched = new Watched(server, child.pid as number);
  if (!(await watched.until(() => hasEnded, limitMs))) child.kill('SIGTERM');
  const [code] = await ended;
  const said = await stdout;
  if (!missed.includes(code ?? -1) || !said.startsWith('{'))
    throw new Error(`mockfleet load ${words.join(' ')} ended with ${code}:\n${await stderr}`);
  return { ...watched.seen(before), result: JSON.parse(said) as LoadResult };
}

/** Beside the others, with devices that have enrolled before. */
export function mockfleetAsTool({ main }: Measured, { named }: Stub, keep: string, processes: number): Tool {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8')) as { version: string };
  return {
    name: `mockfleet, ${processes === 1 ? '1 process' : `${processes} processes`}`,
    version,
    prepare: ({ identities, connectionsPerSecond, talkSeconds }) => {
      const pace = ['--rate', `${connectionsPerSecond}/s`, '--concurrency', '100', '--jitter', '0s'];
      // More than there is room for, so that it is never idle.
      const talk = ['--check-ins', '20000/s', '--duration', `${talkSeconds + 10}s`];
      const size = ['--devices', String(identities.length), '--processes', String(processes), '--keep', keep];
      return [process.execPath, ...main, 'load', ...named, '--json', '--no-report', '--shape', 'steady', ...size, ...pace, ...talk];
    },
  };
}
