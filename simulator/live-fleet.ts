/** A fleet that lives in the stub's own process, in the stub's time: the agents' own runner over memory links. */
import { type AgentFile, memoryAgentFile } from '../agent/agent-file.ts';
import type { DeviceState } from '../agent/device/state.ts';
import type { AgentRunner } from '../agent/runner.ts';
import type { Authority } from '../certs/authority.ts';
import type { IdentityMaker } from '../certs/identity.ts';
import { openKeyPool } from '../certs/key-pool.ts';
import type { Stub } from '../server-stub/stub.ts';
import { createAgent, inMemory } from './live/agents.ts';
import { findScenario } from './scenarios/catalogue.ts';
import { member } from './world/fleet.ts';

export interface LiveFleet {
  close(): void;
}

export interface Surroundings {
  stub: Stub;
  authority: Authority;
  token: string;
  /** Folder in which the shared keys, and what devices keep, are kept. */
  keys: string;
}

export interface LiveFleetOptions extends Surroundings {
  count: number;
}

/** Devices share a few keys: a key of its own costs each a third of a second. */
const keysShared = 4;

/** Devices of the default scenario's mix that live as long as this process. */
export class PassingFleet {
  readonly #devices: { fresh: DeviceState; file: AgentFile }[];

  constructor(count: number) {
    const { scenario } = findScenario('fleet-lifecycle');
    // The devices begin anew with every process, and so are new records: their serial numbers say so.
    const batch = Date.now().toString(36).toUpperCase();
    this.#devices = Array.from({ length: count }, (_, index) => {
      const { device } = member(scenario, index);
      device.inventory = { ...device.inventory, serialNumber: `${device.inventory.serialNumber}-${batch}` };
      return { fresh: device, file: memoryAgentFile() };
    });
  }

  /** Switches them on; closed, they keep what they have until they are switched on again. */
  start(surroundings: Surroundings): LiveFleet {
    const files = new Map(this.#devices.map(({ fresh, file }) => [fresh, file]));
    const switchOn = deviceSwitch(surroundings, (fresh) => files.get(fresh) ?? memoryAgentFile());
    const living = this.#devices.map(({ fresh }) => switchOn(fresh));
    return {
      close() {
        for (const switchOff of living) switchOff();
      },
    };
  }
}

/** Starts `count` devices of the default scenario's mix; resolves when all of them have begun to enrol. */
export async function startLiveFleet({ count, ...surroundings }: LiveFleetOptions): Promise<LiveFleet> {
  return new PassingFleet(count).start(surroundings);
}

/** Switches devices on, each with its own `fileOf`; returns how to switch it off. One that is new begins to enrol. */
export function deviceSwitch(
  { stub, authority, token, keys }: Surroundings,
  fileOf: (device: DeviceState) => AgentFile,
): (fresh: DeviceState) => () => void {
  const identities = oneByOne(openKeyPool(`${keys}/keys`, keysShared));
  const way = inMemory(stub, authority);
  return (fresh) => {
    const runner: AgentRunner = createAgent({ fresh, way, identities, token, file: fileOf(fresh), onNote: () => {}, onTrouble: () => {} });
    const letGo = stub.attach({
      view: () => runner.view(),
      act: async (act) => runner.act(act),
      clockMoved: (now, speed) => runner.clockMoved(now, speed),
    });
    runner.start();
    if (runner.state.phase === 'set-up') runner.tell({ type: 'enroll', token });
    return () => {
      letGo();
      runner.close();
    };
  };
}

/**
 * An enrolment goes on from its request without a break, and a whole fleet waits for the same first key: one begins after the other, and
 * whoever else waits for this process is served in between.
 */
function oneByOne(identities: IdentityMaker): IdentityMaker {
  let before: Promise<unknown> = Promise.resolve();
  return {
    async createRequest(requestId, subject) {
      const turn = before.then(() => new Promise((resolve) => void setImmediate(resolve)));
      before = turn;
      await turn;
      return identities.createRequest(requestId, subject);
    },
  };
}
