/** `mockfleet` as a process of its own, as a user's shell would start it; killed with the test. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { patienceMs, until } from './until.ts';

export const root = join(import.meta.dirname, '../..');
/**
 * From the sources; or what `npm test` has just built of them, which starts in a third of the time. The loader by its full address, for
 * programs that run in other folders.
 */
export const programWords =
  process.env.MOCKFLEET_BUILT === '1'
    ? [join(root, 'dist/cli/mockfleet.js')]
    : ['--import', import.meta.resolve('tsx'), join(root, 'cli/mockfleet.ts')];

export type Line = Record<string, unknown>;

export interface Ended {
  code: number | null;
  signal: NodeJS.Signals | null;
  stdout: string;
  stderr: string;
}

export interface ProgramOptions {
  cwd?: string;
  env?: NodeJS.ProcessEnv;
  typesInto?: boolean;
}

export class Program {
  readonly words: readonly string[];
  readonly ended: Promise<Ended>;
  hasEnded = false;
  stdout = '';
  stderr = '';
  readonly #child: ChildProcess;
  readonly #onLine: ((line: Line) => void)[] = [];

  /** @param options `typesInto`: its standard input is a pipe, and `type` writes into it */
  constructor(words: readonly string[], options: ProgramOptions = {}) {
    this.words = words;
    // The tests' own surroundings must not name a stub.
    const { MOCKFLEET_URL: _, MOCKFLEET_TOKEN: __, MOCKFLEET_CA: ___, ...env } = process.env;
    this.#child = spawn(process.execPath, [...programWords, ...words], {
      cwd: options.cwd ?? root,
      env: { ...env, ...options.env },
      stdio: [options.typesInto === true ? 'pipe' : 'ignore', 'pipe', 'pipe'],
    });
    let unread = '';
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.stdout += text;
      const lines = (unread + text).split('\n');
      unread = lines.pop() ?? '';
      for (const line of lines) if (line.startsWith('{')) for (const hear of this.#onLine) hear(JSON.parse(line) as Line);
    });
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr += text;
    });
    this.ended = new Promise((resolve) => {
      this.#child.once('close', (code, signal) => {
        this.hasEnded = true;
        resolve({ code, signal, stdout: this.stdout, stderr: this.stderr });
      });
    });
  }

  get pid(): number {
    return this.#child.pid as number;
  }

  /** The lines of JSON that it has printed so far. */
  get lines(): Line[] {
    return parseLines(this.stdout);
  }

  /** Its log: the lines of JSON on standard error. */
  get log(): Line[] {
    return parseLines(this.stderr);
  }

  /** Hears each line of JSON in the very moment that it comes. */
  onLine(hear: (line: Line) => void): void {
    this.#onLine.push(hear);
  }

  /** The first line of JSON with these members, from the beginning on. */
  line(members: Line, ms = patienceMs): Promise<Line> {
    const fits = (line: Line) => Object.entries(members).every(([name, value]) => line[name] === value);
    return until(
      `a line ${JSON.stringify(members)} of ${this.words.join(' ')}`,
      () => this.lines.find(fits) ?? this.#failIfEnded(fits),
      () => this.words.join(' ') + this.stdout + this.stderr,
      ms,
    );
  }

  /** Writes one line into its standard input; `null` ends it. */
  type(line: object | string | null): void {
    if (line === null) this.#child.stdin?.end();
    else this.#child.stdin?.write(`${typeof line === 'string' ? line : JSON.stringify(line)}\n`);
  }

  kill(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  async killed(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }

  /** @throws Error (rejects) when it does not end by itself */
  async end(ms = patienceMs): Promise<Ended> {
    await until(
      `the end of ${this.words.join(' ')}`,
      () => this.hasEnded,
      () => this.stdout + this.stderr,
      ms,
    );
    return this.ended;
  }

  #failIfEnded(fits: (line: Line) => boolean): undefined {
    if (!this.hasEnded || this.lines.some(fits)) return undefined;
    throw new Error(`mockfleet ${this.words.join(' ')} ended before that.\n${this.stdout}\n${this.stderr}`);
  }
}

/** Starts `mockfleet` for one test. */
export function mockfleet(words: readonly string[], options: ProgramOptions = {}): Program {
  const program = new Program(words, options);
  onTestFinished(() => program.killed());
  return program;
}

/** Runs `mockfleet` to its end. */
export function runMockfleet(words: readonly string[], options: ProgramOptions = {}): Promise<Ended> {
  return mockfleet(words, options).end();
}

function parseLines(text: string): Line[] {
  return text
    .split('\n')
    .slice(0, -1)
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Line);
}
