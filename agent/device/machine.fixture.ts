/** A device machine on a bench: what it wishes for is written down, and its server is whatever the test says. */
import type { Command } from '../../protocol/commands.ts';
import { type Configuration, policyDefault } from '../../protocol/device-information.ts';
import type { Behavior, DeviceChange } from '../../protocol/hands.ts';
import type { DeviceMessage, Inventory, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import type { InputOutcome, UserInput } from '../../protocol/screens.ts';
import { dayMs } from '../../runtime/duration.ts';
import type { DeviceInput, DeviceNote, DeviceOut } from './effects.ts';
import { type DeviceState, type DeviceTraits, newDevice, type Possessions, type SignInPlan } from './state.ts';
import { nextDeadline, step } from './step.ts';

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

/** The habit of doing this with these commands. (A literal with `then` reads as a promise to linters.) */
export function habit(on: Behavior['on'], then: Behavior['then'], more: Omit<Behavior, 'on' | 'then'> = {}): Behavior {
  return { on, then, ...more };
}

export class Bench {
  now = benchStart;
  readonly state: DeviceState;
  /** Since the last `tell`. */
  wishes: string[] = [];
  sent: DeviceMessage[] = [];
  notes: DeviceNote[] = [];
  /** Ever asked. */
  readonly asked: { id: number; request: OutsideRequest }[] = [];

  constructor(
    change: Partial<Inventory> = {},
    traits?: DeviceTraits,
    has: Partial<Possessions> = {},
    behaviors: readonly Behavior[] = [],
    signIns: SignInPlan | null = null,
  ) {
    this.state = newDevice({ ...inventory, ...change }, 0xc0ffee, traits, has, behaviors, signIns);
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

  /** Lets the device check in now, as its user asks for it. */
  checkIn(): this {
    return this.tell({ type: 'user-synced' });
  }

  done(): this {
    return this.hear({ type: 'check-in-done' });
  }

  /** One whole check-in with this command in it, its result taken: that is what was sent. */
  obeys(command: Command, commandId = 'c'): this {
    const { notes, sent } = this.checkIn().command(commandId, command);
    this.hear({ type: 'result-accepted', commandId });
    const last = this.notes;
    if (this.state.exchange === 'check-in') this.done();
    this.notes = [...notes, ...last];
    this.sent = sent.filter(({ type }) => type === 'command-result');
    return this;
  }

  /** One whole check-in with this configuration in it. */
  configured(change: Partial<Configuration> = {}): this {
    const configuration = { ...policyDefault, version: `v${Object.values(change).join()}`.slice(0, 64), apps: [], ...change };
    this.checkIn().hear({ type: 'configuration', configuration });
    const { notes, sent } = this;
    this.done();
    this.notes = notes;
    this.sent = sent;
    return this;
  }

  /** Types or presses, and says what came of it. */
  input(input: UserInput, token?: string): InputOutcome | undefined {
    this.tell({ type: 'user-input', input, token });
    return this.notes.flatMap((note) => (note.kind === 'user-input' ? [note.outcome] : []))[0];
  }

  press(button: string, values?: Record<string, string>): InputOutcome | undefined {
    return this.input(values === undefined ? { press: button } : { press: button, values });
  }

  change(change: DeviceChange): this {
    return this.tell({ type: 'changed', change });
  }

  answer(answer: OutsideAnswer): this {
    return this.tell({ type: 'outside-answered', id: this.asked.at(-1)?.id ?? 0, answer });
  }

  /** At its next deadline. */
  wait(): this {
    this.now = nextDeadline(this.state);
    return this.tell({ type: 'deadline' });
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
    return this.tell({ type: 'enroll', token: 'letmein' }).enrolledFrom();
  }

  /** The same, from an enrollment that was begun. */
  enrolledFrom(): this {
    this.tell({ type: 'csr-created', requestId: this.state.requestId ?? '', csr: 'csr' });
    this.tell({ type: 'link-opened' });
    this.issued('enrolled', this.state.requestId ?? '');
    this.tell({ type: 'link-opened' });
    return this.done();
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
    ask: (id, request) => {
      this.wishes.push(`ask ${request.service}`);
      this.asked.push({ id, request });
    },
    note: (note) => void this.notes.push(note),
  };
}
