/**
 * The server's half of `/hands`: what an agent in another process tells of its device becomes a Hands in the registry, and what is
 * done to it becomes a frame. Nothing that comes is trusted: frames are read by the schema, and the tenant's enrollment token is asked for.
 */
import type { z } from 'zod';
import {
  type DeviceView,
  type Hands,
  type HandsFromAgent,
  type HandsResult,
  type HandsToAgent,
  handsBytesMax,
  handsFromAgentSchema,
} from '../protocol/hands.ts';
import { secondMs } from '../runtime/duration.ts';
import type { Link } from '../runtime/link.ts';
import type { Log } from '../runtime/log.ts';
import { type CoreSettings, enrols } from './core/settings.ts';
import { type HandsRegistry, HandsSilent } from './hands-registry.ts';

/** In real time: a person waits for the answer. */
const actMsMax = 10 * secondMs;
const helloMsMax = 10 * secondMs;
const linksMaxDefault = 20_000;

/** Why the server ends such a link: the close reason. Stable: agents switch on them. */
export type HandsEnd =
  | 'enrollment-token-invalid'
  | 'frame-invalid'
  | 'hello-expected'
  | 'hands-replaced'
  | 'too-many-hands'
  | 'stub-closed';

export interface HandsDoor {
  accept(link: Link): void;
  close(): void;
}

export interface HandsDoorOptions {
  registry: HandsRegistry;
  tokens: Pick<CoreSettings, 'enrollmentToken' | 'ownerToken'>;
  log: Log;
  linksMax?: number;
  onAttached?: (hands: Hands) => void;
  /** Whether a record is another tenant's, which is not served now: who holds its device may come back when it is. */
  isElsewhere?: ((deviceId: string) => boolean) | undefined;
  /** It looks different. */
  onChanged?: (view: DeviceView) => void;
}

export function createHandsDoor({
  registry,
  tokens,
  log,
  linksMax = linksMaxDefault,
  onAttached = () => {},
  isElsewhere = () => false,
  onChanged = () => {},
}: HandsDoorOptions): HandsDoor {
  const links = new Set<(reason: HandsEnd) => void>();
  /** Who holds which device now, by serial number without regard to case: a newer link of the same device ends the older one. */
  const holders = new Map<string, (reason: HandsEnd) => void>();

  function accept(link: Link): void {
    if (links.size >= linksMax) return link.close('too-many-hands' satisfies HandsEnd);
    let remote: RemoteHands | undefined;
    let detach = () => {};
    const patience = setTimeout(() => end('hello-expected'), helloMsMax);
    patience.unref();

    const gone = () => {
      clearTimeout(patience);
      links.delete(end);
      detach();
      if (remote === undefined) return;
      const serial = remote.view().serialNumber.toLowerCase();
      if (holders.get(serial) === end) holders.delete(serial);
      remote.gone();
    };
    const end = (reason: HandsEnd) => {
      const level = reason === 'stub-closed' || reason === 'hands-replaced' ? 'debug' : 'warn';
      log[level]({ event: 'hands-closed', code: reason, remote: link.remote }, `The link of a device's hands was ended: ${reason}.`);
      gone();
      link.close(reason);
    };
    links.add(end);

    const frame = (text: string) => {
      const message = read(text);
      if (message === undefined) return end('frame-invalid');
      if (remote === undefined) {
        if (message.type !== 'hello') return end('hello-expected');
        if (!enrols(tokens, message.token)) return end('enrollment-token-invalid');
        clearTimeout(patience);
        const { view } = message;
        if (view.deviceId !== null && isElsewhere(view.deviceId)) return end('stub-closed');
        const serial = view.serialNumber.toLowerCase();
        holders.get(serial)?.('hands-replaced');
        holders.set(serial, end);
        remote = createRemoteHands(link, view);
        detach = registry.attach(remote);
        onAttached(remote);
        return log.debug({ event: 'hands-attached', serialNumber: view.serialNumber }, `The device ${view.serialNumber} is in reach.`);
      }
      if (message.type === 'hello') return end('frame-invalid');
      const { view } = message.type === 'view' ? message : message.result;
      // A link is about one device.
      if (view.serialNumber !== remote.view().serialNumber) return end('frame-invalid');
      remote.told(view);
      onChanged(view);
      if (message.type === 'result') remote.answered(message.requestId, message.result);
    };
    link.attach({ frame, fault: () => end('frame-invalid'), closed: gone });
  }

  return {
    accept,
    close() {
      for (const end of [...links]) end('stub-closed');
    },
  };
}

interface RemoteHands extends Hands {
  told(view: DeviceView): void;
  answered(requestId: number, result: HandsResult): void;
  gone(): void;
}

function createRemoteHands(link: Link, first: DeviceView): RemoteHands {
  let view = first;
  let requests = 0;
  let isGone = false;
  const waiting = new Map<number, { resolve: (result: HandsResult) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }>();
  const silent = () => new HandsSilent(view.serialNumber);
  const settle = (requestId: number) => {
    const one = waiting.get(requestId);
    waiting.delete(requestId);
    clearTimeout(one?.timer);
    return one;
  };
  return {
    view: () => view,
    act: (act) =>
      new Promise((resolve, reject) => {
        if (isGone) return reject(silent());
        const requestId = ++requests;
        const timer = setTimeout(() => settle(requestId)?.reject(silent()), actMsMax);
        waiting.set(requestId, { resolve, reject, timer });
        link.send(JSON.stringify({ type: 'act', requestId, act } satisfies HandsToAgent));
      }),
    clockMoved(now, speed) {
      if (!isGone) link.send(JSON.stringify({ type: 'clock', now, speed } satisfies HandsToAgent));
    },
    told(newer) {
      view = newer;
    },
    // An answer that comes too late, or to nothing, changes nothing.
    answered: (requestId, result) => settle(requestId)?.resolve(result),
    gone() {
      isGone = true;
      for (const requestId of [...waiting.keys()]) settle(requestId)?.reject(silent());
    },
  };
}

function read(text: string): HandsFromAgent | undefined {
  if (Buffer.byteLength(text) > handsBytesMax) return undefined;
  try {
    const parsed: z.ZodSafeParseResult<HandsFromAgent> = handsFromAgentSchema.safeParse(JSON.parse(text));
    return parsed.data;
  } catch {
    return undefined;
  }
}
