import { type DestinationStream, pino } from 'pino';

/** Structured log lines: an event's plain data first, then a sentence. Passcodes, tokens and keys are never handed to it. */
export interface Log {
  debug(data: object, sentence: string): void;
  info(data: object, sentence: string): void;
  warn(data: object, sentence: string): void;
  error(data: object, sentence: string): void;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Second line of defence: even if one is handed over by mistake, its value does not reach the line. */
const secrets = ['token', 'passcode', 'password', 'privateKey', 'bypassCode', 'authorization'];

/** JSON lines on standard error (standard output belongs to results), or on `destination`. */
export function jsonLog(level: LogLevel, destination: DestinationStream = pino.destination(2)): Log {
  return pino(
    { level, base: null, timestamp: pino.stdTimeFunctions.isoTime, redact: [...secrets, ...secrets.map((name) => `*.${name}`)] },
    destination,
  );
}

export const silentLog: Log = { debug() {}, info() {}, warn() {}, error() {} };
