/** Ids of things that the stub does not keep (a user, a directory object) but Graph shows: always the same for the same name. */

import { guidText } from '../../runtime/random.ts';

/** A GUID of version 8 ("custom"), computed from a text. For looks and for equality, not for secrets. */
export function derivedGuid(text: string): string {
  const version = (hash(text, 0x9e3779b9) & 0xffff_0fff) | 0x8000;
  const variant = (hash(text, 0x85ebca6b) & 0x0fff_ffff) | 0xa000_0000;
  return guidText(hash(text, 0x811c9dc5), version, variant, hash(text, 0xc2b2ae35));
}

/** FNV-1a with a seed, then MurmurHash3's finalizer: FNV alone mixes the last characters too little. */
function hash(text: string, seed: number): number {
  let value = seed;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return scrambled(value);
}

function scrambled(value: number): number {
  let mixed = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/**
 * A device has three ids: of its record, in the directory (azureADDeviceId, `deviceId` there), and of its directory object (what groups
 * contain). The stub keeps the first; the others are computed from it and back, so that none has to be looked up.
 */
export const azureDeviceId = (recordId: string) => permuted(recordId, deviceKeys);
export const deviceObjectId = (recordId: string) => permuted(recordId, objectKeys);

/** `undefined`: not written as an id is. Any other text is somebody's id, only perhaps of no record. */
export const recordOfAzureDevice = (deviceId: string) => recordOf(deviceId, deviceKeysBack);
export const recordOfDeviceObject = (objectId: string) => recordOf(objectId, objectKeysBack);

/** One number for each round. */
const keysOf = (purpose: string) => [0, 1, 2, 3].map((round) => hash(`${purpose} ${round}`, 0x9e3779b9));
const deviceKeys = keysOf('directory device');
const deviceKeysBack = [...deviceKeys].reverse();
const objectKeys = keysOf('directory object');
const objectKeysBack = [...objectKeys].reverse();

function recordOf(id: string, keys: readonly number[]): string | undefined {
  const lower = id.toLowerCase();
  return guidPattern.test(lower) ? permuted(lower, keys) : undefined;
}

const guidPattern = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * A Feistel network over the 30 free digits of a GUID, two halves of 7 and 8 digits each: whatever the round function is, the same
 * rounds in reverse order undo it, because the halves change places at the end. The digit of the version changes between 4 and 8
 * ("custom"), that of the variant stays.
 */
function permuted(id: string, keys: readonly number[]): string {
  if (!guidPattern.test(id)) return derivedGuid(`${keys[0]} ${id}`);
  let leftHigh = Number.parseInt(id.slice(1, 8), 16);
  let leftLow = Number.parseInt(id.slice(9, 13) + id.slice(15, 18) + id.slice(0, 1), 16);
  let rightHigh = Number.parseInt(id.slice(20, 23) + id.slice(24, 28), 16);
  let rightLow = Number.parseInt(id.slice(28), 16);
  for (const key of keys) {
    const high = scrambled(rightHigh ^ scrambled(rightLow ^ key));
    const low = scrambled(rightLow ^ scrambled(rightHigh ^ ~key));
    [leftHigh, leftLow, rightHigh, rightLow] = [rightHigh, rightLow, leftHigh ^ (high >>> 4), (leftLow ^ low) >>> 0];
  }
  const [l, m, r, t] = [hex(rightHigh, 7), hex(rightLow, 8), hex(leftHigh, 7), hex(leftLow, 8)];
  const version = (Number.parseInt(id.charAt(14), 16) ^ 12).toString(16);
  return `${m.slice(7)}${l}-${m.slice(0, 4)}-${version}${m.slice(4, 7)}-${id.charAt(19)}${r.slice(0, 3)}-${r.slice(3)}${t}`;
}

const hex = (value: number, digits: number) => value.toString(16).padStart(digits, '0');
