/** Keys that steer a run in a terminal: `p` pauses it, and lets it go on. */
import { execFileSync } from 'node:child_process';

const [ctrlC, ctrlZ, ctrlBackslash] = ['\u0003', '\u001a', '\u001c'];

/** What a terminal's standard input has for this. */
type Terminal = Pick<NodeJS.ReadStream, 'isTTY' | 'setRawMode' | 'on' | 'off' | 'resume' | 'pause'>;

export interface Keys {
  /** From here on the terminal is as it was. */
  close(): void;
}

/**
 * Nothing without a terminal, or in the background, where a process that touches its terminal is stopped.
 * @param steer what the keyboard's signals are sent by, which a terminal that gives out single keys does not send itself
 */
export function listenForKeys(terminal: Terminal, onPause: () => void, steer: Steer = ownProcess): Keys {
  if (terminal.isTTY !== true || !steer.isInForeground()) return { close() {} };
  const onData = (data: Buffer | string) => {
    for (const key of String(data)) {
      if (key === 'p' || key === 'P') onPause();
      else if (key === ctrlC) steer.signal('SIGINT');
      else if (key === ctrlBackslash) steer.signal('SIGQUIT');
      else if (key === ctrlZ) {
        terminal.setRawMode(false);
        steer.onceContinued(() => {
          if (!isClosed && steer.isInForeground()) terminal.setRawMode(true);
        });
        steer.signal('SIGTSTP');
      }
    }
  };
  let isClosed = false;
  terminal.setRawMode(true);
  terminal.on('data', onData);
  terminal.resume();
  return {
    close() {
      if (isClosed) return;
      isClosed = true;
      terminal.off('data', onData);
      terminal.pause();
      terminal.setRawMode(false);
    },
  };
}

interface Steer {
  isInForeground(): boolean;
  signal(name: NodeJS.Signals): void;
  onceContinued(work: () => void): void;
}

const ownProcess: Steer = {
  isInForeground() {
    try {
      // POSIX: a plus sign for whoever is in the foreground process group of its terminal.
      return execFileSync('ps', ['-o', 'stat=', '-p', String(process.pid)], { encoding: 'utf8' }).includes('+');
    } catch {
      // No such program here: then there is no pausing.
      return false;
    }
  },
  signal: (name) => process.kill(process.pid, name),
  onceContinued: (work) => process.once('SIGCONT', work),
};
