/** The core on a bench: devices are links that a test speaks on, certificates are signed at once, and all that is wished for is written down. */
import type { Command, CommandType } from '../../protocol/commands.ts';
import type { DeviceInformation } from '../../protocol/device-information.ts';
import type { DeviceMessage, Inventory, RefusalCode, ServerMessage } from '../../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import { dayMs, secondMs } from '../../runtime/duration.ts';
import type { PeerCertificate } from '../../runtime/link.ts';
import type { GraphTenant, Initiator } from '../graph/tenant.ts';
import { createMemoryStore } from '../store/memory-store.ts';
import type { Store } from '../store/store.ts';
import type { MailRecord } from './directory-records.ts';
import type { LinkId, ServerNote, ServerOut, SigningRequest } from './effects.ts';
import type { ActionName, DeviceRecord } from './records.ts';
import { createServerCore, type ServerCore } from './server-core.ts';
import type { CoreSettings, TenantConfiguration } from './settings.ts';
import { pushAtOnce } from './settings.ts';

export const benchStart = Date.UTC(2030, 0, 1);
export const admin = 'admin@contoso.example';
export const administrator: Initiator = { name: admin, isUser: false };

export const newPhone: DeviceInformation = {
  deviceName: 'Phone',
  osVersion: '17.5',
  jailBroken: false,
  encrypted: true,
  passcode: false,
  workProfilePasscode: null,
  resetToken: 'none',
  lostMode: false,
  activationLock: false,
  activeUser: null,
  apps: [],
};

/** A device as far as the core can tell: an id and the newest certificate. */
export interface Enrolled {
  id: string;
  peer: PeerCertificate;
  requestId: string;
}

export class CoreBench {
  now = benchStart;
  readonly store: Store;
  readonly core: ServerCore;
  sent: { link: LinkId; message: ServerMessage }[] = [];
  closed: { link: LinkId; reason: string }[] = [];
  signing: SigningRequest[] = [];
  notes: ServerNote[] = [];
  mails: MailRecord[] = [];
  #links = 0;

  /** @param store of an earlier bench: the server was started again */
  constructor(settings: Partial<CoreSettings> = {}, store: Store = createMemoryStore()) {
    this.store = store;
    this.core = createServerCore(this.store, {
      seed: 'bench',
      enrollmentToken: 'letmein',
      renewalWindowMs: 30 * dayMs,
      push: { ...pushAtOnce, latency: { kind: 'constant', ms: 5 * secondMs } },
      ...settings,
    });
  }

  readonly out: ServerOut = {
    send: (link, message) => void this.sent.push({ link, message }),
    closeLink: (link, reason) => void this.closed.push({ link, reason }),
    signCertificate: (request) => void this.signing.push(request),
    sendMail: (mail) => void this.mails.push(mail),
    note: (note) => void this.notes.push(note),
  };

  open(peer: PeerCertificate | null): LinkId {
    const link = ++this.#links;
    this.core.receive({ type: 'link-opened', link, peer }, this.now, this.out);
    return link;
  }

  close(link: LinkId): void {
    this.core.receive({ type: 'link-closed', link }, this.now, this.out);
  }

  say(link: LinkId, message: DeviceMessage): ServerMessage[] {
    const before = this.sent.length;
    this.core.receive({ type: 'message', link, message }, this.now, this.out);
    return this.sent.slice(before).flatMap((one) => (one.link === link ? [one.message] : []));
  }

  /** Signs what waits to be signed. */
  sign(): ServerMessage[] {
    const before = this.sent.length;
    for (const request of this.signing.splice(0)) {
      this.core.receive({ type: 'certificate-signed', request, pem: `pem of ${request.serialNumber}` }, this.now, this.out);
    }
    return this.sent.slice(before).map(({ message }) => message);
  }

  request(change: Partial<Extract<DeviceMessage, { type: 'enroll' }>> = {}, inventory: Partial<Inventory> = {}): DeviceMessage {
    return {
      type: 'enroll',
      requestId: 'request-1',
      token: 'letmein',
      csr: 'csr',
      inventory: {
        platform: 'ios',
        enrollment: 'device',
        serialNumber: 'MF0000001',
        deviceName: 'Phone',
        manufacturer: 'Apple',
        model: 'iPhone 15',
        osVersion: '17.5',
        userPrincipalName: 'adele@contoso.example',
        ...inventory,
      },
      ...change,
    };
  }

  enroll(requestId = 'request-1', inventory: Partial<Inventory> = {}): Enrolled {
    const link = this.open(null);
    this.say(link, this.request({ requestId }, inventory));
    const answer = this.sign().at(-1);
    this.close(link);
    if (answer?.type !== 'enrolled') throw new Error(`not enrolled, but ${JSON.stringify(answer)}`);
    const { deviceId: id, serialNumber, notBefore, notAfter } = answer;
    return { id, requestId, peer: { subject: id, serialNumber, notBefore, notAfter, trusted: true } };
  }

  /** @param configuration the version that the device says it has */
  checkIn(link: LinkId, { id }: Enrolled, configuration?: string): ServerMessage[] {
    return this.say(link, { type: 'check-in', deviceId: id, trigger: 'schedule', osVersion: '17.5', configuration });
  }

  /** The device's answer to a command. */
  answer(
    link: LinkId,
    { id }: Enrolled,
    commandId: string,
    status: 'acknowledged' | 'failed' | 'not-now' | 'not-supported',
    errorCode?: number,
  ) {
    const code = errorCode === undefined ? {} : { errorCode };
    return this.say(link, { type: 'command-result', deviceId: id, commandId, status, ...code });
  }

  /** The administrators' side, now. */
  get tenant(): GraphTenant {
    return this.core.tenant(this.now, this.out);
  }

  issue({ id }: Enrolled, type: CommandType, parameters: object = {}, by: Initiator = administrator): string | null {
    return this.tenant.issue(id, { type, parameters } as Command, by).refused;
  }

  cancel({ id }: Enrolled, action: ActionName, by: Initiator = administrator): ReturnType<GraphTenant['cancel']> {
    return this.tenant.cancel(id, action, by);
  }

  delete({ id }: Enrolled): void {
    this.tenant.deleteDevice(id, administrator);
  }

  ask(request: OutsideRequest): OutsideAnswer {
    return this.core.ask(request, this.now, this.out);
  }

  /** The device tells about itself; what is not named is as on a new phone. */
  tell(link: LinkId, { id }: Enrolled, change: Partial<DeviceInformation> = {}): ServerMessage[] {
    return this.say(link, { type: 'device-information', deviceId: id, information: { ...newPhone, ...change } });
  }

  configure(change: Partial<TenantConfiguration>): void {
    this.tenant.configure(change, administrator);
  }

  pass(ms: number): void {
    const until = this.now + ms;
    for (let at = this.core.nextDeadline(); at <= until; at = this.core.nextDeadline()) {
      this.now = Math.max(this.now, at);
      this.core.receive({ type: 'deadline' }, this.now, this.out);
    }
    this.now = until;
  }

  record({ id }: Enrolled): DeviceRecord | undefined {
    return this.store.device(id);
  }

  statuses({ id }: Enrolled): string[] {
    return this.store.commandsOf(id).map(({ action, status }) => `${action} ${status}`);
  }

  /** What this link was refused with last, if it was closed for it. */
  refusal(link: LinkId): RefusalCode | undefined {
    const message = this.sent.findLast((one) => one.link === link)?.message;
    if (message?.type !== 'refused' || !this.closed.some((one) => one.link === link && one.reason === message.code)) return undefined;
    return message.code;
  }

  audits(): string[] {
    return [...this.store.audits()].map(({ activity, actor }) => `${activity} by ${actor}`).reverse();
  }
}

/** The command among these messages. */
export function commandIn(messages: readonly ServerMessage[]): Extract<ServerMessage, { type: 'command' }> {
  const command = messages.find((message) => message.type === 'command');
  if (command === undefined) throw new Error(`no command in ${JSON.stringify(messages)}`);
  return command;
}
