/** The devices of a scenario as real agents in this process: over WebSockets with mutual TLS, or over links in memory. */
import { type AgentFile, memoryAgentFile, type StoredIdentity } from '../../agent/agent-file.ts';
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { DeviceState } from '../../agent/device/state.ts';
import { askOverHttps } from '../../agent/outside.ts';
import { AgentRunner } from '../../agent/runner.ts';
import { webSocketLinks } from '../../agent/websocket-link.ts';
import type { Authority } from '../../certs/authority.ts';
import type { IdentityMaker } from '../../certs/identity.ts';
import { summarize } from '../../certs/summary.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import type { Link } from '../../runtime/link.ts';
import { memoryLink } from '../../runtime/memory-link.ts';
import type { NodeServer } from '../../server-stub/node-server.ts';
import type { Stub } from '../../server-stub/stub.ts';

/** How an agent reaches its stub. */
export interface Way {
  openLink(identity: StoredIdentity | undefined): Promise<Link>;
  ask(request: OutsideRequest): Promise<OutsideAnswer>;
  /** The device looks different; null: one that has no record yet. Absent: nobody wants to hear of it. */
  changed?(deviceId: string | null): void;
}

/** Links in memory: what the edge would have read from the certificate is read here. */
export function inMemory(stub: Stub, authority: Authority): Way {
  return {
    async openLink(identity) {
      const { device, server } = memoryLink(identity === undefined ? null : summarize(identity.certificate, authority));
      stub.accept(server);
      return device;
    },
    ask: async (request) => stub.ask(request),
    changed: (deviceId) => stub.handsChanged(deviceId),
  };
}

/** As an agent in another process would. */
export function overSockets(server: NodeServer, authority: Authority): Way {
  const ca = authority.certificatePem;
  return {
    openLink: webSocketLinks({ url: server.devices, ca }),
    ask: askOverHttps({ url: server.url, ca }),
  };
}

export interface AgentWishes {
  fresh: DeviceState;
  way: Way;
  identities: IdentityMaker;
  token: string;
  /** Where it keeps itself; absent: nowhere. */
  file?: AgentFile;
  onNote(note: DeviceNote): void;
  onTrouble(sentence: string): void;
}

/** An agent in this process; it is not switched on yet. */
export function createAgent({ fresh, way, identities, token, file = memoryAgentFile(), onNote, onTrouble }: AgentWishes): AgentRunner {
  const runner = new AgentRunner({
    fresh,
    file,
    openLink: (identity) => way.openLink(identity),
    ask: (request) => way.ask(request),
    identities,
    enrollmentToken: token,
    // The stub is in this process, and its time is moved: nothing is gained by waiting in real time.
    reopenMsMax: 0,
    onNote,
    onTrouble,
    ...(way.changed === undefined ? {} : { onChange: () => way.changed?.(runner.state.deviceId) }),
  });
  return runner;
}

/**
 * Whether something that the stub sent before this step of its clock may still be on its way to a retired device that has kept its link:
 * the stub itself waits for those that are managed.
 */
export function isBehind({ state, heardStep }: AgentRunner, step: number): boolean {
  return state.phase === 'retired' && state.link === 'open' && heardStep < step;
}

/** Whether nothing is under way at the device: it rests, or waits for an instant that has not come. */
export function rests({ state, now }: AgentRunner, nextDeadline: (state: DeviceState) => number): boolean {
  if (state.link === 'opening' || state.asked !== null || state.phase === 'enrolling' || state.phase === 'leaving') {
    // Out of reach, it will not get any further.
    const isCutOff = !state.network || state.power !== 'on' || state.reconnectAt !== null;
    if (!isCutOff || state.asked !== null) return false;
  }
  if (state.exchange !== 'none' && state.slow === null) return false;
  return nextDeadline(state) > now;
}
