/**
 * The simulated Apple, as far as Activation Lock goes: the escrow of bypass codes, Find My, and the server that activates a wiped device.
 * Apple knows devices by serial number: what it keeps outlives a record, and a code opens until it expires, whatever the service shows.
 */
import type { OutsideAnswer, OutsideReason, OutsideRequest } from '../../protocol/outside.ts';
import { isSupervised } from '../../protocol/platforms.ts';
import { dayMs } from '../../runtime/duration.ts';
import { hashString, Random } from '../../runtime/random.ts';
import { tenantConfiguration } from './configuration.ts';
import type { ActivationBy, ServerOut } from './effects.ts';
import type { DeviceRecord } from './records.ts';
import { secretHex } from './secret.ts';
import type { Core } from './sessions.ts';

type Activation = Extract<OutsideRequest, { service: 'activation' }>;
type FindMyChange = Extract<OutsideRequest, { service: 'find-my' }>;

/** A code opens up to this long after it was made, its last millisecond included (TD-02). */
export const bypassCodeLifeMs = 15 * dayMs;

/** 32 signs, those of Apple's own codes: none of them is taken for another (decisions: Activation Lock bypass code). */
const codeAlphabet = '0123456789ACDEFGHJKLMNPQRTUVWXYZ';
const codeGroups = [5, 5, 4, 4, 4, 4] as const;

/** Why the bypass action is greyed out on a device that supports it (TD-05). */
export const activationLockNotAllowed = 'No policy allows Activation Lock on supervised devices of this tenant.';
export const bypassCodeExpired =
  'The bypass code has expired and was cleared: it lasts 15 days. It has to be asked for again before that, and copied before a wipe.';
export const bypassCodeAbsent = 'There is no Activation Lock bypass code for this device.';

/** Why there is no code to be shown or asked for, or null. @param now the stub's clock */
export function whyNoBypassCode(core: Core, record: DeviceRecord, now: number): string | null {
  if (!tenantConfiguration(core).allowActivationLock) return activationLockNotAllowed;
  const code = core.store.bypassCode(record.inventory.serialNumber);
  if (code === undefined) return bypassCodeAbsent;
  if (now > code.expiresAt) return bypassCodeExpired;
  return code.shown ? null : bypassCodeAbsent;
}

/** The live code that the service shows for the device, with its dashes; null: none (TD-05). */
export function shownBypassCode(core: Core, record: DeviceRecord, now: number): string | null {
  if (!isSupervised(record.inventory) || whyNoBypassCode(core, record, now) !== null) return null;
  return core.store.bypassCode(record.inventory.serialNumber)?.code ?? null;
}

/** Apple makes a fresh code; the one before opens nothing any more (TD-01). `occasion` tells two codes of the same instant apart. */
export function issueBypassCode(core: Core, record: DeviceRecord, occasion: string | number, now: number, out: ServerOut): void {
  const { serialNumber } = record.inventory;
  const chance = new Random(secretHex(core.settings.seed, `bypass/${serialNumber}/${occasion}/${now}`));
  const sign = () => codeAlphabet[chance.integer(0, codeAlphabet.length - 1)] as string;
  const code = codeGroups.map((length) => Array.from({ length }, sign).join('')).join('-');
  const expiresAt = now + bypassCodeLifeMs;
  core.store.saveBypassCode({ serialNumber, code, expiresAt, shown: true });
  out.note({ kind: 'bypass-code-issued', deviceId: record.id, serialNumber, expiresAt });
}

/**
 * A device whose Activation Lock is on gives Apple its first code as soon as a policy allows the lock: when it tells that the lock was
 * turned on, and when it gets that policy. A code that has expired is not replaced by itself (TD-02).
 * @param turnedOn the lock was off until now
 */
export function escrowBypassCode(core: Core, record: DeviceRecord, turnedOn: boolean, now: number, out: ServerOut): void {
  if (record.information?.activationLock !== true || !isSupervised(record.inventory)) return;
  const reason = whyNoBypassCode(core, record, now);
  if (reason === activationLockNotAllowed || (!turnedOn && reason !== bypassCodeAbsent)) return;
  issueBypassCode(core, record, 'escrow', now, out);
}

/** The service shows the code no more; Apple still takes it. */
export function hideBypassCode(core: Core, serialNumber: string): void {
  const code = core.store.bypassCode(serialNumber);
  if (code?.shown === true) core.store.saveBypassCode({ ...code, shown: false });
}

/** Case and dashes do not count (TD-04). */
export function plainCode(code: string): string {
  return code.replaceAll('-', '').trim().toUpperCase();
}

/**
 * A wiped device wants to be activated: with a code and a blank Apple ID, or with the owner's own account (decisions: Activation Lock
 * screen). Whoever is let in has unlocked the device: Find My is off. A device without Find My is always let in.
 */
export function activate(core: Core, request: Activation, now: number): OutsideAnswer {
  const { serialNumber, appleId, password } = request;
  const by = activationBy(core, request);
  if (by === 'open') return { allowed: true };
  const reason = by === 'code' ? codeRefused(core, serialNumber, password, now) : accountRefused(core, serialNumber, appleId, password);
  if (reason !== null) return { allowed: false, reason };
  core.store.saveFindMy(serialNumber, null);
  return { allowed: true };
}

/** By what a request wants to be let in, as things stand. */
export function activationBy(core: Core, { serialNumber, appleId }: Activation): ActivationBy {
  if (core.store.findMy(serialNumber) === undefined) return 'open';
  return appleId.trim() === '' ? 'code' : 'account';
}

/** Find My is switched on with an account, or off by that account. */
export function changeFindMy(core: Core, { serialNumber, owner, password, on }: FindMyChange): OutsideAnswer {
  if (on) {
    core.store.saveFindMy(serialNumber, { serialNumber, owner, passwordHash: passwordHash(serialNumber, owner, password) });
    return { allowed: true };
  }
  if (core.store.findMy(serialNumber) === undefined) return { allowed: true };
  const reason = accountRefused(core, serialNumber, owner, password);
  if (reason !== null) return { allowed: false, reason };
  core.store.saveFindMy(serialNumber, null);
  return { allowed: true };
}

function codeRefused(core: Core, serialNumber: string, typed: string, now: number): OutsideReason | null {
  const code = core.store.bypassCode(serialNumber);
  if (code === undefined || plainCode(code.code) !== plainCode(typed)) return 'code-wrong';
  return now > code.expiresAt ? 'code-expired' : null;
}

function accountRefused(core: Core, serialNumber: string, appleId: string, password: string): OutsideReason | null {
  const findMy = core.store.findMy(serialNumber);
  const isOwner = findMy === undefined || accountName(findMy.owner) === accountName(appleId);
  return isOwner && findMy?.passwordHash === passwordHash(serialNumber, appleId, password) ? null : 'account-wrong';
}

const accountName = (owner: string) => owner.trim().toLowerCase();

/** Good enough to compare simulated passwords without keeping them, and no more: 64 bits, fast to make. The core is pure and has no SHA-256. */
function passwordHash(serialNumber: string, owner: string, password: string): string {
  const text = `${serialNumber}/${accountName(owner)}/${password}`;
  return [1, 2].map((lane) => hashString(text, lane).toString(16).padStart(8, '0')).join('');
}
