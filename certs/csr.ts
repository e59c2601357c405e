/**
 * Certificate signing requests (PKCS#10, RFC 2986). forge writes and takes them apart, OpenSSL (node:crypto) signs and verifies.
 * Whatever a stranger sends is either a request whose sender holds the key, or a CertificateError `csr-invalid`.
 */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import forge from 'node-forge';
import { content, fromBinary, members, readDer, writeDer } from './der.ts';
import { CertificateError } from './errors.ts';
import { distinguishedName, toForgeKey } from './x509.ts';

/** Characters of PEM that are looked at; an 8192-bit request has about 3,000. */
export const csrCharsMax = 16_384;
/** NIST SP 800-57: RSA keys below 2048 bits are no longer to be used. */
const rsaBitsMin = 2048;
/** Larger keys only cost time: verification grows with the square of the length. */
const rsaBitsMax = 8192;
const exponentMax = 2n ** 32n;

/** The signature algorithms of RFC 4055 that are accepted, with OpenSSL's name of the digest. */
const digests: Record<string, string> = {
  '1.2.840.113549.1.1.11': 'sha256',
  '1.2.840.113549.1.1.12': 'sha384',
  '1.2.840.113549.1.1.13': 'sha512',
};

const armour = /-----BEGIN (?:NEW )?CERTIFICATE REQUEST-----\r?\n([A-Za-z0-9+/=\r\n]+)-----END (?:NEW )?CERTIFICATE REQUEST-----/;

/** A request for `subject` (common name), signed with the RSA key (PEM or KeyObject), as PEM. @throws CertificateError `subject-invalid` */
export function createCsr(options: { subject: string; privateKey: KeyObject | string }): string {
  const privateKey = typeof options.privateKey === 'string' ? createPrivateKey(options.privateKey) : options.privateKey;
  const request = forge.pki.createCertificationRequest();
  request.setSubject(distinguishedName(options.subject));
  request.publicKey = toForgeKey(createPublicKey(privateKey));
  request.certificationRequestInfo = forge.pki.getCertificationRequestInfo(request);
  request.signatureOid = request.siginfo.algorithmOid = forge.pki.oids.sha256WithRSAEncryption as string;
  request.signature = sign('sha256', writeDer(request.certificationRequestInfo), privateKey).toString('latin1');
  return forge.pki.certificationRequestToPem(request).replaceAll('\r\n', '\n');
}

/**
 * The public key of a request whose sender has proved to hold the private one. The subject that it asks for is not looked at:
 * the authority decides whose certificate it is.
 * @throws CertificateError `csr-invalid`, and nothing else
 */
export function verifyCsr(csr: string): KeyObject {
  const { info, keyInfo, digest, signature } = takeApart(decodePem(csr));
  const publicKey = readKey(keyInfo);
  if (!isSigned(digest, info, publicKey, signature)) {
    throw refusal('Its signature does not belong to its public key, so the sender has not shown that it holds the private key.');
  }
  return publicKey;
}

function decodePem(csr: string): Buffer {
  if (csr.length > csrCharsMax) throw refusal(`It has more than ${csrCharsMax} characters.`);
  const base64 = armour.exec(csr)?.[1];
  if (base64 === undefined) throw refusal('It is not PEM: it has no CERTIFICATE REQUEST block.');
  return Buffer.from(base64, 'base64');
}

/** CertificationRequest ::= SEQUENCE { certificationRequestInfo, signatureAlgorithm, signature } (RFC 2986 §4.2). */
function takeApart(der: Buffer): { info: Buffer; keyInfo: Buffer; digest: string; signature: Buffer } {
  try {
    const [info, algorithm, signature, ...more] = members(readDer(der));
    const [version, , keyInfo] = members(info);
    if (info === undefined || keyInfo === undefined || more.length > 0) throw new Error('A part is missing or too many.');
    if (content(version) !== '\0') throw new Error('The version is not 1.');
    const digest = digests[forge.asn1.derToOid(content(members(algorithm)[0]))];
    if (digest === undefined) throw refusal('It is not signed with RSA and SHA-256, SHA-384 or SHA-512.');
    const bits = content(signature);
    if (bits[0] !== '\0') throw new Error('The signature is not made of whole octets.');
    return { info: writeDer(info), keyInfo: writeDer(keyInfo), digest, signature: fromBinary(bits.slice(1)) };
  } catch (error) {
    if (error instanceof CertificateError) throw error;
    throw refusal('Its content is not a PKCS#10 request: it is damaged or cut off.');
  }
}

function readKey(der: Buffer): KeyObject {
  let key: KeyObject;
  try {
    key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  } catch {
    throw refusal('Its public key cannot be read.');
  }
  if (key.asymmetricKeyType !== 'rsa') throw refusal(`Its key is of type ${key.asymmetricKeyType}; only RSA keys are supported.`);
  const { modulusLength = 0, publicExponent = 0n } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < rsaBitsMin || modulusLength > rsaBitsMax) {
    throw refusal(`Its RSA key has ${modulusLength} bits; ${rsaBitsMin} to ${rsaBitsMax} are accepted.`);
  }
  // With the exponent 1 everyone can "sign": the proof of possession would be worth nothing.
  if (publicExponent < 3n || publicExponent % 2n === 0n || publicExponent > exponentMax) {
    throw refusal('The public exponent of its RSA key is not an odd number from 3 to 2^32.');
  }
  return key;
}

function isSigned(digest: string, info: Buffer, publicKey: KeyObject, signature: Buffer): boolean {
  try {
    return verify(digest, info, publicKey, signature);
  } catch {
    // OpenSSL throws for a key that is only shaped like one (an even modulus).
    return false;
  }
}

function refusal(reason: string): CertificateError {
  return new CertificateError('csr-invalid', `The certificate request is refused. ${reason}`);
}
