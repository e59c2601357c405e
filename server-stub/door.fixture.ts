/** For tests: the door for requests over the core on its bench. Devices are links that a test speaks on; hands are what it says they are. */
import type { DeviceInformation } from '../protocol/device-information.ts';
import type { DeviceView, Hands, HandsAct, HandsResult } from '../protocol/hands.ts';
import type { ServerMessage } from '../protocol/messages.ts';
import type { OutsideRequest } from '../protocol/outside.ts';
import type { Log } from '../runtime/log.ts';
import { CoreBench, commandIn, type Enrolled } from './core/core.fixture.ts';
import { createDoor } from './door.ts';
import { createHandsRegistry, type HandsRegistry } from './hands-registry.ts';
import { portalPage } from './portal-pages.ts';
import type { TestClock } from './test-clock.ts';
import { createThrottle, type Throttle } from './throttle.ts';
import type { TokenKeys } from './tokens.ts';

export const doorToken = 'administrator-of-the-door';
export const doorPassword = 'letmein';

export interface DoorAnswer {
  status: number;
  headers: Headers;
  text: string;
  // The tests know what they asked for.
  body: { error: { code: string; message: string } } & Record<string, unknown>;
}

export interface DoorCall {
  token?: string | null;
  headers?: Record<string, string>;
  origin?: string;
}

export class DoorBench {
  readonly bench = new CoreBench();
  readonly hands: HandsRegistry = createHandsRegistry();
  readonly log: string[] = [];
  /** Real time, ms. */
  realNow = Date.UTC(2026, 0, 1);
  readonly throttle: Throttle = createThrottle(() => this.realNow);
  readonly #door: (request: Request) => Promise<Response>;

  /** @param keys where the key of access tokens is kept */
  constructor(keys?: TokenKeys) {
    const { bench, hands } = this;
    const line = (data: object, sentence: string) => void this.log.push(JSON.stringify([data, sentence]));
    const log: Log = { debug: line, info: line, warn: line, error: line };
    const clock = { now: () => bench.now, show: () => ({ now: new Date(bench.now).toISOString() }) } as unknown as TestClock;
    this.#door = createDoor({
      tenant: () => bench.tenant,
      clock,
      hands,
      ask: (request) => bench.ask(request),
      adminToken: doorToken,
      enrollmentToken: doorPassword,
      log,
      pages: portalPage,
      keys,
      throttle: this.throttle,
      realNow: () => this.realNow,
    });
  }

  /** With the administrator's token, another one, or (null) none. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    { token = doorToken, headers = {}, origin = 'https://stub.example' }: DoorCall = {},
  ): Promise<DoorAnswer> {
    const text = body === undefined || typeof body === 'string' ? body : JSON.stringify(body);
    return this.raw(
      new Request(`${origin}${path}`, {
        method,
        headers: {
          ...(token === null ? {} : { authorization: `Bearer ${token}` }),
          ...(text === undefined ? {} : { 'content-type': 'application/json' }),
          ...headers,
        },
        ...(text === undefined ? {} : { body: text }),
      }),
    );
  }

  async raw(request: Request): Promise<DoorAnswer> {
    const response = await this.#door(request);
    const answer = await response.text();
    const isJson = answer !== '' && response.headers.get('content-type')?.includes('json') === true;
    return { status: response.status, headers: response.headers, text: answer, body: isJson ? JSON.parse(answer) : undefined };
  }

  /** Sends a form, as sign-ins are sent. */
  form(path: string, fields: Record<string, string>, headers: Record<string, string> = {}, origin?: string): Promise<DoorAnswer> {
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    const call = { token: null, headers: { ...type, ...headers }, ...(origin !== undefined && { origin }) };
    return this.call('POST', path, new URLSearchParams(fields).toString(), call);
  }

  outside(request: OutsideRequest | object): Promise<DoorAnswer> {
    return this.call('POST', '/outside', request, { token: null });
  }

  /** The device checks in, tells about itself if it has something to tell, and carries out all that waits for it. */
  live(device: Enrolled, information?: DeviceInformation, status: 'acknowledged' | 'not-supported' = 'acknowledged'): ServerMessage[] {
    const { bench } = this;
    const link = bench.open(device.peer);
    if (information !== undefined) bench.say(link, { type: 'device-information', deviceId: device.id, information });
    const all: ServerMessage[] = [];
    let messages = bench.checkIn(link, device);
    while (messages.length > 0) {
      all.push(...messages);
      if (!messages.some(({ type }) => type === 'command')) break;
      messages = bench.answer(link, device, commandIn(messages).commandId, status);
    }
    bench.close(link);
    return all;
  }
}

/** A device in somebody's hands, that does what `answer` says and remembers what was done to it. */
export function heldDevice(
  change: Partial<DeviceView> = {},
  answer: (act: HandsAct) => Promise<HandsResult['outcome']> = async () => 'done',
): Hands & { acts: HandsAct[]; current: DeviceView } {
  const held = {
    acts: [] as HandsAct[],
    current: { ...view, ...change },
    view: () => held.current,
    async act(act: HandsAct) {
      held.acts.push(act);
      return { outcome: await answer(act), view: held.current };
    },
  };
  return held;
}

const view: DeviceView = {
  serialNumber: 'MF0000001',
  deviceId: null,
  deviceName: 'Phone',
  platform: 'ios',
  enrollment: 'device',
  model: 'iPhone 15',
  osVersion: '17.5',
  userPrincipalName: 'adele@contoso.example',
  phase: 'set-up',
  description: 'Phone is new.',
  network: true,
  power: 'on',
  lastCheckInAt: null,
  certificateEndsAt: null,
  notices: [],
  companyPortal: true,
  notificationsAllowed: 'allowed',
  lockScreenNotifications: 'shown',
  notifications: [],
  readByOtherApps: [],
  apps: [],
  companyData: false,
  userData: true,
  esim: false,
  access: {},
  screen: {
    kind: 'locked',
    number: 3,
    title: 'Locked',
    lines: ['09:30'],
    fields: [{ name: 'passcode', label: 'Passcode', secret: true }],
    buttons: [{ name: 'unlock', label: 'Unlock' }],
    notice: null,
    banner: null,
  },
};
