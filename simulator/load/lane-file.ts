/**
 * What a device of a load run keeps of itself: its identity, in memory. As memoryAgentFile, without an object for each of its functions:
 * there are tens of thousands of them in a process.
 */
import type { AgentFile, StoredIdentity } from '../../agent/agent-file.ts';
import type { DeviceState } from '../../agent/device/state.ts';

/** What one run leaves to the next. */
export interface KeptDevice {
  index: number;
  state: DeviceState;
  /** The device's clock, ms. */
  now: number;
  identity: StoredIdentity | null;
}

export class LaneFile implements AgentFile {
  readonly #kept: KeptDevice | undefined;
  #identity: StoredIdentity | undefined;
  /** A device asks for one certificate at a time. */
  #requestId = '';
  #privateKey = '';

  constructor(kept?: KeptDevice) {
    this.#kept = kept;
    this.#identity = kept?.identity ?? undefined;
  }

  load(): { state: DeviceState; now: number } | undefined {
    return this.#kept;
  }

  identity(): StoredIdentity | undefined {
    return this.#identity;
  }

  transaction(work: () => void): void {
    work();
  }

  saveRequestedKey(requestId: string, privateKey: string): void {
    this.#requestId = requestId;
    this.#privateKey = privateKey;
  }

  saveIdentity(requestId: string, certificate: string): void {
    if (requestId !== this.#requestId) throw new Error(`A certificate came for request ${requestId}, whose key is not there.`);
    this.#identity = { certificate, privateKey: this.#privateKey };
  }

  eraseIdentity(): void {
    this.#identity = undefined;
  }

  saveState(): void {}
  appendEvent(): void {}
  close(): void {}
}
