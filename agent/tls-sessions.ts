/**
 * The TLS sessions of one device, for when it comes back. One is good for the certificate that it was made with, because the server takes a
 * device that resumes for who it was then (RFC 8446 §2.2); and for one connection (§C.4). A server hands out two with a full handshake, and
 * often none with a resumed one.
 */
import type { StoredIdentity } from './agent-file.ts';

const keptMax = 2;

export class TlsSessions {
  #certificate = '';
  #sessions: Buffer[] = [];

  keep({ certificate }: StoredIdentity, session: Buffer): void {
    if (certificate !== this.#certificate) this.#sessions = [];
    this.#certificate = certificate;
    this.#sessions.push(session);
    if (this.#sessions.length > keptMax) this.#sessions.shift();
  }

  /** The latest one; it is gone from here, whatever comes of it. */
  take(identity: StoredIdentity | undefined): Buffer | undefined {
    return identity !== undefined && identity.certificate === this.#certificate ? this.#sessions.pop() : undefined;
  }
}
