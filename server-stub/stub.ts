/**
 * The live stub: one core, two doors. `fetch(Request)` is what administrators, users and control commands come through, `accept(Link)`
 * what devices come through; servers, msw and tests all use these two. Beside them `acceptHands(Link)` and `attach(Hands)`: the people
 * who hold the devices, which no real tenant hears of. Each input is one transaction of the core; what it wishes is done
 * after the commit, in order, so that nobody is told of what could still be lost.
 */
import type { Authority } from '../certs/authority.ts';
import { CertificateError } from '../certs/errors.ts';
import { decodeDeviceMessage, encode, ProtocolError } from '../protocol/codec.ts';
import type { Hands } from '../protocol/hands.ts';
import type { DeviceMessage, RefusalCode, ServerMessage } from '../protocol/messages.ts';
import type { OutsideAnswer, OutsideRequest } from '../protocol/outside.ts';
import type { ScaledClock } from '../runtime/clock.ts';
import type { Link } from '../runtime/link.ts';
import type { Log } from '../runtime/log.ts';
import type { ControlTenantOptions } from './control-tenant.ts';
import type { MailOutcome, MailRecord } from './core/directory-records.ts';
import type { LinkId, ServerNote, ServerOut, SigningRequest } from './core/effects.ts';
import { createServerCore, type ServerCore, type ServerInput } from './core/server-core.ts';
import type { CoreSettings } from './core/settings.ts';
import { createDoor } from './door.ts';
import { type GatheredInput, GatheredInputs, type Later } from './gathered-inputs.ts';
import type { GraphTenant } from './graph/tenant.ts';
import { createHandsDoor } from './hands-link.ts';
import { createHandsRegistry } from './hands-registry.ts';
import { linkFaults } from './link-faults.ts';
import { MailFaults } from './mail/mail-faults.ts';
import { MailsUnderWay } from './mail/mails-under-way.ts';
import { takeIn } from './mail/own-mailbox.ts';
import { logNote } from './note-log.ts';
import { portalPage } from './portal-pages.ts';
import type { Store } from './store/store.ts';
import { inputsOfTenant } from './tenant-inputs.ts';
import { type ClockLimits, TestClock } from './test-clock.ts';
import type { Troubles } from './troubles.ts';

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

interface OpenLink {
  link: Link;
  take: (one: GatheredInput) => void;
  /** What the device answered to the clock's latest step, and when it acts next. */
  doneStep: number;
  nextCheckIn: number;
  nextNoteworthy: number;
  nextSignIn: number;
}

export function createStub(options: StubOptions): Stub {
  const { store, authority, clock, settings, log, onNote } = options;
  let troubles: Troubles | null = null;
  const core = createServerCore(store, {
    ...settings,
    pushTrouble: (deviceId, now) => troubles?.push(deviceId, now) ?? { lateMs: 0 },
  });
  const links = new Map<LinkId, OpenLink>();
  const listeners = new Set<(note: ServerNote) => void>();
  let linkCount = 0;
  const { mailFaults = new MailFaults() } = options;
  const mailsUnderWay = new MailsUnderWay(options.mailPatienceMs);
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
      closeLink: (link, reason) => effects.push(() => dropLink(link, reason)),
      signCertificate: (request) => effects.push(() => sign(request)),
      sendMail: (mail) => effects.push(() => sendMail(mail)),
      note: (note) =>
        effects.push(() => {
          logNote(log, note, clock.now());
          onNote?.(note);
          for (const hear of listeners) hear(note);
        }),
    };
  }

  const send = (id: LinkId, message: ServerMessage) => links.get(id)?.link.send(encode(message));

  function dropLink(id: LinkId, reason: string): void {
    const open = links.get(id);
    links.delete(id);
    open?.link.close(reason);
  }

  /** Signing takes a millisecond; its outcome comes back as an input of its own. */
  function sign(request: SigningRequest): void {
    const take = links.get(request.link)?.take ?? takeAtOnce;
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
    if (!closed && !testClock.isAdvancing) cancelDeadline = clock.at(core.nextDeadline(), () => receive({ type: 'deadline' }));
  }

  const hands = createHandsRegistry();
  const tellClock = (one: Hands) => one.clockMoved?.(clock.now(), clock.speed);
  const clockFrame = (): ServerMessage => ({
    type: 'clock',
    step: testClock.step,
    now: clock.now(),
    speed: clock.speed,
    lived: testClock.isHopping,
  });
  const sendClock = (id: LinkId) => send(id, clockFrame());

  function accept(link: Link, later?: Later): void {
    if (closed) return link.close('stub-closed');
    const id = ++linkCount;
    const take = (one: GatheredInput) => (later === undefined ? takeAtOnce(one) : gathered.add(one, later));
    links.set(id, {
      link,
      take,
      doneStep: -1,
      nextCheckIn: Number.POSITIVE_INFINITY,
      nextNoteworthy: Number.POSITIVE_INFINITY,
      nextSignIn: Number.POSITIVE_INFINITY,
    });
    sendClock(id);
    take({ input: () => ({ type: 'link-opened', link: id, peer: link.peer }) });
    link.attach({
      frame: (text) => frameCame(id, text),
      fault: (kind) => fault(id, ...linkFaults[kind]),
      closed(reason) {
        let deviceId: string | null = null;
        take({
          input() {
            deviceId = core.deviceOn(id);
            links.delete(id);
            return { type: 'link-closed', link: id };
          },
          done: () => testClock.linkClosed(deviceId, reason),
        });
      },
    });
  }

  function takeAtOnce({ input, done }: GatheredInput): void {
    const one = input();
    if (one !== null) receive(one);
    done?.();
  }

  function frameCame(id: LinkId, text: string): void {
    const open = links.get(id);
    if (open === undefined) return;
    try {
      const message = decodeDeviceMessage(text);
      if (message.type === 'clock-done') {
        open.take({ input: () => clockDone(id, open, message), done: () => testClock.answered() });
      } else {
        // From now on nothing of the tenant's time waits for a device that has left.
        const done = message.type === 'left' ? () => testClock.answered() : undefined;
        open.take({ input: () => ({ type: 'message', link: id, message }), ...(done === undefined ? {} : { done }) });
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      fault(id, error.code, error.message);
    }
  }

  function clockDone(id: LinkId, open: OpenLink, message: Extract<DeviceMessage, { type: 'clock-done' }>): ServerInput | null {
    open.doneStep = message.step;
    open.nextCheckIn = message.nextCheckIn ?? Number.POSITIVE_INFINITY;
    open.nextNoteworthy = message.nextNoteworthy ?? Number.POSITIVE_INFINITY;
    open.nextSignIn = message.nextSignIn ?? Number.POSITIVE_INFINITY;
    const deviceId = core.deviceOn(id);
    return deviceId === null || message.lastCheckIn === null ? null : { type: 'quiet-check-ins', deviceId, last: message.lastCheckIn };
  }

  /** The peer broke the protocol: that link ends with a coded answer, and nothing else does. */
  function fault(id: LinkId, code: RefusalCode, message: string): void {
    gathered.takeAll();
    const open = links.get(id);
    if (open === undefined) return;
    log.warn({ event: 'refused', code, deviceId: core.deviceOn(id), remote: open.link.remote }, message);
    send(id, { type: 'refused', code, message });
    dropLink(id, code);
    receive({ type: 'link-closed', link: id });
  }

  const testClock: TestClock = new TestClock(
    {
      clock,
      save: (setting) => store.saveSetting('clock', JSON.stringify(setting)),
      nextDeadline: () => core.nextDeadline(),
      runDeadline: () => receive({ type: 'deadline' }),
      broadcast: () => {
        for (const id of links.keys()) sendClock(id);
        for (const one of hands.all()) tellClock(one);
        arm();
      },
      peers: () => {
        const peers = [];
        for (const [id, open] of links) {
          const deviceId = core.deviceOn(id);
          if (deviceId === null) continue;
          const checkInAt = core.workWaits(deviceId) ? open.nextCheckIn : Number.POSITIVE_INFINITY;
          const signInAt = core.accessWaits(deviceId) ? open.nextSignIn : Number.POSITIVE_INFINITY;
          peers.push({ id, deviceId, doneStep: open.doneStep, next: Math.min(checkInAt, signInAt, open.nextNoteworthy) });
        }
        return peers;
      },
      giveUp: (id) => fault(id, 'clock-timeout', 'The device did not follow the clock in time.'),
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
  const handsDoor = createHandsDoor({ registry: hands, tokens: settings, log, onAttached: tellClock });
  const door = createDoor({
    tenant,
    clock: testClock,
    hands,
    ask,
    adminToken,
    enrollmentToken,
    log,
    pages: portalPage,
    plantFile: options.plantFile,
    mailFaults,
    keys: { load: () => store.setting('token-key'), save: (text) => store.saveSetting('token-key', text) },
  });
  arm();

  return {
    clock: testClock,
    fetch: door,
    accept,
    turnAway(link, { code, message }) {
      link.send(encode(clockFrame()));
      link.send(encode({ type: 'refused', code, message }));
      link.close(code);
    },
    acceptHands: (link) => (closed ? link.close('stub-closed') : handsDoor.accept(link)),
    attach(one) {
      tellClock(one);
      return hands.attach(one);
    },
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
      gathered.takeAll();
      closed = true;
      cancelDeadline();
      testClock.close();
      handsDoor.close();
      for (const [id] of [...links]) dropLink(id, 'stub-closed');
    },
  };
}
