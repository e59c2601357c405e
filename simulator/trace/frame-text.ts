import type { DeviceMessage, ServerMessage } from '../../protocol/messages.ts';

/** No secret gets into a trace, and no text that only its device may keep (CN-06). */
const unsaid = new Set(['token', 'pin', 'passcode', 'title', 'body']);
/** Requests and certificates in PEM say nothing to a reader. */
const long = new Set(['csr', 'certificate']);

/** What a frame says besides its type, as JSON. */
export function frameText({ type: _, ...message }: DeviceMessage | ServerMessage): string {
  return JSON.stringify(message, (key, value) => {
    if (typeof value !== 'string') return value;
    return unsaid.has(key) ? '\u2026' : long.has(key) ? `\u2026 (${value.length} characters)` : value;
  });
}
