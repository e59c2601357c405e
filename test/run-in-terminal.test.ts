/** `mockfleet run` in a real terminal, under a shell with job control: p and Ctrl-Z hold it, and it comes to the same. */
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { RunResult } from '../simulator/result.ts';
import { runScenario } from '../simulator/run.ts';
import { findScenario } from '../simulator/scenarios/catalogue.ts';
import { programWords } from './support/program.ts';
import { scratch } from './support/scratch.ts';
import { until } from './support/until.ts';

const ctrlZ = '\u001a';
const size = { devices: 200, days: 250, seed: '1', shards: 4 };
const words = [
  'run',
  ...Object.entries(size).flatMap(([name, value]) => [`--${name}`, String(value)]),
  '--workers',
  '2',
  '--every-check-in',
];

/** A terminal whose shell runs the command, says when it was stopped, and has it go on once a line is typed. */
class Terminal {
  screen = '';
  readonly #script: ChildProcess;

  constructor(command: readonly string[]) {
    const quoted = command.map((word) => `'${word}'`).join(' ');
    // -m: every command is a job of its own, which a terminal can stop.
    const shell = `bash -m -c "${quoted}; echo \\"left with \\$?\\"; read; fg; echo \\"ended with \\$?\\""`;
    this.#script = spawn('script', ['-qfc', shell, '/dev/null'], { stdio: ['pipe', 'pipe', 'ignore'] });
    this.#script.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.screen += text;
    });
    onTestFinished(() => {
      this.#script.stdin?.end();
      this.#script.kill('SIGKILL');
    });
  }

  type(keys: string): void {
    this.#script.stdin?.write(keys);
  }

  shows(what: RegExp): Promise<unknown> {
    return until(
      String(what),
      () => what.test(this.screen),
      () => this.screen,
    );
  }
}

describe.skipIf(process.platform !== 'linux')('a run in a terminal', () => {
  it('M-09 is held by Ctrl-Z like any program, goes on in the foreground, and by p; and comes to the same', async () => {
    const folder = scratch();
    const alone = await runScenario(findScenario('fleet-lifecycle'), { ...size, workers: 1 });
    alone.close();
    const terminal = new Terminal([process.execPath, ...programWords, ...words, '--out', folder]);
    await terminal.shows(/ \d+ %/);
    terminal.type(ctrlZ);
    // 128 + SIGTSTP.
    await terminal.shows(/left with 148/);
    terminal.type('\n');
    await terminal.shows(/left with 148.* %/s);
    terminal.type('p');
    await terminal.shows(/paused: p goes on, Ctrl-C stops/);
    terminal.type('p');
    await terminal.shows(/going on/);
    await terminal.shows(/ended with 0/);
    const { digest, stopped } = JSON.parse(readFileSync(join(folder, 'result.json'), 'utf8')) as RunResult;
    expect({ digest, stopped }).toEqual({ digest: alone.result.digest, stopped: false });
  });
});
