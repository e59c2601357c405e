/** Each checker hears a sequence that it must pass, and a smallest one that it must not: no check that cannot fail. */
import { describe, expect, it } from 'vitest';
import type { DeviceNote } from '../../agent/device/effects.ts';
import type { EnrollmentType } from '../../protocol/platforms.ts';
import type { ServerNote } from '../../server-stub/core/effects.ts';
import type { ScheduledActionType } from '../../server-stub/core/policy-records.ts';
import type { CommandRecord, DeviceRecord } from '../../server-stub/core/records.ts';
import { createMemoryStore } from '../../server-stub/store/memory-store.ts';
import { nothingPlanted } from '../tenant/seed.ts';
import { allCheckers } from './checkers.ts';
import { accessPolicyOf, policyOf } from './compliance.fixture.ts';
import { scenarioOf } from './scenario.fixture.ts';

const anew = 'device-1-anew';
type Said = [note: DeviceNote | ServerNote, now?: number];
interface Row {
  checker: string;
  fails: string;
  passing: Said[];
  failing: Said[];
  /** What the store holds at the end. */
  commands?: Partial<CommandRecord>[];
  recordLeft?: boolean;
  enrollment?: EnrollmentType;
}

/** A scenario that gives reason for all of them. */
const judged = scenarioOf({
  devices: 3,
  tenant: {
    ...scenarioOf().tenant,
    planted: { ...nothingPlanted, compliancePolicies: [policyOf('P', 'iosCompliancePolicy')], conditionalAccess: [accessPolicyOf()] },
  },
});

const dayMs = 86_400_000;
const deviceId = 'device-1';
const queued: ServerNote = { kind: 'command-queued', deviceId, commandId: 'c', action: 'wipe' };
const finished: ServerNote = { kind: 'command-finished', deviceId, commandId: 'c', action: 'wipe', status: 'acknowledged' };
const executed: DeviceNote = { kind: 'executed', commandId: 'c', command: 'wipe', status: 'acknowledged' };
const wiped: DeviceNote = { kind: 'wiped', reported: true };
const retired: DeviceNote = { kind: 'unenrolled', by: 'retire' };
const enrolled: DeviceNote = { kind: 'enrolled', deviceId, notAfter: 1000 };
const checkIn: DeviceNote = { kind: 'check-in', trigger: 'push' };
const quiet: DeviceNote = { kind: 'quiet-check-ins', count: 1, last: 5 };
const issued: ServerNote = { kind: 'certificate-issued', deviceId, purpose: 'enroll', serialNumber: 'A', notBefore: 0, notAfter: 1000 };
const delivered = (certificateNotAfter: number): ServerNote => {
  return { kind: 'command-delivered', deviceId, commandId: 'c', action: 'wipe', deliveries: 1, certificateNotAfter };
};
const checkedIn: ServerNote = { kind: 'checked-in', deviceId, trigger: 'schedule' };
const removed: ServerNote = { kind: 'record-removed', deviceId, why: 'expired', notAfter: 1000 };
const changed = (open: number): ServerNote => ({ kind: 'queue-changed', deviceId, open });
const due = 1000 + 180 * dayMs;

const marked: ServerNote = { kind: 'compliance-changed', deviceId, from: 'compliant', to: 'noncompliant' };
const kept: ServerNote = { kind: 'compliance-changed', deviceId, from: 'noncompliant', to: 'compliant' };
const letIn: Extract<DeviceNote, { kind: 'access' }> = { kind: 'access', app: 'outlook', outcome: 'allowed' };
const fired = (action: ScheduledActionType, dueAt: number): ServerNote => {
  return { kind: 'noncompliance-action', deviceId, policyId: 'P', actionId: 'A', action, dueAt, outcome: 'done', why: null };
};
const mail = (kind: 'mail-queued' | 'mail-postponed' | 'mail-sent'): ServerNote => ({ kind, deviceId, mailId: 'M', why: null });

const issuedAnew: ServerNote = { ...issued, deviceId: anew };
const code: ServerNote = { kind: 'bypass-code-issued', deviceId, serialNumber: 'S', expiresAt: 15 * dayMs };
const tried = (outcome: 'allowed' | 'code-expired'): ServerNote => ({
  kind: 'outside-answered',
  deviceId: null,
  serialNumber: 'S',
  service: 'activation',
  outcome,
  by: 'code',
});
const retireCame: DeviceNote = { kind: 'command', commandId: 'c', command: 'retire', redelivered: false };

const rows: Row[] = [
  { checker: 'one-final-state', fails: 'a second end', passing: [[queued], [finished]], failing: [[queued], [finished], [finished]] },
  {
    checker: 'one-final-state',
    fails: 'an end of nothing',
    passing: [[queued]],
    failing: [[finished]],
    commands: [{ id: 'c', status: 'queued' }],
    recordLeft: true,
  },
  {
    checker: 'one-final-state',
    fails: 'a command that waits for a record that is gone',
    passing: [[queued], [finished]],
    failing: [[queued]],
    commands: [{ id: 'c', status: 'queued' }],
  },
  {
    checker: 'one-final-state',
    fails: 'a second beginning',
    passing: [[queued], [finished]],
    failing: [[queued], [finished], [queued], [finished]],
  },
  {
    checker: 'one-final-state',
    fails: 'an end in the store that was never told',
    passing: [[queued], [finished]],
    failing: [[queued]],
    commands: [{ id: 'c', status: 'acknowledged' }],
  },
  { checker: 'executed-at-most-once', fails: 'a second execution', passing: [[executed]], failing: [[executed], [executed]] },
  { checker: 'nothing-after-the-end', fails: 'an execution', passing: [[executed], [wiped]], failing: [[wiped], [executed]] },
  { checker: 'nothing-after-the-end', fails: 'a check-in', passing: [[wiped], [enrolled], [checkIn]], failing: [[wiped], [checkIn]] },
  { checker: 'nothing-after-the-end', fails: 'quiet check-ins', passing: [[quiet], [retired]], failing: [[retired], [quiet]] },
  {
    checker: 'no-delivery-when-expired',
    fails: 'a delivery a millisecond late',
    passing: [[issued], [delivered(1000), 1000]],
    failing: [[issued], [delivered(1000), 1001]],
  },
  {
    checker: 'no-delivery-when-expired',
    fails: 'a delivery over a link of an older certificate',
    passing: [[issued], [delivered(900), 900]],
    failing: [[issued], [delivered(900), 901]],
  },
  {
    checker: 'removed-at-180-days',
    fails: 'a removal too early',
    passing: [[issued], [removed, due]],
    failing: [[issued], [removed, due - 1]],
  },
  {
    checker: 'removed-at-180-days',
    fails: 'a removal too late',
    passing: [[issued], [removed, due]],
    failing: [[issued], [removed, due + 1]],
  },
  {
    checker: 'removed-at-180-days',
    fails: 'the removal of a device in touch',
    passing: [[issued], [checkedIn, 1000], [removed, due]],
    failing: [[issued], [checkedIn, 1001], [removed, due]],
  },
  {
    checker: 'removed-at-180-days',
    fails: 'a record that stays',
    passing: [[issued], [{ ...issued, notAfter: 200 * dayMs }]],
    failing: [[issued]],
    recordLeft: true,
  },
  {
    checker: 'queue-adds-up',
    fails: 'a command lost',
    passing: [[queued], [changed(1)], [finished], [changed(0)]],
    failing: [[queued], [changed(0)], [finished]],
  },
  { checker: 'queue-adds-up', fails: 'a command too many', passing: [[changed(0)]], failing: [[changed(1)]] },
  {
    checker: 'queue-adds-up',
    fails: 'a store that holds another number',
    passing: [[queued], [changed(1)]],
    failing: [[changed(0)]],
    commands: [{ id: 'c', status: 'delivered' }],
  },
  {
    checker: 'queue-adds-up',
    fails: 'a command of an earlier record that is lost',
    passing: [
      [queued],
      [changed(1)],
      [issuedAnew],
      [{ ...queued, deviceId: anew }],
      [{ ...changed(1), deviceId: anew }],
      [finished],
      [changed(0)],
      [{ ...finished, deviceId: anew }],
    ],
    failing: [
      [queued],
      [changed(1)],
      [issuedAnew],
      [{ ...queued, deviceId: anew }],
      [{ ...changed(2), deviceId: anew }],
      [finished],
      [changed(0)],
      [{ ...finished, deviceId: anew }],
    ],
  },
  {
    checker: 'removed-at-180-days',
    fails: 'an earlier record that goes when its successor would',
    passing: [[issued], [{ ...issuedAnew, notAfter: 5000 }], [removed, due]],
    failing: [[issued], [{ ...issuedAnew, notAfter: 5000 }], [removed, due + 4000]],
  },
  {
    checker: 'nothing-delivered-after-its-end',
    fails: 'a delivery of what was taken back',
    passing: [[queued], [delivered(due)], [{ ...finished, status: 'canceled' }]],
    failing: [[queued], [{ ...finished, status: 'canceled' }], [delivered(due)]],
  },
  {
    checker: 'nothing-delivered-after-its-end',
    fails: 'a delivery of what has ended in another way',
    passing: [[queued], [delivered(due)], [{ ...finished, status: 'expired' }]],
    failing: [[queued], [{ ...finished, status: 'expired' }], [delivered(due)]],
  },
  {
    checker: 'bypass-codes-end',
    fails: 'a code that lives too long',
    passing: [[code, 0]],
    failing: [[{ ...code, expiresAt: 16 * dayMs }, 0]],
  },
  {
    checker: 'bypass-codes-end',
    fails: 'a code that opens after its end',
    passing: [
      [code, 0],
      [tried('allowed'), 15 * dayMs],
    ],
    failing: [
      [code, 0],
      [tried('allowed'), 15 * dayMs + 1],
    ],
  },
  {
    checker: 'bypass-codes-end',
    fails: 'a code that is refused as expired while it lives',
    passing: [
      [code, 0],
      [tried('code-expired'), 15 * dayMs + 1],
    ],
    failing: [
      [code, 0],
      [tried('code-expired'), 15 * dayMs],
    ],
  },
  {
    checker: 'users-apps-stay',
    fails: 'a retire that takes the user’s own app',
    passing: [[retireCame], [{ kind: 'apps', installed: [], removed: ['Contoso Mail'] }]],
    failing: [[retireCame], [{ kind: 'apps', installed: [], removed: ['Chess'] }]],
  },
  {
    checker: 'noncompliance-actions-once',
    fails: 'an action that comes twice in a spell',
    passing: [[marked], [fired('notification', 0)], [fired('notification', dayMs), dayMs]],
    failing: [[marked], [fired('notification', 0)], [fired('notification', 0), dayMs]],
  },
  {
    checker: 'noncompliance-actions-once',
    fails: 'an action before its day',
    passing: [[marked], [fired('remoteLock', dayMs), dayMs]],
    failing: [[marked], [fired('remoteLock', dayMs), dayMs - 1]],
  },
  {
    checker: 'noncompliance-actions-once',
    fails: 'an action for a device that keeps its policies again',
    passing: [[marked], [fired('remoteLock', 0)], [kept]],
    failing: [[marked], [kept], [fired('remoteLock', 0)]],
  },
  {
    checker: 'noncompliance-actions-once',
    fails: 'an action for a record that is gone',
    passing: [[marked], [fired('remoteLock', 0)], [removed]],
    failing: [[marked], [removed], [fired('remoteLock', 0)]],
  },
  {
    checker: 'nothing-for-jamf',
    fails: 'a lock of a device that is managed by Jamf',
    enrollment: 'jamf',
    passing: [[marked], [fired('block', 0)]],
    failing: [[marked], [fired('remoteLock', 0)]],
  },
  {
    checker: 'mails-once',
    fails: 'a mail that is sent twice',
    passing: [[mail('mail-queued')], [mail('mail-postponed')], [mail('mail-sent')]],
    failing: [[mail('mail-queued')], [mail('mail-sent')], [mail('mail-sent')]],
  },
  {
    checker: 'noncompliant-stays-out',
    fails: 'an app that is let in on a device that is marked',
    passing: [[kept], [letIn], [marked], [{ ...letIn, outcome: 'device-not-compliant' }]],
    failing: [[kept], [marked], [letIn]],
  },
];

const deviceKinds = new Set(['access', 'command', 'apps', 'executed', 'wiped', 'unenrolled', 'check-in', 'quiet-check-ins']);

function looksAtNone(): never {
  throw new Error('None of these looks at a device.');
}

function verdictOf(row: Row, said: Said[]) {
  const store = createMemoryStore();
  for (const command of row.commands ?? []) store.addCommand({ deviceId, ...command } as CommandRecord);
  if (row.recordLeft === true) store.saveDevice({ id: deviceId } as DeviceRecord);
  const checker = allCheckers(judged, looksAtNone).find(({ name }) => name === row.checker);
  if (checker === undefined) throw new Error(`There is no checker ${row.checker}.`);
  checker.start?.(1, { group: 'phones', platform: 'ios', enrollment: row.enrollment ?? 'device', user: '', apps: ['Chess'] });
  for (const [note, now = 0] of said) {
    if (deviceKinds.has(note.kind) || note === enrolled) checker.device?.(1, note as DeviceNote, now);
    else checker.server?.(1, note as ServerNote, now);
  }
  checker.end?.(store, [null, deviceId, null], due + 1);
  return checker.verdict();
}

describe('checkers', () => {
  it.each(rows)('M-09 $checker fails for $fails', (row) => {
    expect(verdictOf(row, row.passing)).toMatchObject({ name: row.checker, passed: true });
    const verdict = verdictOf(row, row.failing);
    expect(verdict).toMatchObject({ name: row.checker, passed: false });
    expect(verdict.detail).toMatch(/^\d+ violations: device 1 at .+Z: /);
  });

  it.each(rows.filter(({ failing }) => failing.some(([note]) => note === checkIn || note === checkedIn)))(
    'M-09 $checker, which fails for $fails, asks to be told of check-ins',
    ({ checker }) => {
      expect(allCheckers(judged, looksAtNone).find(({ name }) => name === checker)?.hearsCheckIns).toBe(true);
    },
  );

  it('have each been seen to fail', () => {
    expect(new Set(rows.map(({ checker }) => checker))).toEqual(new Set(allCheckers(judged, looksAtNone).map(({ name }) => name)));
  });

  it('show the first few violations and count the rest', () => {
    const row = rows.find(({ checker }) => checker === 'executed-at-most-once') as Row;
    const { detail } = verdictOf(
      row,
      Array.from({ length: 11 }, () => [executed]),
    );
    expect(detail).toMatch(/^10 violations/);
    expect(detail.split(';')).toHaveLength(3);
  });
});
