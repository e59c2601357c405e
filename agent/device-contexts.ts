/**
 * What TLS needs of a device, as cheap as it gets. Reading a private key is the dearest part of opening a link that is not mathematics,
 * and a context of its own costs each device 25 KiB. So devices that share a key (certs/key-pool.ts) share its context, and only the
 * certificate is put into it before each connection: OpenSSL copies key and certificate when a connection is made.
 */
import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { createSecureContext, type PeerCertificate, type SecureContext, type TLSSocket, checkServerIdentity as usualCheck } from 'node:tls';
import type { StoredIdentity } from './agent-file.ts';

/** Devices with keys of their own are not worth remembering beyond this. */
const contextsMax = 64;

/** Node's own handle; not documented, so it is used where it is as it always was, and not needed. */
interface Handle {
  setCert?(pem: string): void;
}

export class DeviceContexts {
  readonly #ca: string | undefined;
  readonly #byKey = new Map<string, SecureContext>();
  #ofNobody: SecureContext | undefined;

  /** @param ca PEM of the authority that signed the server's certificate; undefined: the system's own */
  constructor(ca: string | undefined) {
    this.#ca = ca;
  }

  /** Good for a connection that begins now: another device of the same key changes it. */
  of(identity: StoredIdentity | undefined): SecureContext {
    if (identity === undefined) {
      this.#ofNobody ??= this.#create({});
      return this.#ofNobody;
    }
    const { privateKey, certificate } = identity;
    const known = this.#byKey.get(privateKey);
    const handle = known?.context as Handle | undefined;
    if (known !== undefined && handle?.setCert !== undefined) {
      handle.setCert(certificate);
      return known;
    }
    const context = this.#create({ key: privateKey, cert: certificate });
    if (this.#byKey.size < contextsMax) this.#byKey.set(privateKey, context);
    return context;
  }

  #create(own: { key?: string; cert?: string }): SecureContext {
    return createSecureContext({ ...(this.#ca === undefined ? {} : { ca: this.#ca }), ...own });
  }
}

/** Lets node ask for the server's certificate as OpenSSL has it: made into an object for the usual check it costs most of a millisecond. */
export function askLightly(socket: TLSSocket): void {
  socket.getPeerCertificate = lightCertificate as unknown as TLSSocket['getPeerCertificate'];
}

function lightCertificate(this: TLSSocket): X509Certificate | undefined {
  return this.getPeerX509Certificate();
}

/** Whether the certificate, whose signatures OpenSSL has verified, is that of this host (RFC 9525). */
export function checkServerIdentity(host: string, certificate: PeerCertificate | X509Certificate): Error | undefined {
  if (!(certificate instanceof X509Certificate)) return usualCheck(host, certificate);
  const name = isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host);
  if (name !== undefined) return undefined;
  const sentence = `The server’s certificate is not for ${host}; it is for ${certificate.subjectAltName ?? certificate.subject}`;
  return Object.assign(new Error(sentence), { code: 'ERR_TLS_CERT_ALTNAME_INVALID' });
}
