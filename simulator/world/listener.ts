/** Whoever follows the machines; nothing of it changes what happens. Devices are told apart by their numbers. */
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { DeviceRecord } from '../../server-stub/core/records.ts';
import type { FaultEffect } from './faults/fault-tally.ts';

export interface Listener {
  deviceSaid(index: number, note: DeviceNote, now: number): void;
  serverSaid(index: number, note: ServerNote, now: number): void;
  /** What the service said of no device of these. */
  tenantSaid?(note: ServerNote, now: number): void;
  /** The network went or came by itself. */
  network(index: number, available: boolean, now: number): void;
  /** A frame was sent over the device's link. Absent: nobody asks. */
  frame?(index: number, from: 'device' | 'service', message: DeviceMessage | ServerMessage, now: number): void;
  /** A fault begins or ends for the device, or did something to it. */
  fault?(index: number, name: string, what: 'begins' | 'ends' | FaultEffect, now: number): void;
  /** The newest record of the device may be another one than it was; undefined: it is gone. */
  recordChanged(index: number, record: DeviceRecord | undefined): void;
}
