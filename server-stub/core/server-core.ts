/**
 * The management side as one deterministic machine: facts and the time in, wishes out. It never waits, reads a clock or opens anything;
 * what it must remember is in the store, and one input is one transaction. Sessions alone live outside of it: links end with the process.
 */
import type { DeviceMessage, Inventory } from '../../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../../protocol/outside.ts';
import type { PeerCertificate } from '../../runtime/link.ts';
import type { GraphTenant } from '../graph/tenant.ts';
import type { Store } from '../store/store.ts';
import { accessWaits } from './access-waits.ts';
import { escrowBypassCode } from './activation-lock.ts';
import { backInTouch, certificateEnded, comeBack, inactivityDue, removeExpired } from './cleanup.ts';
import { cancelOpen, deliverNext, takeResult } from './command-queue.ts';
import { validityDue, watchEveryone, watchUnlinked, watchValidity } from './compliance/activity.ts';
import { complianceTimer, evaluate, evaluateIfDue, judge } from './compliance/compliance.ts';
import { sendNotices } from './compliance/notice.ts';
import { configurationWaits, configurationWaitsFor, sendConfiguration } from './configuration.ts';
import { depart, removeRecord } from './departure.ts';
import type { MailOutcome } from './directory-records.ts';
import type { LinkId, ServerOut, SigningRequest } from './effects.ts';
import { certificateSigned, promote, requestEnrollment, requestRenewal, signingFailed } from './enrollment.ts';
import { takeInformation } from './information.ts';
import { deliverKept } from './notifications/deliver.ts';
import { FanOuts } from './notifications/fan-outs.ts';
import { PushService } from './notifications/push-service.ts';
import { RecentlyLeft } from './notifications/recently-left.ts';
import { nextVolatileAt, volatileDue } from './notifications/volatile.ts';
import { mailDue, mailTried } from './outbox.ts';
import { ensurePeople } from './people.ts';
import { deliverKeptNudge, pushDue } from './push.ts';
import type { DeviceRecord, ManagementState } from './records.ts';
import { type Core, endSession, judge as judgePeer, refuse, type Session, startSession } from './sessions.ts';
import type { CoreSettings } from './settings.ts';
import { answerOutside, tenantView } from './tenant-view.ts';

export type ServerInput =
  /** `peer`: what the edge knows of the certificate that was shown, null for none. */
  | { type: 'link-opened'; link: LinkId; peer: PeerCertificate | null }
  | { type: 'link-closed'; link: LinkId }
  | { type: 'message'; link: LinkId; message: DeviceMessage }
  | { type: 'certificate-signed'; request: SigningRequest; pem: string }
  | { type: 'csr-refused'; request: SigningRequest; message: string }
  /** The authority could not do it now; of a renewal. */
  | { type: 'signing-failed'; request: SigningRequest }
  /** A device checked in on schedule, nothing came of it, and the driver did not live it: the latest such check-in. */
  | { type: 'quiet-check-ins'; deviceId: string; last: number }
  /** What came of an attempt to send a mail (ServerOut.sendMail). */
  | { type: 'mail-tried'; mailId: string; outcome: MailOutcome }
  /** `nextDeadline` has come. */
  | { type: 'deadline' };

export interface ServerCore {
  /** Takes one fact in. @param now milliseconds on the stub's clock; never earlier than before */
  receive(input: ServerInput, now: number, out: ServerOut): void;
  /**
   * Several as one transaction, each asked for when the one before it was taken. A throw (a fault of ours, or of the disk) takes back all
   * of their writes, but nothing in memory: whoever drives the core must not go on with it.
   */
  receiveAll(inputs: Iterable<ServerInput>, now: number, out: ServerOut): void;
  /** When the core wants to be told `deadline`; Infinity for never. */
  nextDeadline(): number;
  /** The administrators' side at this instant, for Graph. Each call that changes something is one transaction. */
  tenant(now: number, out: ServerOut): GraphTenant;
  /** What a service outside the management answers a device: one transaction. */
  ask(request: OutsideRequest, now: number, out: ServerOut): OutsideAnswer;
  /** Whether a check-in of this device would bring it something: commands, or another configuration. */
  workWaits(deviceId: string): boolean;
  /** Whether an app of this device that has signed in would be told something else than last time, if it did now. */
  accessWaits(deviceId: string): boolean;
  /** The device that is on this link, if any. */
  deviceOn(link: LinkId): string | null;
  /** The link that the device holds, if any: then it is in touch. */
  linkOf(deviceId: string): LinkId | null;
}

type CheckIn = Extract<DeviceMessage, { type: 'check-in' }>;

/** A device that checks in in one of these may show that its certificate, seen to end, has not ended yet: the clock was set back. */
const endedStates: ReadonlySet<ManagementState> = new Set(['unhealthy', 'wipeFailed', 'retireFailed']);

export function createServerCore(store: Store, settings: CoreSettings): ServerCore {
  const core: Core = {
    store,
    settings,
    sessions: new Map(),
    sessionOf: new Map(),
    wanted: null,
    unlinked: new Set(),
    mailing: new Set(),
    push: null,
    pushes: new PushService(),
    fanOuts: new FanOuts(),
    afterCommit: [],
    left: new RecentlyLeft(),
  };
  watchEveryone(core);
  /** Inventories of enrollments whose certificate is being signed. */
  const enrolling = new Map<LinkId, Inventory>();
  let peopleAreThere = false;

  function linkOpened(link: LinkId, peer: PeerCertificate | null, now: number, out: ServerOut): void {
    const session: Session = { link, deviceId: peer?.subject ?? null, notAfter: peer?.notAfter ?? now, departing: false };
    if (peer === null) return startSession(core, session, out);
    const verdict = judgePeer(store, peer, now);
    if ('refusal' in verdict) return refuse(core, session, verdict.refusal, out);
    // The same text as the record's own: what is looked up by it is found without comparing its characters.
    session.deviceId = verdict.record.id;
    startSession(core, session, out);
    promote(core, verdict.record, peer.serialNumber, out);
    deliverKeptNudge(verdict.record, session, now, out);
    deliverKept(core, verdict.record, now, out);
  }

  function linkClosed(link: LinkId, now: number, out: ServerOut): void {
    enrolling.delete(link);
    core.left.linkClosed(link);
    const session = core.sessions.get(link);
    if (session === undefined) return;
    endSession(core, session);
    if (session.departing && session.deviceId !== null) departed(session.deviceId, now, out);
  }

  function departed(deviceId: string, now: number, out: ServerOut): void {
    cancelOpen(core, deviceId, now, out);
    depart(core, deviceId, out);
  }

  function messageCame(link: LinkId, message: DeviceMessage, now: number, out: ServerOut): void {
    const session = core.sessions.get(link);
    // Closed by us, and this was under way.
    if (session === undefined) return;
    if (message.type === 'enroll') {
      if (session.deviceId !== null || enrolling.has(link)) {
        return refuse(
          core,
          session,
          { code: 'message-unexpected', message: 'This link belongs to an enrolled device, or is enrolling one.' },
          out,
        );
      }
      const inventory = requestEnrollment(core, session, message, now, out);
      if (inventory !== undefined) enrolling.set(link, inventory);
      return;
    }
    if (message.type === 'clock-done') return;
    if (session.deviceId === null) {
      return refuse(
        core,
        session,
        { code: 'certificate-required', message: 'Only an enrollment may come without a client certificate.' },
        out,
      );
    }
    if (message.deviceId !== session.deviceId) {
      const sentence = `The certificate is that of device ${session.deviceId}, but the message speaks for ${message.deviceId}.`;
      return refuse(core, session, { code: 'identity-mismatch', message: sentence }, out);
    }
    const record = store.device(session.deviceId);
    if (record === undefined) {
      return refuse(core, session, { code: 'device-unknown', message: 'The record of this device was removed.' }, out);
    }
    deviceSays(session, record, message, now, out);
  }

  function deviceSays(
    session: Session,
    record: DeviceRecord,
    message: Exclude<DeviceMessage, { type: 'enroll' | 'clock-done' }>,
    now: number,
    out: ServerOut,
  ): void {
    switch (message.type) {
      case 'check-in':
        checkedIn(record, message, now, out);
        out.note({ kind: 'checked-in', deviceId: record.id, trigger: message.trigger });
        sendNotices(core, session, record, out);
        if (sendConfiguration(core, session, record, out)) escrowBypassCode(core, record, false, now, out);
        deliverNext(core, session, record.id, now, out);
        break;
      case 'device-information':
        takeInformation(core, record, message.information, now, out);
        break;
      case 'command-result':
        takeResult(core, session, record, message, now, out);
        break;
      case 'renew':
        requestRenewal(core, session, record, message.requestId, message.csr, now, out);
        break;
      case 'left':
        hasLeft(session, record, now, out);
        break;
      case 'unenroll':
        cancelOpen(core, record.id, now, out);
        removeRecord(core, record, 'unenrolled', out);
        endSession(core, session);
        out.closeLink(session.link, 'unenrolled');
        break;
    }
  }

  /** A retire is done and reported. The link stays, for notifications alone, until it is seen everywhere that the device has left. */
  function hasLeft(session: Session, record: DeviceRecord, now: number, out: ServerOut): void {
    if (!session.departing || session.leftUntil === undefined) {
      return refuse(core, session, { code: 'message-unexpected', message: 'The management of this device has not ended.' }, out);
    }
    const { id, inventory } = record;
    core.left.addDevice({ id, link: session.link, userKey: inventory.userPrincipalName.toLowerCase(), until: session.leftUntil });
    endSession(core, session);
    departed(id, now, out);
  }

  /** The time in which a device that leaves says so is over. On a clock that runs fast its word may still be on its way. */
  function departureDue(deviceId: string, now: number, out: ServerOut): void {
    const session = core.sessionOf.get(deviceId);
    const record = session?.leftUntil === undefined ? undefined : store.device(deviceId);
    if (session !== undefined && record !== undefined) hasLeft(session, record, now, out);
    else departed(deviceId, now, out);
  }

  function checkedIn(record: DeviceRecord, message: CheckIn, now: number, out: ServerOut): void {
    const { osVersion } = message;
    const configuration = message.configuration ?? null;
    const { compliance, inventory, nudgeKeptUntil, managementState } = record;
    const isConfigurationKnown = record.configuration === configuration;
    const isEvaluated = !compliance.due && (compliance.recheckAt === null || compliance.recheckAt > now);
    // Timers that look at a device from its latest check-in on are too late where the clock was set back since.
    const wentBack = record.lastSyncAt > now;
    const isAsBefore = isEvaluated && inventory.osVersion === osVersion && nudgeKeptUntil === null && !wentBack;
    if (isAsBefore && isConfigurationKnown && !endedStates.has(managementState) && !record.hidden) {
      // In the record at hand too: a configuration that follows saves it whole.
      record.lastSyncAt = now;
      store.touchDevice(record.id, now);
      return;
    }
    if (!isConfigurationKnown) configurationStated(record, configuration, out);
    record.lastSyncAt = now;
    const wasHidden = record.hidden;
    if (wasHidden) comeBack(core, record, out);
    if (endedStates.has(managementState)) backInTouch(core, record);
    if (inventory.osVersion !== osVersion) record.inventory = { ...inventory, osVersion };
    // What a nudge was for has happened.
    record.nudgeKeptUntil = null;
    store.saveDevice(record);
    if (wasHidden || wentBack) watchValidity(core, record, now);
    // Whoever could not be seen or reached has heard of nothing meanwhile.
    if (wasHidden) judge(core, record, now, out);
    else if (record.managementState !== managementState) evaluate(core, record, now, out);
    else evaluateIfDue(core, record, now, out);
  }

  /** The device names another configuration than it was thought to have: its word counts. */
  function configurationStated(record: DeviceRecord, configuration: string | null, out: ServerOut): void {
    const waited = configurationWaits(core, record);
    record.configuration = configuration;
    if (waited && !configurationWaits(core, record)) out.note({ kind: 'configuration-waits', deviceId: record.id, waits: false });
  }

  /** Never ahead of the stub's own clock, whatever a device says of itself, and never back, unless that clock itself was set back. */
  function quietlyCheckedIn(deviceId: string, last: number, now: number): void {
    const record = store.device(deviceId);
    if (record === undefined || last > now) return;
    if (last > record.lastSyncAt || record.lastSyncAt > now) store.touchDevice(deviceId, last);
  }

  function deadline(now: number, out: ServerOut): void {
    const timer = store.nextTimer();
    if (!volatileDue(core, timer?.at ?? Number.POSITIVE_INFINITY, now, out) || timer === undefined) return;
    // The one that comes most often, and always again: it is moved.
    if (timer.kind !== 'validity') store.setTimer(timer.deviceId, timer.kind, null);
    switch (timer.kind) {
      case 'push':
        return pushDue(core, timer.deviceId, now, out);
      case 'expiry':
        return certificateEnded(core, timer.deviceId, now, out);
      case 'removal':
        return removeExpired(core, timer.deviceId, now, out);
      case 'departure':
        return departureDue(timer.deviceId, now, out);
      case 'inactivity':
        return inactivityDue(core, timer.deviceId, now, out);
      case 'compliance':
        return complianceTimer(core, timer.deviceId, now, out);
      case 'validity':
        return validityDue(core, timer.deviceId, now, out);
      case 'mail':
        return mailDue(core, timer.deviceId, now, out);
    }
  }

  function take(input: ServerInput, now: number, out: ServerOut): void {
    core.fanOuts.clockShows(now);
    switch (input.type) {
      case 'link-opened':
        return linkOpened(input.link, input.peer, now, out);
      case 'link-closed':
        return linkClosed(input.link, now, out);
      case 'message':
        return messageCame(input.link, input.message, now, out);
      case 'certificate-signed': {
        const session = core.sessions.get(input.request.link);
        const inventory = enrolling.get(input.request.link);
        enrolling.delete(input.request.link);
        return certificateSigned(core, session, input.request, input.pem, inventory, now, out);
      }
      case 'csr-refused': {
        const session = core.sessions.get(input.request.link);
        enrolling.delete(input.request.link);
        if (session !== undefined) refuse(core, session, { code: 'csr-invalid', message: input.message }, out);
        return;
      }
      case 'signing-failed':
        return signingFailed(core.sessions.get(input.request.link), input.request, out);
      case 'quiet-check-ins':
        return quietlyCheckedIn(input.deviceId, input.last, now);
      case 'mail-tried':
        return mailTried(core, input.mailId, input.outcome, now, out);
      case 'deadline':
        return deadline(now, out);
    }
  }

  function takeWhole(input: ServerInput, now: number, out: ServerOut): void {
    take(input, now, out);
    if (core.unlinked.size > 0) watchUnlinked(core, now);
  }

  return {
    receive: (input, now, out) => store.transaction(() => takeWhole(input, now, out)),
    receiveAll: (inputs, now, out) =>
      store.transaction(() => {
        for (const input of inputs) takeWhole(input, now, out);
      }),
    nextDeadline: () => Math.min(store.nextTimer()?.at ?? Number.POSITIVE_INFINITY, nextVolatileAt(core)),
    workWaits(deviceId) {
      if (store.nextOpenCommand(deviceId) !== undefined || configurationWaitsFor(core, deviceId)) return true;
      const record = store.device(deviceId);
      if (record === undefined) return false;
      // A nudge that the device cannot hear is over with its next check-in.
      const isNudgedInVain = record.nudgeKeptUntil !== null && record.information?.security?.googlePlayServices === false;
      return record.hidden || record.compliance.due || record.notices.length > 0 || isNudgedInVain;
    },
    accessWaits(deviceId) {
      const record = store.device(deviceId);
      return record !== undefined && accessWaits(core, record);
    },
    deviceOn: (link) => core.sessions.get(link)?.deviceId ?? null,
    linkOf: (deviceId) => core.sessionOf.get(deviceId)?.link ?? null,
    ask: (request, now, out) => answerOutside(core, request, now, out),
    tenant(now, out) {
      if (!peopleAreThere) ensurePeople(core, now);
      peopleAreThere = true;
      return tenantView(core, now, out);
    },
  };
}
