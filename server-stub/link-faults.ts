/** What a device is told whose link broke the rules of frames, or takes more than there is for one. */
import type { RefusalCode } from '../protocol/messages.ts';
import type { LinkHandlers } from '../runtime/link.ts';

type FaultKind = Parameters<LinkHandlers['fault']>[0];

export const linkFaults: Readonly<Record<FaultKind, [code: RefusalCode, message: string]>> = {
  binary: ['frame-binary', 'Frames are text, one JSON object each; a binary one came.'],
  'too-large': ['frame-too-large', 'The frame cannot be read.'],
  malformed: ['frame-malformed', 'The frame cannot be read.'],
  'too-fast': ['rate-limited', 'More frames a second came over this link than this server takes. Come back later.'],
  idle: ['link-idle', 'A link without a certificate is there to enrol, and nothing came over this one.'],
  unread: ['reads-too-slowly', 'Too much waits for this device, for too long: it does not read what it is sent.'],
};
