/** A device machine on a bench: what it wishes for is written down, and its server is whatever the test says. */
import type { Command } from '../../protocol/commands.ts';
import type { DeviceMessage, Inventory, ServerMessage } from '../../protocol/messages.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { DeviceInput, DeviceNote, DeviceOut } from './effects.ts';
import { type DeviceState, type DeviceTraits, newDevice } from './state.ts';
import { step } from './step.ts';

export const benchStart = Date.UTC(2030, 0, 1);

export const inventory: Inventory = {
  platform: 'ios',
  enrollment: 'device',
  serialNumber: 'MF0000001',
  deviceName: 'Adele’s iPhone',
  manufacturer: 'Apple',
  model: 'iPhone 15',
  osVersion: '17.5',
  userPrincipalName: 'adele@contoso.example',
};

export class Bench {
  now = benchStart;
  readonly state: DeviceState;
  /** Since the last `tell`. */
  wishes: string[] = [];
  sent: DeviceMessage[] = [];
  notes: DeviceNote[] = [];

  constructor(change: Partial<Inventory> = {}, traits?: DeviceTraits) {
    this.state = newDevice({ ...inventory, ...change }, 0xc0ffee, traits);
  }

  tell(input: DeviceInput): this {
    this.wishes = [];
    this.sent = [];
    this.notes = [];
    step(this.state, input, this.now, this.out);
    return this;
  }

  hear(message: ServerMessage): this {
    return this.tell({ type: 'message', message });
  }

  command(commandId: string, command: Command): this {
    return this.hear({ type: 'command', commandId, command });
  }

  issued(type: 'enrolled' | 'renewed', requestId: string, serialNumber = '4A'): this {
    const notAfter = this.now + 365 * dayMs;
    return this.hear({
      type,
      requestId,
      deviceId: 'device-1',
      certificate: `pem ${serialNumber}`,
      serialNumber,
      notBefore: this.now,
      notAfter,
      renewFrom: notAfter - 30 * dayMs,
    });
  }

  /** Enrolled, checked in, idle on an open link. */
  enrolled(): this {
    this.tell({ type: 'enroll', token: 'letmein' });
    this.tell({ type: 'csr-created', requestId: this.state.requestId ?? '', csr: 'csr' });
    this.tell({ type: 'link-opened' });
    this.issued('enrolled', this.state.requestId ?? '');
    this.tell({ type: 'link-opened' });
    return this.hear({ type: 'check-in-done' });
  }

  readonly out: DeviceOut = {
    openLink: (identity) => void this.wishes.push(`open-link ${identity}`),
    send: (message) => {
      this.wishes.push(`send ${message.type}`);
      this.sent.push(message);
    },
    closeLink: (reason) => void this.wishes.push(`close-link ${reason}`),
    createCsr: (requestId) => void this.wishes.push(`create-csr ${requestId}`),
    saveIdentity: (_requestId, pem) => void this.wishes.push(`save-identity ${pem}`),
    eraseIdentity: () => void this.wishes.push('erase-identity'),
    note: (note) => void this.notes.push(note),
  };
}
