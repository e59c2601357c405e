/** The devices' door: links come in, frames become inputs of the core, and whoever breaks the protocol loses its link with a coded answer. */
import { decodeDeviceMessage, encode, ProtocolError } from '../protocol/codec.ts';
import type { DeviceMessage, RefusalCode, ServerMessage } from '../protocol/messages.ts';
import type { Link } from '../runtime/link.ts';
import type { Log } from '../runtime/log.ts';
import type { LinkId } from './core/effects.ts';
import type { ServerCore, ServerInput } from './core/server-core.ts';
import type { FaultyLinks } from './faulty-links.ts';
import type { GatheredInput, GatheredInputs, Later } from './gathered-inputs.ts';
import { linkFaults } from './link-faults.ts';
import type { OpenLinks } from './open-links.ts';

/** None of the refusals that end a device's management: it comes back by itself. */
const cutOff = {
  code: 'server-error',
  message: 'Devices do not reach this server now: somebody asked for it at /mockfleet/faults. Come back later.',
} as const;

interface DeviceDoorOptions {
  core: Pick<ServerCore, 'deviceOn'>;
  links: OpenLinks;
  faultyLinks: FaultyLinks;
  gathered: GatheredInputs;
  /** One input, one transaction. */
  receive(input: ServerInput): void;
  log: Log;
  clockFrame(): ServerMessage;
  /** Whoever waits for devices may look again. */
  answered(): void;
  linkClosed(deviceId: string | null, reason: string): void;
}

interface DeviceDoor {
  accept(link: Link, later?: Later): void;
  turnAway(link: Link, why: { code: RefusalCode; message: string }): void;
  takeAtOnce(one: GatheredInput): void;
  /** The peer broke the protocol: that link ends with a coded answer, and nothing else does. */
  fault(id: LinkId, code: RefusalCode, message: string): void;
}

export function createDeviceDoor(options: DeviceDoorOptions): DeviceDoor {
  const { core, links, faultyLinks, gathered, receive, log, clockFrame, answered, linkClosed } = options;

  function accept(arrived: Link, later?: Later): void {
    const link = faultyLinks.enter(arrived);
    if (link === null) return turnAway(arrived, cutOff);
    const take = (one: GatheredInput) => (later === undefined ? takeAtOnce(one) : gathered.add(one, later));
    const id = links.add(link, take);
    links.tell(id);
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
          done: () => linkClosed(deviceId, reason),
        });
      },
    });
  }

  function turnAway(link: Link, { code, message }: { code: RefusalCode; message: string }): void {
    link.send(encode(clockFrame()));
    link.send(encode({ type: 'refused', code, message }));
    link.close(code);
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
        // Nobody waits for a word of its own: those of a whole fleet are one transaction.
        gathered.add({ input: () => clockDone(id, message), done: () => answered() }, setImmediate);
      } else {
        links.acted(id);
        // From now on nothing of the tenant's time waits for a device that has left.
        const done = message.type === 'left' ? () => answered() : undefined;
        open.take({ input: () => ({ type: 'message', link: id, message }), ...(done === undefined ? {} : { done }) });
      }
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      fault(id, error.code, error.message);
    }
  }

  function clockDone(id: LinkId, message: Extract<DeviceMessage, { type: 'clock-done' }>): ServerInput | null {
    links.answered(id, message);
    const deviceId = core.deviceOn(id);
    return deviceId === null || message.lastCheckIn === null ? null : { type: 'quiet-check-ins', deviceId, last: message.lastCheckIn };
  }

  function fault(id: LinkId, code: RefusalCode, message: string): void {
    gathered.takeAll();
    const open = links.get(id);
    if (open === undefined) return;
    log.warn({ event: 'refused', code, deviceId: core.deviceOn(id), remote: open.link.remote }, message);
    links.send(id, { type: 'refused', code, message });
    links.drop(id, code);
    receive({ type: 'link-closed', link: id });
  }

  return { accept, turnAway, takeAtOnce, fault };
}
