/** Secrets: compared, kept as hashes, and drawn so that nothing public tells them. Runs in browsers too, and at once: Web Crypto waits. */
import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

/** Compares two texts in a time that does not tell how much of them is alike. */
export function sameSecret(a: string, b: string): boolean {
  let difference = a.length ^ b.length;
  for (let i = 0; i < a.length; i++) difference |= a.charCodeAt(i) ^ b.charCodeAt(i % Math.max(1, b.length));
  return difference === 0;
}

/** What is kept of a password, a client secret or a named token: its SHA-256, 64 hexadecimal digits. Passwords here are those of test users. */
export function secretHash(text: string): string {
  return bytesToHex(sha256(utf8ToBytes(text)));
}

/**
 * 64 hexadecimal digits that nobody computes without the seed: HMAC-SHA-256. Ids are drawn from the seed by a hash of 64 bits that
 * can be searched and turned round; what must stay unknown to whoever knows ids is drawn from this.
 */
export function secretHex(seed: string, label: string): string {
  if (keyed.seed !== seed) keyed = { seed, mac: hmac.create(sha256, utf8ToBytes(seed)) };
  // Into the one that was used last: a new one is a dozen of arrays.
  used = keyed.mac._cloneInto(used);
  return bytesToHex(used.update(utf8ToBytes(label)).digest());
}

/** A tenant has one seed: what HMAC makes of the key alone is half of the work, and is done once. */
let keyed = { seed: '', mac: hmac.create(sha256, utf8ToBytes('')) };
let used = keyed.mac.clone();
