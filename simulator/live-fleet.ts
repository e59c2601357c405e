/** A fleet that lives in the stub's own process, in the stub's time: the agents' own runner over memory links. */
import { type AgentFile, memoryAgentFile } from '../agent/agent-file.ts';
import type { DeviceState } from '../agent/device/state.ts';
import { openFleetFile } from '../agent/fleet-file.ts';
import type { AgentRunner } from '../agent/runner.ts';
import type { Authority } from '../certs/authority.ts';
import { openKeyPool } from '../certs/key-pool.ts';
import type { Stub } from '../server-stub/stub.ts';
import { createAgent, inMemory } from './live/agents.ts';
import { findScenario } from './scenarios/catalogue.ts';
import { member } from './world/fleet.ts';

export interface LiveFleet {
  close(): void;
}

interface Surroundings {
  stub: Stub;
  authority: Authority;
  token: string;
  /** Folder in which the shared keys, and what devices keep, are kept. */
  keys: string;
}

export interface LiveFleetOptions extends Surroundings {
  count: number;
}

export interface LastingFleetOptions extends Surroundings {
  /** As they are at their very first start: later what they kept counts. Serial numbers are unique. */
  devices: readonly DeviceState[];
}

/** Devices share a few keys: a key of its own costs each a third of a second. */
const keysShared = 4;

/** Starts `count` devices of the default scenario's mix; resolves when all of them have begun to enrol. */
export async function startLiveFleet({ count, ...surroundings }: LiveFleetOptions): Promise<LiveFleet> {
  const { scenario } = findScenario('fleet-lifecycle');
  // The devices begin anew with every start, and so are new records: their serial numbers say so.
  const batch = Date.now().toString(36).toUpperCase();
  const devices = Array.from({ length: count }, (_, index) => {
    const { device } = member(scenario, index);
    device.inventory = { ...device.inventory, serialNumber: `${device.inventory.serialNumber}-${batch}` };
    return device;
  });
  return live(devices, surroundings, memoryAgentFile);
}

/**
 * Starts devices that last: whoever was enrolled goes on with the same identity, also after a kill. Those that are not among `devices`
 * any more stay switched off.
 * @throws StoreError when the file in which they keep themselves cannot be used
 */
export async function startLastingFleet({ devices, ...surroundings }: LastingFleetOptions): Promise<LiveFleet> {
  const file = openFleetFile(`${surroundings.keys}/devices.db`);
  const fleet = live(devices, surroundings, ({ inventory }) => file.device(inventory.serialNumber));
  return {
    close() {
      fleet.close();
      file.close();
    },
  };
}

function live(devices: readonly DeviceState[], surroundings: Surroundings, fileOf: (device: DeviceState) => AgentFile): LiveFleet {
  const { stub, authority, token, keys } = surroundings;
  const identities = openKeyPool(`${keys}/keys`, keysShared);
  const way = inMemory(stub, authority);
  const runners: AgentRunner[] = [];
  const letGo: (() => void)[] = [];
  for (const fresh of devices) {
    const runner = createAgent({ fresh, way, identities, token, file: fileOf(fresh), onNote: () => {}, onTrouble: () => {} });
    runners.push(runner);
    letGo.push(
      stub.attach({
        view: () => runner.view(),
        act: async (act) => runner.act(act),
        clockMoved: (now, speed) => runner.clockMoved(now, speed),
      }),
    );
    runner.start();
    if (runner.state.phase === 'set-up') runner.tell({ type: 'enroll', token });
  }
  return {
    close() {
      for (const release of letGo) release();
      for (const runner of runners) runner.close();
    },
  };
}
