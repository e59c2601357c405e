/** What `simulate` hands out of single devices: read from the parts that the shards have left. */
import Database from 'better-sqlite3';
import { SimulateError } from './simulate-error.ts';

/** Instants are ISO 8601, UTC. */
export interface SimulatedDevice {
  /** Its number in the fleet, from 0. */
  index: number;
  /** The group of the scenario's fleet that it is of. */
  group: string;
  name: string;
  serialNumber: string;
  platform: string;
  enrollment: string;
  /** Its record's managementState; `removed` and `not-enrolled` where it has none. */
  state: string;
  /** The device's own view: `enrolled`, `wiped`, … */
  phase: string;
  /** Those that it lived, executed or not. */
  checkIns: number;
  /** Of its (last) enrolment. */
  deviceId: string | null;
  /** From here on: of its record; null where it has none. */
  userPrincipalName: string | null;
  model: string | null;
  osVersion: string | null;
  complianceState: string | null;
  enrolledAt: string | null;
  lastSyncAt: string | null;
  certificateNotAfter: string | null;
  removedAt: string | null;
  /** `expired`, `deleted`, … */
  removedWhy: string | null;
}

export interface SimulatedAction {
  id: string;
  /** The number of the device in the fleet. */
  index: number;
  deviceId: string;
  /** What was asked for. */
  action: string;
  /** How it ended, or that it waits still: `acknowledged`, `not-supported`, `failed`, `expired`, `canceled`, `queued`, `delivered`, … */
  status: string;
  initiatedBy: string;
  requestedAt: string;
  deliveredAt: string | null;
  finishedAt: string | null;
  deliveries: number;
  errorCode: number | null;
}

const deviceColumns: Record<keyof SimulatedDevice, string> = {
  index: 'device_index',
  group: 'group_name',
  name: 'name',
  serialNumber: 'serial_number',
  platform: 'platform',
  enrollment: 'enrollment',
  state: 'state',
  phase: 'phase',
  checkIns: 'check_ins',
  deviceId: 'device_id',
  userPrincipalName: 'user_principal_name',
  model: 'model',
  osVersion: 'os_version',
  complianceState: 'compliance_state',
  enrolledAt: 'enrolled_at',
  lastSyncAt: 'last_sync_at',
  certificateNotAfter: 'certificate_not_after',
  removedAt: 'removed_at',
  removedWhy: 'removed_why',
};

const actionColumns: Record<keyof SimulatedAction, string> = {
  id: 'id',
  index: 'device_index',
  deviceId: 'device_id',
  action: 'action',
  status: 'status',
  initiatedBy: 'initiated_by',
  requestedAt: 'requested_at',
  deliveredAt: 'delivered_at',
  finishedAt: 'finished_at',
  deliveries: 'deliveries',
  errorCode: 'error_code',
};

export class SimulatedRows {
  /** Paths, in the order of the devices. */
  parts: readonly string[] = [];
  readonly #remove: () => void;
  #isClosed = false;

  /** @param remove what they lie in */
  constructor(remove: () => void) {
    this.#remove = remove;
  }

  devices(): Iterable<SimulatedDevice> {
    return this.#rows<SimulatedDevice>(`SELECT ${selected(deviceColumns)} FROM devices ORDER BY device_index`);
  }

  actions(): Iterable<SimulatedAction> {
    return this.#rows<SimulatedAction>(`SELECT ${selected(actionColumns)} FROM commands ORDER BY device_index, requested_at, id`);
  }

  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#remove();
  }

  /** @throws SimulateError `simulation-closed` */
  mustBeOpen(): void {
    if (this.#isClosed) throw new SimulateError('simulation-closed', 'This simulation is closed: what it kept of single devices is gone.');
  }

  #rows<Row>(sql: string): Iterable<Row> {
    this.mustBeOpen();
    return { [Symbol.iterator]: () => this.#read<Row>(sql) };
  }

  *#read<Row>(sql: string): Generator<Row> {
    for (const part of this.parts) {
      this.mustBeOpen();
      const database = new Database(part, { readonly: true });
      try {
        yield* database.prepare<[], Row>(sql).iterate();
      } finally {
        database.close();
      }
    }
  }
}

function selected(columns: Readonly<Record<string, string>>): string {
  return Object.entries(columns)
    .map(([name, column]) => `${column} AS "${name}"`)
    .join(', ');
}
