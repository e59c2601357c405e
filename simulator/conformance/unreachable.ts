/** Why a connection did not come about, in a sentence for whoever has to mend it. */

interface SystemError extends Error {
  code?: string;
  reason?: string;
}

/** @param where `host:port` @param waitedMs after how long it was given up */
export function whyUnreachable(error: SystemError, where: string, waitedMs: number): string {
  const { code = '', message } = error;
  const status = /^Unexpected server response: (\d+)$/.exec(message)?.[1];
  if (status !== undefined) return `${where} answered the WebSocket upgrade with HTTP ${status}`;
  if (message === 'WebSocket was closed before the connection was established')
    return `${where} did not finish the TLS handshake and the upgrade within ${waitedMs} ms`;
  if (message === 'Server sent no subprotocol') return `${where} took the upgrade without choosing the sub-protocol that was offered`;
  if (message === 'Server sent an invalid subprotocol') return `${where} chose a sub-protocol that was not offered`;
  const known = sentences[code];
  if (known !== undefined) return `${where} ${known}`;
  if (isDistrust(code)) return `the certificate of ${where} is not trusted (${message}): name its authority with --ca`;
  const reason = error.reason ?? /SSL routines:[^:]*:([^:]+)/.exec(message)?.[1];
  if (reason !== undefined && noTls.test(reason)) return `${where} does not speak TLS (a plain HTTP server?)`;
  if (reason !== undefined) return `the TLS handshake with ${where} failed (${reason})`;
  return `${where} could not be spoken to (${message.split('\n')[0]?.slice(0, 200) || code || 'no reason was given'})`;
}

const sentences: Record<string, string> = {
  ECONNREFUSED: 'takes no connections: nothing listens there',
  ENOTFOUND: 'is not known: no such host',
  EAI_AGAIN: 'is not known: its name could not be looked up',
  ETIMEDOUT: 'did not answer',
  EHOSTUNREACH: 'cannot be reached from here',
  ENETUNREACH: 'cannot be reached from here',
  ECONNRESET: 'broke the connection off before the WebSocket was open',
  EPIPE: 'broke the connection off before the WebSocket was open',
  ERR_TLS_CERT_ALTNAME_INVALID: 'has a certificate for another host name',
  CERT_HAS_EXPIRED: 'has a certificate that has ended',
  CERT_NOT_YET_VALID: 'has a certificate that is not valid yet',
};

/** What OpenSSL says of an answer that is no TLS record. */
const noTls = /wrong version number|packet length too long|http request|record layer failure/;

function isDistrust(code: string): boolean {
  return /SELF_SIGNED|UNABLE_TO|CERT_|DEPTH_ZERO/.test(code);
}
