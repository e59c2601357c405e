/** What goes wrong at the service on purpose: asked before each thing that can. */
import type { MailOutcome, MailRecord } from './core/directory-records.ts';
import type { SigningRequest } from './core/effects.ts';
import type { PushTrouble } from './core/settings.ts';

export interface Troubles {
  push(deviceId: string, now: number): PushTrouble;
  /** What comes of an attempt to send this mail; null: nothing is wrong. */
  mail(mail: MailRecord, now: number): MailOutcome | null;
  /** Whether this certificate, of a renewal, cannot be signed now. */
  failsRenewal(request: SigningRequest, now: number): boolean;
}
