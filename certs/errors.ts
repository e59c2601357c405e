/** Stable: programs may switch on them. The `…-invalid` ones are the caller's or peer's input, the others the state of the disk. */
export type CertificateErrorCode =
  | 'csr-invalid'
  | 'certificate-invalid'
  | 'serial-invalid'
  | 'subject-invalid'
  | 'host-invalid'
  | 'validity-invalid'
  | 'ca-missing'
  | 'ca-corrupt'
  | 'key-corrupt';

/** Something about certificates was refused: a code for programs, a sentence for people. Never holds key material. */
export class CertificateError extends Error {
  readonly code: CertificateErrorCode;
  constructor(code: CertificateErrorCode, message: string) {
    super(message);
    this.name = 'CertificateError';
    this.code = code;
  }
}
