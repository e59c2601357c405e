/** A tenant in a test: machines in virtual time behind the stub's core and the stub's door, in the process, without a port. */
import type { HttpHandler } from 'msw';
import type { Log } from '../../runtime/log.ts';
import { wrongThrottleChange } from '../../server-stub/control-throttle.ts';
import { createDoor } from '../../server-stub/door.ts';
import { createHandsRegistry } from '../../server-stub/hands-registry.ts';
import { MailFaults } from '../../server-stub/mail/mail-faults.ts';
import { graphHandlers } from '../../server-stub/msw.ts';
import { createThrottle, type ThrottleChange } from '../../server-stub/throttle.ts';
import { Clock } from './clock.ts';
import { TenantDevices } from './devices.ts';
import type { Engine } from './engine.ts';
import { TenantError } from './errors.ts';
import { type Mailbox, openMailbox } from './mailbox.ts';
import { type GroupNotification, type NotifyOutcome, notifyGroups } from './notify.ts';
import { Push } from './push.ts';

export interface Tenant {
  /** For msw's `setupServer` or `setupWorker`: all of https://graph.microsoft.com and of https://login.microsoftonline.com. */
  readonly handlers: HttpHandler[];
  readonly devices: TenantDevices;
  readonly clock: Clock;
  readonly mailbox: Mailbox;
  /** How pushes come through. Without a word about it none is lost, and each arrives at once. */
  readonly push: Push;
  /** Bearer token of the first administrator, admin@contoso.example. */
  readonly token: string;
  /** What enrols a device, and the password of people who have none of their own. */
  readonly enrollmentToken: string;
  /** Where Graph is: https://graph.microsoft.com */
  readonly url: string;
  /**
   * Sends a custom notification to the people in groups: `{ title, body, groups: ['Field'] }`.
   * @throws TenantError `notification-invalid`, `group-unknown`, `group-ambiguous`
   */
  notify(notification: GroupNotification): NotifyOutcome;
  /** Lets Graph refuse requests: `{ next: 3 }`, or at limits. Counted and waited for in real time. @throws TenantError `throttle-invalid` */
  throttle(change: ThrottleChange): void;
  /** The door itself, for whoever does without msw. A path alone is one of Graph's: `/v1.0/deviceManagement/managedDevices`. */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
  /** From here on whoever asks anything of it is told that it was closed. */
  close(): void;
}

const token = 'first-administrator';
const graphUrl = 'https://graph.microsoft.com';

export function openTenant(engine: Engine, enrollmentToken: string): Tenant {
  const hands = createHandsRegistry();
  const throttle = createThrottle();
  const mailFaults = new MailFaults();
  const log = new FaultLog();
  const door = createDoor({
    tenant: () => engine.tenant(),
    clock: engine,
    hands,
    ask: (request) => engine.ask(request),
    adminToken: token,
    enrollmentToken,
    log,
    throttle,
    mailFaults,
  });
  const fetch = async (input: Request | URL | string, init?: RequestInit): Promise<Response> => {
    engine.mustBeOpen();
    const response = await door(requestOf(input, init));
    log.rethrow();
    engine.settle();
    return response;
  };
  return {
    handlers: graphHandlers(fetch),
    devices: new TenantDevices(engine, hands),
    clock: new Clock(engine),
    mailbox: openMailbox(engine, mailFaults),
    push: new Push(engine),
    token,
    enrollmentToken,
    url: graphUrl,
    notify: (notification) => notifyGroups(engine, notification),
    throttle(change) {
      engine.mustBeOpen();
      const wrong = wrongThrottleChange(change);
      if (wrong !== undefined) throw new TenantError('throttle-invalid', wrong);
      throttle.set(change);
    },
    fetch,
    close: () => engine.close(),
  };
}

function requestOf(input: Request | URL | string, init: RequestInit | undefined): Request {
  if (typeof input === 'string') return new Request(new URL(input, graphUrl), init);
  return input instanceof Request && init === undefined ? input : new Request(input, init);
}

/** A fault of ours must fail the test that met it, not only be an answer with status 500. */
class FaultLog implements Log {
  #fault: TenantError | null = null;

  debug() {}
  info() {}
  warn() {}
  error(data: object, sentence: string) {
    this.#fault = new TenantError('request-failed', `mockfleet failed on a request: ${sentence}`, { cause: data });
  }

  /** @throws TenantError `request-failed` */
  rethrow(): void {
    const fault = this.#fault;
    this.#fault = null;
    if (fault !== null) throw fault;
  }
}
