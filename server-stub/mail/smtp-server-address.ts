/** A mail server as people write it down: `smtp://user:password@mail.contoso.example:587`. */
import { loopbackHosts } from '../../certs/authority.ts';

export interface SmtpServerAddress {
  host: string;
  port: number;
  /** TLS from the first byte on (`smtps`). */
  isSecure: boolean;
  /** A login must not go over a network in the open: without STARTTLS nothing is sent. */
  needsTls: boolean;
  /** It has a certificate that nobody signed, as servers on one's own machine do. */
  trustsAny: boolean;
  login: { user: string; password: string } | null;
}

const portsDefault: Readonly<Record<string, number>> = { 'smtp:': 25, 'smtps:': 465 };

/** @returns text: what is wrong with it; nothing of it is repeated there, because a password may be in it */
export function readSmtpServerAddress(text: string): SmtpServerAddress | string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const portDefault = url === null ? undefined : portsDefault[url.protocol];
  if (url === null || portDefault === undefined) return 'it has to begin with smtp:// or smtps://, as in smtp://mail.contoso.example:587';
  if (url.hostname === '') return 'a host is missing, as in smtp://mail.contoso.example:587';
  if ((url.pathname !== '' && url.pathname !== '/') || url.search !== '' || url.hash !== '') return 'nothing may follow the port';
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const port = url.port === '' ? portDefault : Number(url.port);
  if (port === 0) return 'port 0 is none that a server is found at';
  const user = decoded(url.username);
  const password = decoded(url.password);
  if (user === undefined || password === undefined) return 'write a % in the user or the password as %25';
  if (user === '' && password !== '') return 'a password needs a user: smtp://user:password@host';
  const isSecure = url.protocol === 'smtps:';
  const isHere = loopbackHosts.includes(host);
  return {
    host,
    port,
    isSecure,
    needsTls: !isSecure && user !== '' && !isHere,
    trustsAny: isHere,
    login: user === '' ? null : { user, password },
  };
}

/** Without the login. */
export function smtpUrl({ host, port, isSecure }: Pick<SmtpServerAddress, 'host' | 'port' | 'isSecure'>): string {
  return `${isSecure ? 'smtps' : 'smtp'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}
