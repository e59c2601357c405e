/** A few devices of a load run over real sockets, against a tenant of the test's own. */
import { memoryAgentFile } from '../../../agent/agent-file.ts';
import type { DeviceNote } from '../../../agent/device/effects.ts';
import { AgentRunner } from '../../../agent/runner.ts';
import { enrollmentToken, type Tenant, testKeys } from '../../../test/support/tenant.ts';
import { until } from '../../../test/support/until.ts';
import { parseScenario } from '../../scenarios/load.ts';
import type { Scenario } from '../../scenarios/scenario.ts';
import { member } from '../../world/fleet.ts';
import { Wire, type WireOptions } from './wire.ts';

export function scenarioWith(faults: readonly string[], seed = 1): Scenario {
  const text = `
name: on-the-wire
title: Things go wrong on the wire
seed: ${seed}
days: 1
fleet:
  - { name: one, count: 1, platform: ios, enrollment: device }
  - { name: others, count: 30, platform: windows, enrollment: joined }
timeline: []
faults:${faults.length === 0 ? ' []' : ''}
${faults.map((fault) => `  - { ${fault} }`).join('\n')}
`;
  return parseScenario(text, 'on-the-wire.yaml');
}

export interface WiredDevice {
  runner: AgentRunner;
  notes: DeviceNote[];
  troubles: string[];
  enrolled(): Promise<void>;
  /** Somebody presses Sync, and it is done. */
  checkIn(): Promise<void>;
}

export interface WiredFleet {
  wire: Wire;
  devices: WiredDevice[];
  close(): void;
}

let batch = 0;

export function wiredFleet(
  { server, authority }: Tenant,
  count: number,
  faults: readonly string[] = [],
  options: Partial<WireOptions> = {},
): WiredFleet {
  const scenario = scenarioWith(faults);
  batch += 1;
  const devices: WiredDevice[] = [];
  const wire = new Wire({
    target: { urls: [server.devices], ca: authority.certificatePem, enrollmentToken },
    scenario,
    resume: true,
    agent: (index) => (devices[index] as WiredDevice).runner,
    ...options,
  });
  for (let index = 0; index < count; index++) {
    const { device: fresh, group } = member(scenario, index);
    fresh.inventory = { ...fresh.inventory, serialNumber: `${fresh.inventory.serialNumber}-${batch}` };
    wire.add(index, fresh, group);
    devices.push(wiredDevice(wire, index, fresh));
  }
  return {
    wire,
    devices,
    close() {
      for (const { runner } of devices) runner.close();
      wire.close();
    },
  };
}

function wiredDevice(wire: Wire, index: number, fresh: ConstructorParameters<typeof AgentRunner>[0]['fresh']): WiredDevice {
  const notes: DeviceNote[] = [];
  const troubles: string[] = [];
  const runner = new AgentRunner({
    fresh,
    file: memoryAgentFile(),
    openLink: (identity) => wire.open(index, identity),
    ask: async () => ({ allowed: false, reason: 'unreachable' }),
    identities: testKeys,
    enrollmentToken,
    onNote: (note) => notes.push(note),
    onTrouble: (sentence) => troubles.push(sentence),
  });
  runner.start();
  runner.tell({ type: 'enroll', token: enrollmentToken });
  const done = (checkIns: number) => () => runner.state.phase === 'enrolled' && runner.state.checkIns > checkIns;
  const describe = () => `${JSON.stringify(notes.slice(-5))} ${troubles.slice(-2).join(' ')}`;
  return {
    runner,
    notes,
    troubles,
    enrolled: async () => void (await until('the first check-in', done(0), describe)),
    async checkIn() {
      const { checkIns } = runner.state;
      runner.tell({ type: 'user-synced' });
      await until('a check-in', done(checkIns), describe);
    },
  };
}
