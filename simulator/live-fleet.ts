/** A fleet that lives in the stub's own process, in the stub's time: the agents' own runner over memory links. */
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

export interface LiveFleetOptions {
  stub: Stub;
  authority: Authority;
  count: number;
  token: string;
  /** Folder in which the shared keys are kept. */
  keys: string;
}

/** Devices share a few keys: a key of its own costs each a third of a second. */
const keysShared = 4;

/** Starts `count` devices of the default scenario's mix; resolves when all of them have begun to enrol. */
export async function startLiveFleet({ stub, authority, count, token, keys }: LiveFleetOptions): Promise<LiveFleet> {
  const { scenario } = findScenario('fleet-lifecycle');
  // The devices begin anew with every start, and so are new records: their serial numbers say so.
  const batch = Date.now().toString(36).toUpperCase();
  const identities = openKeyPool(`${keys}/keys`, keysShared);
  const way = inMemory(stub, authority);
  const runners: AgentRunner[] = [];
  const letGo: (() => void)[] = [];
  for (let index = 0; index < count; index++) {
    const { device } = member(scenario, index);
    device.inventory = { ...device.inventory, serialNumber: `${device.inventory.serialNumber}-${batch}` };
    const runner = createAgent({ fresh: device, way, identities, token, onNote: () => {}, onTrouble: () => {} });
    runners.push(runner);
    letGo.push(
      stub.attach({
        view: () => runner.view(),
        act: async (act) => runner.act(act),
        clockMoved: (now, speed) => runner.clockMoved(now, speed),
      }),
    );
    runner.start();
    runner.tell({ type: 'enroll', token });
  }
  return {
    close() {
      for (const release of letGo) release();
      for (const runner of runners) runner.close();
    },
  };
}
