/** Ctrl-C and the polite kill, as something that a command can wait for and end in order. */
import { exitCodes } from './errors.ts';

export interface Stop {
  signal: AbortSignal;
  /** For the process that ends because of it: 130 after Ctrl-C, 143 after SIGTERM. */
  exitCode(): number;
  /** From here on signals end the process at once again, as they do by default. */
  close(): void;
}

/** The first signal asks; a second one ends the process at once. */
export function listenForStop(): Stop {
  const controller = new AbortController();
  let exitCode: number = exitCodes.interrupted;
  const close = () => {
    process.off('SIGINT', onSignal);
    process.off('SIGTERM', onSignal);
  };
  function onSignal(signal: NodeJS.Signals): void {
    if (signal === 'SIGTERM') exitCode = exitCodes.terminated;
    controller.abort();
    close();
  }
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  return { signal: controller.signal, exitCode: () => exitCode, close };
}
