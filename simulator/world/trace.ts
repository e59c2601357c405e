/**
 * The digest of a run: a hash of each device's life, both sides, and over them a sum. Because it is a sum, neither the order in which
 * devices were lived nor how they were dealt out to shards matters; because each life is hashed in its own order, everything in it does.
 * Check-ins at which nothing happened are not in it one by one (a world may skip them), but their number and the last one are.
 */
import type { DeviceNote } from '../../agent/device/effects.ts';
import { hash32, hashString } from '../../runtime/random.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';

/** 32 hexadecimal digits. @param lanes of each shard */
export function digestOf(lanes: readonly (readonly number[])[]): string {
  const sums = [0, 1, 2, 3].map((lane) => lanes.reduce((sum, one) => (sum + (one[lane] as number)) >>> 0, 0));
  return sums.map((sum) => sum.toString(16).padStart(8, '0')).join('');
}

export class Trace {
  readonly #a: Uint32Array;
  readonly #b: Uint32Array;
  /** Of what has no order within its instant: two messages to groups take turns, and whose turn it is depends on how many members there are. */
  readonly #unordered = [0, 0, 0, 0];

  constructor(devices: number) {
    this.#a = new Uint32Array(devices).fill(1);
    this.#b = new Uint32Array(devices).fill(2);
  }

  deviceSaid(index: number, note: DeviceNote, now: number): void {
    const text = deviceText(note);
    if (text !== null) this.#add(index, text, now);
  }

  serverSaid(index: number, note: ServerNote, now: number): void {
    const text = serverText(note);
    if (text === null) return;
    if (note.kind === 'notification-pushed') this.#addUnordered(`${note.deviceId} ${text}`, now);
    else this.#add(index, text, now);
  }

  /** Adds how a device ended. */
  close(index: number, text: string): void {
    this.#add(index, text, 0);
  }

  /** Four sums over the devices' hashes: those of shards add up to those of the fleet. */
  lanes(): number[] {
    const lanes = [...this.#unordered];
    for (let i = 0; i < this.#a.length; i++) {
      const a = this.#a[i] as number;
      const b = this.#b[i] as number;
      for (let lane = 0; lane < 4; lane++) lanes[lane] = ((lanes[lane] as number) + hash32(a ^ hash32(lane, 0x6d6f), b + lane)) >>> 0;
    }
    return lanes;
  }

  /** One device's life: 16 hexadecimal digits. */
  life(index: number): string {
    return [this.#a, this.#b].map((words) => (words[index] as number).toString(16).padStart(8, '0')).join('');
  }

  digest(): string {
    return digestOf([this.lanes()]);
  }

  #addUnordered(text: string, now: number): void {
    const word = hashString(text, Math.floor(now / 4_294_967_296));
    for (let lane = 0; lane < 4; lane++) {
      this.#unordered[lane] = ((this.#unordered[lane] as number) + hash32(word ^ hash32(lane, 0x6e74), now | 0)) >>> 0;
    }
  }

  #add(index: number, text: string, now: number): void {
    const word = hashString(text, Math.floor(now / 4_294_967_296));
    this.#a[index] = hash32(this.#a[index] as number, word ^ (now | 0));
    this.#b[index] = hash32((this.#b[index] as number) ^ (now | 0), word);
  }
}

function deviceText(note: DeviceNote): string | null {
  switch (note.kind) {
    case 'check-in':
    case 'quiet-check-ins':
      return null;
    case 'enrolled':
      return `d enrolled ${note.deviceId} ${note.notAfter}`;
    case 'command':
      return `d command ${note.commandId} ${note.redelivered}`;
    case 'executed':
      return `d executed ${note.commandId} ${note.status}`;
    case 'replaced':
      return `d replaced ${note.serialNumber}`;
    case 'renewed':
      return `d renewed ${note.notAfter}`;
    case 'screen':
      return `d screen ${note.screen}`;
    case 'refused':
      return `d refused ${note.code}`;
    case 'unenrolled':
      return 'd unenrolled';
    case 'wiped':
      return `d wiped ${note.reported}`;
    case 'link-lost':
      return `d link-lost ${note.reason}`;
    case 'user-input':
      return `d input ${note.outcome}`;
    case 'configured':
      return `d configured ${note.version}`;
    case 'access':
      return `d access ${note.app} ${note.outcome}`;
    case 'activation':
      return `d activation ${note.outcome}`;
    case 'apps':
      return `d apps ${note.installed.join()} ${note.removed.join()}`;
    case 'power':
      return `d power ${note.power}`;
    case 'notice':
      return `d notice ${note.title}`;
    case 'notification':
      return `d notification ${note.notificationId} ${note.shown} ${note.afterMs}`;
    case 'sound':
      return `d sound ${note.minutes}`;
  }
}

function serverText(note: ServerNote): string | null {
  switch (note.kind) {
    case 'checked-in':
    case 'queue-changed':
    // What is asked outside is in the device's own notes; what waits shows when it is sent.
    case 'configuration-waits':
    case 'outside-answered':
    case 'compliance-waits':
    case 'access-waits':
    case 'mail-queued':
      return null;
    case 'enrolled':
      return `s enrolled ${note.serialNumber}`;
    case 'command-queued':
    case 'command-delivered':
    case 'command-postponed':
      return `s ${note.kind} ${note.commandId} ${note.action}`;
    case 'command-finished':
      return `s finished ${note.commandId} ${note.status}`;
    case 'compliance-changed':
      return `s compliance ${note.to}`;
    case 'noncompliance-action':
      return `s ${note.action} ${note.policyId} ${note.dueAt} ${note.outcome}`;
    case 'mail-sent':
    case 'mail-postponed':
    case 'mail-failed':
    case 'mail-not-sent':
      return `s ${note.kind} ${note.mailId}`;
    case 'notification-refused':
      return `s notification-refused ${note.againAt}`;
    case 'notification-sent':
      return `s notification-sent ${note.notificationId}`;
    case 'notification-pushed':
      return `s notification ${note.notificationId} ${note.outcome}`;
    case 'push-sent':
      return `s push ${note.outcome}`;
    case 'certificate-issued':
    case 'certificate-replaced':
      return `s ${note.kind} ${note.serialNumber}`;
    case 'certificate-expired':
      return `s expired ${note.notAfter}`;
    case 'refused':
      return `s refused ${note.code}`;
    case 'record-hidden':
    case 'record-shown':
    case 'renewal-failed':
      return `s ${note.kind}`;
    case 'record-removed':
      return `s removed ${note.why}`;
    case 'configuration-sent':
      return `s configuration ${note.version}`;
    case 'bypass-code-issued':
      return `s bypass-code ${note.expiresAt}`;
  }
}
