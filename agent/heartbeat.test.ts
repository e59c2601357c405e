/** Sockets that only say how much has come, in a time that is moved by hand. */
import { EventEmitter } from 'node:events';
import { expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { Heartbeat } from './heartbeat.ts';

class Peer extends EventEmitter {
  readonly OPEN = 1;
  readyState = 1;
  bytesRead = 0;
  pings: number[] = [];
  readonly #real: VirtualClock;

  constructor(real: VirtualClock) {
    super();
    this.#real = real;
  }

  ping(): void {
    this.pings.push(this.#real.now());
  }

  terminate(): void {
    this.readyState = 3;
    this.emit('close');
  }
}

function watched(heartbeat: Heartbeat, real: VirtualClock, count: number): Peer[] {
  const peers = Array.from({ length: count }, () => new Peer(real));
  for (const peer of peers) heartbeat.watch(peer as unknown as WebSocket, peer);
  return peers;
}

it('a peer that says something is never asked', () => {
  const real = new VirtualClock(0);
  const [peer] = watched(new Heartbeat({ beatMs: 30_000, real }), real, 1);
  for (let at = 0; at < 600_000; at += 30_000) {
    if (peer !== undefined) peer.bytesRead += 2;
    real.advanceTo(at + 30_000);
  }
  expect(peer).toMatchObject({ pings: [], readyState: 1 });
});

it('one that is silent is asked once, and given up within two beats and the one that had begun', () => {
  const real = new VirtualClock(0);
  const peers = watched(new Heartbeat({ beatMs: 30_000, real }), real, 60);
  real.advanceTo(30_000);
  expect(peers.every(({ pings }) => pings.length === 1)).toBe(true);
  // An answer is all that is asked for.
  const [answers, ...others] = peers;
  if (answers !== undefined) answers.bytesRead += 2;
  real.advanceTo(60_000);
  expect(others.every(({ readyState, pings }) => readyState === 3 && pings.length === 1)).toBe(true);
  expect(answers?.readyState).toBe(1);
});

it('asks ten thousand one after the other, not at once', () => {
  const real = new VirtualClock(0);
  const peers = watched(new Heartbeat({ beatMs: 30_000, real }), real, 3000);
  real.advanceTo(30_000);
  const bySecond = new Map<number | undefined, number>();
  for (const { pings } of peers) bySecond.set(pings[0], (bySecond.get(pings[0]) ?? 0) + 1);
  expect([...bySecond.values()]).toEqual(Array(30).fill(100));
});

it('keeps no process alive for links that are closed', () => {
  const real = new VirtualClock(0);
  const peers = watched(new Heartbeat({ beatMs: 1000, real }), real, 5);
  for (const peer of peers) peer.terminate();
  real.advanceTo(1e9);
  expect(peers.flatMap(({ pings }) => pings)).toEqual([]);
});
