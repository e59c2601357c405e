/**
 * The live stub: one core, two doors. `fetch(Request)` is what administrators, users and control commands come through, `accept(Link)`
 * what devices come through; servers, msw and tests all use these two. Beside them `acceptHands(Link)` and `attach(Hands)`: the people
 * who hold the devices, which no real tenant hears of. Each input is one transaction of the core; what it wishes is done
 * after the commit, in order, so that nobody is told of what could still be lost.
 */
import type { Authority } from '../certs/authority.ts';
import { CertificateError } from '../certs/errors.ts';
import type { Hands } from '../protocol/hands.ts';
import type { RefusalCode, ServerMessage } from '../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../protocol/outside.ts';
import type { ScaledClock } from '../runtime/clock.ts';
import type { Link } from '../runtime/link.ts';
import type { Log } from '../runtime/log.ts';
import { consoleFiles } from './console-files.ts';
import type { FleetKeeper } from './control-fleet.ts';
import type { ControlTenantOptions } from './control-tenant.ts';
import type { MailOutcome, MailRecord } from './core/directory-records.ts';
import type { LinkId, ServerNote, ServerOut, SigningRequest } from './core/effects.ts';
import { deviceNameOf } from './core/records.ts';
import { createServerCore, type ServerCore, type ServerInput } from './core/server-core.ts';
import type { CoreSettings } from './core/settings.ts';
import { createDeviceDoor } from './device-door.ts';
import { createDoor } from './door.ts';
import { EventHub } from './event-hub.ts';
import { FaultyLinks } from './faulty-links.ts';
import { GatheredInputs, type Later } from './gathered-inputs.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { createHandsDoor } from './hands-link.ts';
import { createHandsRegistry } from './hands-registry.ts';
import { MailFaults } from './mail/mail-faults.ts';
import { MailsUnderWay } from './mail/mails-under-way.ts';
import { takeIn } from './mail/own-mailbox.ts';
import { nextHappenings } from './next-happenings.ts';
import { logNote } from './note-log.ts';
import { OpenLinks } from './open-links.ts';
import { portalPage } from './portal-pages.ts';
import type { ScenarioPlayer } from './scenario-player.ts';
import { StateHistory } from './state-history.ts';
import type { Store } from './store/store.ts';
import { inputsOfTenant } from './tenant-inputs.ts';
import { type ClockLimits, TestClock } from './test-clock.ts';
import type { Troubles } from './troubles.ts';
import { watchedStore } from './watched-store.ts';

export interface StubOptions {
  store: Store;
  authority: Authority;
  clock: ScaledClock;
  settings: CoreSettings;
  /** Bearer token of the administrator. */
  adminToken: string;
  log: Log;
  /** Hears every note of the core after its commit. */
  onNote?: (note: ServerNote) => void;
  /** Plants a tenant file that was sent to `/mockfleet/tenant`. */
  plantFile?: ControlTenantOptions['plantFile'];
  /** Plays scenarios in place of this tenant. */
  scenarios?: ScenarioPlayer | undefined;
  /** Keeps devices that are added to this process. */
  fleet?: FleetKeeper | undefined;
  /** Whether a record is another tenant's, which is not served now: who holds its device is turned away until it is. */
  isElsewhere?: ((deviceId: string) => boolean) | undefined;
  /** Hands mails to a mail server; absent: the stub's own mailbox takes them in within the process. */
  mailer?: Mailer;
  /** What that mailbox is asked to refuse; given by whoever puts it on a port. */
  mailFaults?: MailFaults;
  /** How long mail servers are waited for while the clock is advanced, in real ms. */
  mailPatienceMs?: number;
  /** How long devices are waited for while the clock is advanced. */
  clockLimits?: Partial<ClockLimits>;
}

/** A way to mail servers. */
export interface Mailer {
  /** One attempt for the addresses in `pending`. Never rejects: what goes wrong is an outcome. */
  send(mail: MailRecord): Promise<MailOutcome>;
}

export interface Stub {
  readonly clock: TestClock;
  /** What it tells by itself to those who look at it. */
  readonly events: EventHub;
  /** The door for requests: Graph, the portal, control, and what devices ask outside of their management. */
  fetch(request: Request): Promise<Response>;
  /** The devices' door. @param later what comes over this link within a turn is gathered until it calls back; absent: each frame is taken at once */
  accept(link: Link, later?: Later): void;
  /** The same door, when there is no room: the device hears why, and that it may come back. */
  turnAway(link: Link, why: { code: RefusalCode; message: string }): void;
  /** The door of those who hold devices in other processes (sub-protocol `mockfleet.hands.v1`). */
  acceptHands(link: Link): void;
  /** A device of this process, in somebody's hands: from now on control requests reach it. Returns how to let go of it. */
  attach(hands: Hands): () => void;
  /** A device of this process looks different from before; null: one that has no record. */
  handsChanged(deviceId: string | null): void;
  /** What `POST /outside` does, for devices of this process. */
  ask(request: OutsideRequest): OutsideAnswer;
  /** For drivers of this process: they play the administrators by name, listen, and let time pass step by step. */
  readonly inside: StubInside;
  /** Closes every link; the store is its owner's to close. */
  close(): void;
}

export interface StubInside {
  /** The tenant now; each call that changes something is an input of its own. */
  tenant(): GraphTenant;
  /** When the core wants to act next; Infinity for never. */
  nextDeadline(): number;
  /** Whether the next check-in of this device finds something. */
  workWaits(deviceId: string): boolean;
  /** Whether an app of this device would be told something else than last time, if it signed in now. */
  accessWaits(deviceId: string): boolean;
  /** Hears every note of the core after its commit. Returns how to stop. */
  listen(hear: (note: ServerNote) => void): () => void;
  /** From now on these things go wrong; null: nothing does. */
  suffer(troubles: Troubles | null): void;
}

/** Real time of one transaction. */
const deadlinesMsMax = 10;
const toldAtOnce = 25;

export function createStub(options: StubOptions): Stub {
  const { store, authority, clock, settings, log, onNote } = options;
  let troubles: Troubles | null = null;
  const events = new EventHub({
    clock: () => testClock.show(),
    deviceName: (deviceId) => {
      const record = store.device(deviceId);
      return record === undefined ? undefined : deviceNameOf(record);
    },
  });
  const history = new StateHistory({
    now: () => clock.now(),
    managementCounts: () => store.managementCounts(),
    complianceCounts: () => store.complianceCounts(),
    load: () => store.setting('history'),
    save: (text) => store.saveSetting('history', text),
    onPoint: () => events.changed('history'),
  });
  const core = createServerCore(
    watchedStore(store, events, {
      devices: () => history.changed(),
      waits: (deviceId) => links.waitsMayHaveChanged(deviceId),
    }),
    {
      ...settings,
      pushTrouble: (deviceId, now) => troubles?.push(deviceId, now) ?? { lateMs: 0 },
    },
  );
  const links: OpenLinks = new OpenLinks({ core, clockFrame: () => clockFrame(), isHopping: () => testClock.isHopping });
  const listeners = new Set<(note: ServerNote) => void>();
  const { mailFaults = new MailFaults() } = options;
  const mailsUnderWay = new MailsUnderWay(options.mailPatienceMs);
  const faultyLinks = new FaultyLinks(settings.seed);
  let cancelDeadline = () => {};
  let closed = false;

  const gathered = new GatheredInputs((inputs) => {
    if (!closed) run((_core, now, out) => core.receiveAll(inputs, now, out));
  });

  /** As `run`, after what came before it. */
  function act<T>(work: (core: ServerCore, now: number, out: ServerOut) => T): T {
    gathered.takeAll();
    return run(work);
  }

  /** Runs `work` against the core, then does what it wished, then waits for the next deadline. */
  function run<T>(work: (core: ServerCore, now: number, out: ServerOut) => T): T {
    const effects: (() => void)[] = [];
    const result = work(core, clock.now(), collect(effects));
    for (const effect of effects) effect();
    arm();
    return result;
  }

  const receive = (input: ServerInput) => {
    if (!closed) act((_core, now, out) => core.receive(input, now, out));
  };

  function collect(effects: (() => void)[]): ServerOut {
    return {
      send: (link, message) => effects.push(() => send(link, message)),
      closeLink: (link, reason) => effects.push(() => links.drop(link, reason)),
      signCertificate: (request) => effects.push(() => sign(request)),
      sendMail: (mail) => effects.push(() => sendMail(mail)),
      note: (note) =>
        effects.push(() => {
          logNote(log, note, clock.now());
          onNote?.(note);
          events.noted(note, clock.now());
          for (const hear of listeners) hear(note);
        }),
    };
  }

  const send = (id: LinkId, message: ServerMessage) => links.send(id, message);

  /** Signing takes a millisecond; its outcome comes back as an input of its own. */
  function sign(request: SigningRequest): void {
    const take = links.get(request.link)?.take ?? deviceDoor.takeAtOnce;
    const signed = (input: ServerInput) => take({ input: () => input });
    queueMicrotask(() => {
      if (request.purpose === 'renew' && troubles?.failsRenewal(request, clock.now()) === true)
        return signed({ type: 'signing-failed', request });
      const { csr, deviceId: subject, serialNumber, notBefore, notAfter } = request;
      try {
        const pem = authority.issueForCsr({ csr, subject, serialNumber, notBefore, notAfter });
        signed({ type: 'certificate-signed', request, pem });
      } catch (error) {
        if (!(error instanceof CertificateError)) throw error;
        signed({ type: 'csr-refused', request, message: error.message });
      }
    });
  }

  /** A mail server takes its time; its answer comes back as an input of its own. */
  function sendMail(mail: MailRecord): void {
    const answered = mailsUnderWay.begin();
    const trouble = troubles?.mail(mail, clock.now()) ?? null;
    void (trouble === null ? mailer.send(mail) : Promise.resolve(trouble)).then((outcome) => {
      answered();
      receive({ type: 'mail-tried', mailId: mail.id, outcome });
      testClock.answered();
    });
  }

  function arm(): void {
    cancelDeadline();
    if (!closed && !testClock.isAdvancing) cancelDeadline = clock.at(core.nextDeadline(), () => runDeadlines());
  }

  /** What is due, for a moment: one transaction, and one wait for the disk, for all of it. */
  function runDeadlines(): void {
    if (closed) return;
    const until = performance.now() + deadlinesMsMax;
    act((_core, now, out) => {
      const isDue = () => core.nextDeadline() <= now && performance.now() < until;
      return core.receiveAll(
        (function* () {
          while (isDue()) yield { type: 'deadline' } as const;
        })(),
        now,
        out,
      );
    });
  }

  /** Tells devices the time, and the people who hold them; very many in pieces, so that whoever asks something meanwhile is answered. */
  async function tell(whom: 'everyone' | 'concerned'): Promise<void> {
    for (const one of hands.all()) tellClock(one);
    events.clockMoved();
    arm();
    const { step } = testClock;
    let count = 0;
    for (const id of whom === 'everyone' ? links.ids() : links.concernedAt(clock.now())) {
      links.tell(id);
      if (++count % toldAtOnce > 0) continue;
      await new Promise<void>((resolve) => void setImmediate(resolve));
      if (testClock.step !== step) return;
    }
  }

  const hands = createHandsRegistry(handsChanged);
  /** Whoever did something to it may have changed what it does next. */
  function handsChanged(deviceId: string | null): void {
    events.changed('hands', deviceId);
    const link = deviceId === null ? null : core.linkOf(deviceId);
    if (link !== null) links.acted(link);
  }

  const tellClock = (one: Hands) => one.clockMoved?.(clock.now(), clock.speed);
  const clockFrame = (): Extract<ServerMessage, { type: 'clock' }> => ({
    type: 'clock',
    step: testClock.step,
    now: clock.now(),
    speed: clock.speed,
    lived: testClock.isHopping,
  });

  const deviceDoor = createDeviceDoor({
    core,
    links,
    faultyLinks,
    gathered,
    receive,
    log,
    clockFrame,
    answered: () => testClock.answered(),
    linkClosed: (deviceId, reason) => testClock.linkClosed(deviceId, reason),
  });
  const testClock: TestClock = new TestClock(
    {
      clock,
      save: (setting) => store.saveSetting('clock', JSON.stringify(setting)),
      nextDeadline: () => core.nextDeadline(),
      hearTime: () => receive({ type: 'deadline' }),
      runDeadlines,
      tell,
      isAnyoneLate: () => links.isAnyoneLate(),
      giveUp() {
        for (const id of links.late()) deviceDoor.fault(id, 'clock-timeout', 'The device did not follow the clock in time.');
      },
      isLinked: (deviceId) => core.linkOf(deviceId) !== null,
      nextOfDevices: () => links.nextAfter(clock.now()),
      passed: (isEnd) => history.passed(isEnd),
      mailsUntil: () => mailsUnderWay.waitedForUntil(),
    },
    options.clockLimits,
  );

  function tenant(): GraphTenant {
    return inputsOfTenant(core.tenant(clock.now(), collect([])), (work) => act((_core, now, out) => work(core.tenant(now, out))));
  }

  const mailer: Mailer = options.mailer ?? { send: async (mail) => takeIn(tenant(), mail, mailFaults) };
  const ask = (request: OutsideRequest): OutsideAnswer => act((_core, now, out) => core.ask(request, now, out));
  const { adminToken } = options;
  const { enrollmentToken } = settings;
  const handsDoor = createHandsDoor({
    registry: hands,
    tokens: settings,
    log,
    onAttached: tellClock,
    isElsewhere: options.isElsewhere,
    onChanged: ({ deviceId }) => handsChanged(deviceId),
  });
  const door = createDoor({
    tenant,
    clock: testClock,
    hands,
    ask,
    adminToken,
    enrollmentToken,
    log,
    pages: portalPage,
    console: consoleFiles(),
    plantFile: options.plantFile,
    scenarios: options.scenarios,
    fleet: options.fleet,
    mailFaults,
    faultyLinks,
    events,
    lifetime: {
      history,
      next: () =>
        nextHappenings({
          store,
          now: clock.now(),
          isLinked: (deviceId) => core.linkOf(deviceId) !== null,
          renewalWindowMs: settings.renewalWindowMs,
          cleanupDays: tenant().cleanupDays(),
        }),
    },
    keys: { load: () => store.setting('token-key'), save: (text) => store.saveSetting('token-key', text) },
  });
  arm();

  return {
    clock: testClock,
    events,
    fetch: door,
    accept: (link, later) => (closed ? link.close('stub-closed') : deviceDoor.accept(link, later)),
    turnAway: deviceDoor.turnAway,
    acceptHands: (link) => (closed ? link.close('stub-closed') : handsDoor.accept(link)),
    attach(one) {
      tellClock(one);
      return hands.attach(one);
    },
    handsChanged,
    ask,
    inside: {
      tenant,
      nextDeadline: () => core.nextDeadline(),
      workWaits: (deviceId) => core.workWaits(deviceId),
      accessWaits: (deviceId) => core.accessWaits(deviceId),
      listen(hear) {
        listeners.add(hear);
        return () => void listeners.delete(hear);
      },
      suffer(which) {
        troubles = which;
      },
    },
    close() {
      if (closed) return;
      gathered.takeAll();
      closed = true;
      cancelDeadline();
      testClock.close();
      history.close();
      events.close();
      handsDoor.close();
      for (const id of links.ids()) links.drop(id, 'stub-closed');
      faultyLinks.close();
    },
  };
}
