/** A small fleet to which much happens, with the faults that a test gives it. */
import { createMemoryStore } from '../../../server-stub/store/memory-store.ts';
import { parseScenario } from '../../scenarios/load.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { type FleetFound, fleetFound } from '../found.ts';
import { slicesOf } from '../slice.ts';
import { World } from '../world.ts';

/** One of each kind, as a file says it. */
export const faultKinds: Readonly<Record<string, string>> = {
  latency: 'latency: {uniform: [100ms, 20s]}',
  'longer than a device waits': 'latency: {exponential: 30s}',
  jitter: 'jitter: 8s',
  'one way': 'latency: 7s, direction: up',
  loss: 'loss: 10%',
  'loss of one action': 'loss: 60%, on: [wipe]',
  reset: 'reset: 10%',
  'half open': 'halfOpen: true',
  'slow reader': 'slowReader: 100',
  'slow writer': 'slowWriter: 100',
  partition: 'partition: true',
  unavailable: 'unavailable: true',
  throttled: 'throttled: {perMinute: 1, refused: 30%}',
  slow: 'slow: {exponential: 20s}',
  push: 'push: {lost: 50%, late: {share: 30%, by: {uniform: [1h, 30h]}}}',
  'clock ahead': 'clockSkew: 3d',
  'clock behind': 'clockSkew: -3d',
  'clocks anyhow': 'clockSkew: {uniform: [-20d, 20d]}',
  'interrupted wipe': 'interruptedWipe: {offFor: 10m}',
};

const timeline = `
  - { every: { from: 26.013h, until: 200h, each: 15h }, do: remoteLock, to: { platforms: [ios, macos] } }
  - { every: { from: 25.017h, until: 200h, each: 17h }, do: syncDevice }
  - { every: { from: 30.011h, until: 200h, each: 70h }, do: wipe, to: { share: 60% } }
  - { every: { from: 50.019h, until: 200h, each: 70h }, device: { enroll: true } }
  - { at: 90.037h, do: retire, to: { share: 50% } }`;

interface FaultyOptions {
  days?: number;
  seed?: number;
  /** Nothing happens but the faults. */
  isCalm?: boolean;
}

/** @param faults each one as the inside of a YAML mapping */
export function faultyText(faults: readonly string[], { days = 12, seed = 1, isCalm = false }: FaultyOptions = {}): string {
  return `
name: faulty
title: Things go wrong
seed: ${seed}
days: ${days}
tenant:
  push: { lost: 0%, latency: 2s }
fleet:
  - { name: a, count: 3, platform: ios, enrollment: device, has: { passcode: "123456" } }
  - { name: b, count: 2, platform: android, enrollment: fully-managed }
  - { name: c, count: 2, platform: windows, enrollment: joined }
  - { name: d, count: 1, platform: macos, enrollment: device }
timeline:${isCalm ? ' []' : timeline}
faults:${faults.length === 0 ? ' []' : ''}
${faults.map((fault) => `  - { ${fault} }`).join('\n')}
`;
}

export function faulty(faults: readonly string[], options?: FaultyOptions): Scenario {
  return parseScenario(faultyText(faults, options), 'faulty.yaml');
}

export function livedIn(scenario: Scenario, shards: number, everyCheckIn: boolean, codec = false): FleetFound {
  return fleetFound(
    slicesOf(scenario.devices, shards).map((slice) => {
      const world = new World(scenario, { store: createMemoryStore(), everyCheckIn, codec, slice });
      while (!world.advance(100_000));
      return world.found();
    }),
  );
}

/** Names of checkers that have found something. */
export function violated({ checkers }: FleetFound): string[] {
  return checkers.flatMap(({ name, violations }) => (violations > 0 ? [name] : []));
}
