/** Rows of a run's file that nobody but the recorder knows at the end of a run (recorder.ts). Devices by their numbers in the fleet. */

/** A certificate that was issued, and what became of it. */
export interface IssuedCertificate {
  index: number;
  deviceId: string;
  /** Upper-case hexadecimal. */
  serialNumber: string;
  purpose: 'enroll' | 'renew';
  issuedAt: number;
  notBefore: number;
  notAfter: number;
  /** Its device came with the next one. */
  replacedAt: number | null;
  /** The service acted on its end. */
  expiredAt: number | null;
}

/** A record of a device: it has another one each time that it is enrolled. */
export interface RecordLife {
  index: number;
  deviceId: string;
  /** Of the device, when it was enrolled. */
  serialNumber: string;
  enrolledAt: number;
  removedAt: number | null;
  removedWhy: string | null;
}

export interface ComplianceChange {
  index: number;
  at: number;
  from: string;
  to: string;
}

/** An action that was asked for and never accepted. */
export interface Refusal {
  index: number;
  at: number;
  action: string;
  by: string;
  why: string;
}

/** What a fault did to a device, all that was of one sort. */
export interface FaultHits {
  index: number;
  fault: string;
  effect: string;
  count: number;
  firstAt: number;
  lastAt: number;
}

export interface Recorded {
  readonly certificates: readonly IssuedCertificate[];
  readonly records: readonly RecordLife[];
  readonly complianceChanges: readonly ComplianceChange[];
  readonly refusals: readonly Refusal[];
  readonly faultHits: Iterable<FaultHits>;
  /** What happened to a device (by its number in the fleet), as JSON (event-log.ts); null: no events were kept. */
  events(index: number): string | null;
}
