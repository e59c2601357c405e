/** A load tool in this bench: how it is found, and how it is started against a server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import type { CountedServer } from './counted-server.ts';
import type { Identity } from './messages.ts';
import { endTree } from './process-tree.ts';
import { type Seen, Watched } from './watched.ts';

/** What a tool is asked: to connect as all of these, to wait until they are, and then to check in as fast as it can. */
export interface Errand {
  url: string;
  ca: string;
  identities: readonly Identity[];
  /** Connections that it begins in a second, if it can: more than any reaches. */
  connectionsPerSecond: number;
  /** From its start to the first check-in. */
  holdSeconds: number;
  talkSeconds: number;
  /** For its files. */
  folder: string;
}

export interface Tool {
  name: string;
  version: string;
  /** @returns words of a command, program first */
  prepare(errand: Errand): readonly string[];
}

const connectLimitMs = 240_000;
const talkLimitMs = 60_000;
const endMs = 10_000;

export interface Lap extends Seen {
  /** As many as asked. */
  isComplete: boolean;
  /** The end of what it said. */
  said: string;
}

/** A tool at its errand, from its start to when it has talked long enough. */
export async function drive(tool: Tool, errand: Errand, server: CountedServer): Promise<Lap> {
  const [program = '', ...words] = tool.prepare(errand);
  await nobodyLeft(server);
  const child = spawn(program, words, { cwd: errand.folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (text: Buffer) => {
      said = (said + text.toString()).slice(-2_000);
    });
  }
  const before = await server.counts();
  const watched = new Watched(server, child.pid as number);
  let talksSince = 0;
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  const isComplete = await watched.until(({ open }) => hasEnded() || open - before.open >= errand.identities.length, connectLimitMs);
  await watched.until(({ roundTrips, sinceMs }) => {
    if (talksSince === 0 && roundTrips > before.roundTrips) talksSince = sinceMs;
    return hasEnded() || (talksSince > 0 && sinceMs - talksSince > errand.talkSeconds * 1000);
  }, talkLimitMs);
  await ended(child);
  return { ...watched.seen(), isComplete: isComplete && watched.seen().connected >= errand.identities.length, said };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const end = once(child, 'exit');
  endTree(child.pid as number, 'SIGTERM');
  const late = setTimeout(() => endTree(child.pid as number, 'SIGKILL'), endMs);
  await end;
  clearTimeout(late);
}

/** The next tool begins on an empty server. */
async function nobodyLeft(server: CountedServer): Promise<void> {
  for (let tries = 0; tries < 100 && (await server.counts()).open > 0; tries++) await sleep(100);
}
