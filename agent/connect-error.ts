/** Why a link could not be opened: a word that is stable, so that a load run can count it, and a sentence that says what to do. */

export type ConnectReason =
  | 'connection-refused'
  | 'connection-reset'
  | 'host-unknown'
  | 'network-unreachable'
  | 'timeout'
  | 'tls-handshake'
  | 'certificate-untrusted'
  | 'not-websocket'
  | 'too-many-files'
  | 'no-ports'
  | 'no-network'
  | `upgrade-refused-${number}`
  | 'other';

/** How far it had come. */
export type ConnectPhase = 'tcp' | 'tls' | 'upgrade';

/** An attempt that took this long met a server that is there and cannot keep up, however it ended. */
const overloadedMsMin = 5_000;
/** A server that asks for a longer pause than this is not obeyed. */
const retryAfterSecondsMax = 86_400;

/** How the system calls it (errno of connect(2), getaddrinfo(3)). */
const systemCodes: Readonly<Record<string, ConnectReason>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'connection-reset',
  EPIPE: 'connection-reset',
  ECONNABORTED: 'connection-reset',
  ENOTFOUND: 'host-unknown',
  EAI_AGAIN: 'host-unknown',
  ENETUNREACH: 'network-unreachable',
  EHOSTUNREACH: 'network-unreachable',
  ETIMEDOUT: 'timeout',
  EMFILE: 'too-many-files',
  ENFILE: 'too-many-files',
  EADDRNOTAVAIL: 'no-ports',
  EPROTO: 'tls-handshake',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-untrusted',
  CERT_HAS_EXPIRED: 'certificate-untrusted',
  CERT_NOT_YET_VALID: 'certificate-untrusted',
  CERT_SIGNATURE_FAILURE: 'certificate-untrusted',
  CERT_UNTRUSTED: 'certificate-untrusted',
  CERT_REJECTED: 'certificate-untrusted',
  INVALID_CA: 'certificate-untrusted',
  INVALID_PURPOSE: 'certificate-untrusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-untrusted',
};

const advice: Readonly<Record<string, string>> = {
  'connection-refused': 'Nothing listens there: start the server, or correct the address.',
  'connection-reset': 'The other end gave the connection up: it stopped, or something between here and there does not let it through.',
  'host-unknown': 'Correct the name in the address.',
  'network-unreachable': 'There is no way to this address from here: see the network, or correct the address.',
  timeout: 'It does not answer in time: it has too much to do, or nothing is there.',
  'tls-handshake': 'It does not speak TLS as devices do: correct the port, or the server’s TLS settings.',
  'certificate-untrusted':
    'The server’s certificate is not of the authority that was given for it: give the right one (--ca), or the server’s own name.',
  'not-websocket': 'It answers, but not as a server for devices: correct the path of the address (…/devices).',
  'too-many-files': 'This process may open no more files: raise `ulimit -n`, or spread the devices over more processes.',
  'no-ports': 'This machine has no free port towards this address: wait a minute, or give several addresses of the server.',
};

export interface ConnectFailure {
  url: string;
  phase: ConnectPhase;
  /** How long the attempt lasted. */
  ms: number;
  cause?: (Error & { code?: string }) | undefined;
  reason?: ConnectReason;
  /** What the server said. */
  said?: string;
  retryAfter?: string | undefined;
}

export class ConnectError extends Error {
  readonly reason: ConnectReason;
  /** What the device machine is told of it (agent/device/link.ts): it comes back sooner or later by that. */
  readonly linkReason: string;

  constructor({ url, phase, ms, cause, reason = reasonOf(cause, phase), said, retryAfter }: ConnectFailure) {
    const found = said ?? (cause === undefined ? 'no answer' : cause.message || cause.code || 'no connection');
    super(`${url} cannot be reached: ${found}${/[.!?]$/.test(found) ? '' : '.'} ${advice[reason] ?? adviceOnRefusal(reason)}`.trimEnd(), {
      cause,
    });
    this.name = 'ConnectError';
    this.reason = reason;
    this.linkReason = linkReasonOf(reason, ms, retryAfter);
  }
}

function reasonOf(cause: (Error & { code?: string }) | undefined, phase: ConnectPhase): ConnectReason {
  const code = cause?.code ?? '';
  const known = systemCodes[code];
  if (known !== undefined) return known;
  if (code.startsWith('ERR_SSL_') || code.startsWith('ERR_TLS_')) return 'tls-handshake';
  return phase === 'upgrade' ? 'not-websocket' : phase === 'tls' ? 'tls-handshake' : 'other';
}

function adviceOnRefusal(reason: ConnectReason): string {
  if (reason === 'upgrade-refused-429' || reason === 'upgrade-refused-503') return 'It has too much to do: come more slowly, or later.';
  return reason.startsWith('upgrade-refused-') ? 'Correct the path of the address (…/devices).' : '';
}

function linkReasonOf(reason: ConnectReason, ms: number, retryAfter: string | undefined): string {
  const isBusy = reason === 'upgrade-refused-429' || reason === 'upgrade-refused-503';
  if (!isBusy && ms < overloadedMsMin) return 'unreachable';
  // RFC 9110 §10.2.3; the form with a date is not for machines that follow a clock of their own.
  const seconds = retryAfter !== undefined && /^\d{1,6}$/.test(retryAfter) ? Math.min(Number(retryAfter), retryAfterSecondsMax) : 0;
  return seconds > 0 ? `overloaded; retry-after=${seconds}` : 'overloaded';
}
