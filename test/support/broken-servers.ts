/** Servers that break one rule of the protocol each: a tenant's own stub on another port, with somebody in between who meddles with its links. */
import type { ServerMessage } from '../../protocol/messages.ts';
import type { Link, PeerCertificate } from '../../runtime/link.ts';
import { silentLog } from '../../runtime/log.ts';
import { listen, type NodeServer } from '../../server-stub/node-server.ts';
import type { Tenant } from './tenant.ts';

/** Whoever stands between one device's link and the stub. */
export interface Meddler {
  /** What the stub is told of the certificate. */
  peer?(peer: PeerCertificate | null): PeerCertificate | null;
  /** Frames that the device gets in place of this one of the stub's. `toStub` speaks for the device. */
  fromStub?(message: ServerMessage, toStub: (frame: object) => void): readonly object[];
  /** Frames that the stub gets in place of this one of the device's; `toDevice` speaks for the stub. */
  fromDevice?(frame: Record<string, unknown>, toDevice: (frame: object) => void): readonly object[];
  /** The link has ended. */
  ended?(): void;
}

/** Opens it on a free port. @param meddle makes a meddler for each link, by the id of the device on it (null: none) */
export function openBroken(tenant: Tenant, meddle: (deviceId: string | null) => Meddler): Promise<NodeServer> {
  const { stub, authority } = tenant;
  const accept = (link: Link) => stub.accept(meddled(link, meddle(link.peer?.subject ?? null)));
  return listen({ stub: { ...stub, accept }, authority, log: silentLog, port: 0, host: '127.0.0.1' });
}

function meddled(link: Link, meddler: Meddler): Link {
  let toStub = (_frame: object) => {};
  const toDevice = (frame: object) => link.send(JSON.stringify(frame));
  return {
    peer: meddler.peer?.(link.peer) ?? link.peer,
    remote: link.remote,
    attach(handlers) {
      toStub = (frame) => handlers.frame(JSON.stringify(frame));
      link.attach({
        ...handlers,
        frame(text) {
          if (meddler.fromDevice === undefined || !isObject(text)) return handlers.frame(text);
          for (const frame of meddler.fromDevice(JSON.parse(text), toDevice)) toStub(frame);
        },
        closed(reason) {
          meddler.ended?.();
          handlers.closed(reason);
        },
      });
    },
    send(text) {
      const message = JSON.parse(text) as ServerMessage;
      const frames = meddler.fromStub?.(message, (frame) => queueMicrotask(() => toStub(frame))) ?? [message];
      for (const frame of frames) toDevice(frame);
    },
    close: (reason) => link.close(reason),
  };
}

function isObject(text: string): boolean {
  try {
    return typeof JSON.parse(text)?.type === 'string';
  } catch {
    return false;
  }
}

/** Goes on taking a certificate after the next one was used. */
export function takesReplacedCertificates(): (deviceId: string | null) => Meddler {
  const renewed = new Map<string, Pick<PeerCertificate, 'serialNumber' | 'notBefore' | 'notAfter'>>();
  const used = new Set<string>();
  return () => ({
    peer(peer) {
      const next = peer === null ? undefined : renewed.get(peer.subject);
      if (peer === null || next === undefined) return peer;
      if (next.serialNumber === peer.serialNumber) used.add(peer.subject);
      const { serialNumber, notBefore, notAfter } = used.has(peer.subject) ? next : peer;
      return { ...peer, serialNumber, notBefore, notAfter };
    },
    fromStub(message) {
      if (message.type === 'renewed') renewed.set(message.deviceId, message);
      return [message];
    },
  });
}

/** Hands a command over once more, at the check-in after the one in which its result was accepted. */
export function repeatsCommands(): (deviceId: string | null) => Meddler {
  const delivered = new Map<string, ServerMessage>();
  const again = new Map<string, ServerMessage>();
  return (deviceId) => ({
    fromStub(message) {
      if (message.type === 'command') delivered.set(message.commandId, message);
      const command = message.type === 'result-accepted' ? delivered.get(message.commandId) : undefined;
      if (command !== undefined && deviceId !== null) again.set(deviceId, command);
      return [message];
    },
    fromDevice(frame, toDevice) {
      const command = frame.type === 'check-in' ? again.get(String(deviceId)) : undefined;
      if (command === undefined) return [frame];
      again.delete(String(deviceId));
      toDevice(command);
      return [];
    },
  });
}

/** Takes a command for done when its link breaks before the result. */
export function losesCommands(): (deviceId: string | null) => Meddler {
  const lost = new Set<string>();
  return (deviceId) => {
    let open: string | undefined;
    return {
      fromStub(message, toStub) {
        if (message.type === 'result-accepted' && lost.has(message.commandId)) return [];
        if (message.type !== 'command') return [message];
        open = message.commandId;
        if (!lost.has(open)) return [message];
        toStub({ type: 'command-result', deviceId, commandId: open, status: 'acknowledged' });
        open = undefined;
        return [];
      },
      fromDevice(frame) {
        if (frame.type === 'command-result') open = undefined;
        return [frame];
      },
      ended() {
        if (open !== undefined) lost.add(open);
      },
    };
  };
}

/** Never says what time it is. */
export function sendsNoClock(): (deviceId: string | null) => Meddler {
  return () => ({ fromStub: (message) => (message.type === 'clock' ? [] : [message]) });
}

/** Issues what is no certificate. */
export function issuesRubbish(): (deviceId: string | null) => Meddler {
  return () => ({
    fromStub: (message) => [message.type === 'enrolled' ? { ...message, certificate: 'a certificate' } : message],
  });
}

/** Names another device in its answer to an enrolment than in the certificate. */
export function namesAnotherDevice(): (deviceId: string | null) => Meddler {
  return () => ({
    fromStub: (message) => [message.type === 'enrolled' ? { ...message, deviceId: `${message.deviceId}-x` } : message],
  });
}
