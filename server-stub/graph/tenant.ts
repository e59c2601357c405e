/** The tenant as Graph sees it: what the routes of this folder ask of the core, and a request and an answer as plain data. */
import type { Command } from '../../protocol/commands.ts';
import type { CommandRecord, DeviceRecord } from '../core/records.ts';

export interface GraphTenant {
  /** Visible records only: a deleted one is not found. */
  device(id: string): DeviceRecord | undefined;
  /** Visible records in the order of their ids, beginning after `afterId`. */
  devicesAfter(afterId: string | null): Iterable<DeviceRecord>;
  commandsOf(deviceId: string): CommandRecord[];
  /** Queues an action. `refused`: this kind of device can never do it, and why. */
  issue(deviceId: string, command: Command, initiatedBy: string): { refused: string | null };
  /** Hides the record at once and lets its device be retired or wiped at its next check-in. */
  deleteDevice(deviceId: string, initiatedBy: string): void;
}

export interface GraphRequest {
  method: string;
  /** Scheme, host and port that the caller used, without a slash at the end: what links in answers begin with. */
  origin: string;
  /** Still percent-encoded, version included: `/v1.0/deviceManagement/managedDevices`. */
  path: string;
  /** Still percent-encoded, without the question mark. */
  query: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
  /** '' when there is none. */
  body: string;
  /** GUID of this request, made at the edge. */
  requestId: string;
  /** The stub's clock. */
  now: number;
  /** User principal name of the caller. */
  caller: string;
}

export interface GraphResponse {
  status: number;
  headers: Record<string, string>;
  /** '' when there is none. */
  body: string;
}
