/** Where an agent's keys come from. Real keys of its own here; a fleet shares those of `key-pool.ts`; virtual time has `stand-in-identity.ts`. */
import { createCsr } from './csr.ts';
import { createKeyMaker, type KeyMaker } from './rsa-key.ts';

/** What a device asks for a certificate with. */
export interface IdentityRequest {
  /** PEM. */
  csr: string;
  /** PEM (PKCS#8). Kept by the device, mode 0600, never logged. */
  privateKey: string;
}

/** The seam; `identity.contract.ts` says what every one of them keeps. */
export interface IdentityMaker {
  /**
   * Makes a key (or takes one) and a CSR for `subject`, signed with it. `requestId` is the one of the enrolment or renewal; a caller that
   * repeats a request sends what it got the first time. Rejects with CertificateError `subject-invalid`, or what the disk says.
   */
  createRequest(requestId: string, subject: string): Promise<IdentityRequest>;
}

/** A key of its own for every request, as real devices have. */
export function createUniqueIdentities(makeKey: KeyMaker = createKeyMaker()): IdentityMaker {
  return {
    async createRequest(_requestId, subject) {
      const privateKey = await makeKey();
      return { csr: createCsr({ subject, privateKey }), privateKey };
    },
  };
}
