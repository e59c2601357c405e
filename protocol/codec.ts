/**
 * Frames to messages and back. What is wrong with a frame is the peer's fault: a ProtocolError with a stable code,
 * never an exception of the JSON parser or of the schema library.
 */
import type { z } from 'zod';
import { type DeviceMessage, deviceMessageSchema, type RefusalCode, type ServerMessage, serverMessageSchema } from './messages.ts';

/** Larger frames are refused before they are parsed. */
export const frameBytesMax = 64 * 1024;

export class ProtocolError extends Error {
  readonly code: RefusalCode;
  constructor(code: RefusalCode, message: string) {
    super(message);
    this.name = 'ProtocolError';
    this.code = code;
  }
}

export function encode(message: DeviceMessage | ServerMessage): string {
  return JSON.stringify(message);
}

/** Reads a frame that a device sent. @throws ProtocolError */
export function decodeDeviceMessage(frame: string): DeviceMessage {
  return decode(frame, deviceMessageSchema);
}

/** Reads a frame that the server sent. @throws ProtocolError */
export function decodeServerMessage(frame: string): ServerMessage {
  return decode(frame, serverMessageSchema);
}

function decode<T>(frame: string, schema: z.ZodType<T>): T {
  const bytes = bytesOf(frame);
  if (bytes > frameBytesMax)
    throw new ProtocolError('frame-too-large', `A frame has at most ${frameBytesMax} bytes; this one has ${bytes}.`);
  let value: unknown;
  try {
    value = JSON.parse(frame);
  } catch {
    throw new ProtocolError('frame-malformed', 'A frame is one JSON object; this one is not JSON.');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new ProtocolError('frame-malformed', 'A frame is one JSON object; this one is another JSON value.');
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const type = (value as { type?: unknown }).type;
  const issue = parsed.error.issues[0];
  if (issue?.path[0] === 'type' && issue.path.length === 1) {
    // Only text is shown: writing out whatever else the peer sent could nest deeper than the stack.
    const shown = typeof type === 'string' ? JSON.stringify(type.slice(0, 80)) : `${typeof type} instead of text`;
    throw new ProtocolError('message-unknown', `No message of this direction has the type ${shown}.`);
  }
  const where = issue === undefined ? 'message' : [String(type), ...issue.path.map(String)].join('.');
  throw new ProtocolError('message-invalid', `${where}: ${issue?.message ?? 'is not valid'}`.slice(0, 300));
}

/** Bytes in UTF-8. A UTF-16 unit makes one to three of them, so that most frames need no counting. */
function bytesOf(frame: string): number {
  if (frame.length * 3 <= frameBytesMax || frame.length > frameBytesMax) return frame.length;
  return new TextEncoder().encode(frame).length;
}
