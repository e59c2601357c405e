/** A fleet that lives in the stub's own process, in the stub's time: the agents' own runner over memory links. */
import { memoryAgentFile, type StoredIdentity } from '../agent/agent-file.ts';
import { AgentRunner } from '../agent/runner.ts';
import type { Authority } from '../certs/authority.ts';
import { openKeyPool } from '../certs/key-pool.ts';
import { summarize } from '../certs/summary.ts';
import { memoryLink } from '../runtime/memory-link.ts';
import type { Stub } from '../server-stub/stub.ts';
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
  const runners: AgentRunner[] = [];
  for (let index = 0; index < count; index++) {
    const { device } = member(scenario, index);
    device.inventory = { ...device.inventory, serialNumber: `${device.inventory.serialNumber}-${batch}` };
    const runner = new AgentRunner({
      fresh: device,
      file: memoryAgentFile(),
      openLink: async (identity: StoredIdentity | undefined) => {
        const { device: deviceEnd, server } = memoryLink(identity === undefined ? null : summarize(identity.certificate, authority));
        stub.accept(server);
        return deviceEnd;
      },
      identities,
      onNote: () => {},
      onTrouble: () => {},
    });
    runners.push(runner);
    runner.start();
    runner.tell({ type: 'enroll', token });
  }
  return {
    close() {
      for (const runner of runners) runner.close();
    },
  };
}
