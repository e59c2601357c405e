/** Where things are, and how the programs of node_modules are started: without a shell between. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

/** What the package is made of. */
export const folders = ['protocol', 'runtime', 'certs', 'agent', 'server-stub', 'simulator', 'cli'];

/** Longer than any check takes; one that hangs must end before whoever started us loses patience. */
const limitMs = 18 * 60_000;

/** The exit status of a package's program, which writes to our own streams. */
export function runTool(packageName: string, name: string, args: readonly string[]): number {
  const folder = join(root, 'node_modules', packageName);
  const { bin } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { bin: string | Record<string, string> };
  const file = typeof bin === 'string' ? bin : bin[name];
  if (file === undefined) throw new Error(`${packageName} has no program ${name}`);
  return run(process.execPath, [join(folder, file), ...args]);
}

export function run(command: string, args: readonly string[]): number {
  const { status, error, signal } = spawnSync(command, args, { cwd: root, stdio: 'inherit', timeout: limitMs });
  if (error !== undefined) process.stderr.write(`${command}: ${error.message}\n`);
  else if (signal !== null) process.stderr.write(`${command}: ended by ${signal}\n`);
  return status ?? 1;
}
