/**
 * How long `createTenant` takes in a process that has just begun (what a test waits for), and later ones (what every test after the
 * first waits for). Medians over runs in processes of their own; the import of the package is told apart.
 *
 *   tsx scripts/bench/tenant-start.ts [runs]
 */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { argv, stdout } from 'node:process';
import { root } from '../tools.ts';

const runs = Number(argv[2] ?? 9);
const built = join(root, 'dist/simulator/testing/node.js');
const fleets: [about: string, options: object][] = [
  ['empty', {}],
  ['10 devices', { devices: [{ platform: 'ios', count: 10 }] }],
  ['1,000 devices', { devices: [{ platform: 'windows', count: 1000 }] }],
];

const probe = (options: object) => `
  const began = performance.now();
  const { createTenant } = await import(${JSON.stringify(built)});
  const imported = performance.now();
  createTenant(${JSON.stringify(options)});
  const first = performance.now();
  createTenant(${JSON.stringify(options)});
  const second = performance.now();
  console.log(JSON.stringify({ imported: imported - began, first: first - imported, next: second - first }));`;

stdout.write(`milliseconds, medians of ${runs} processes (node ${process.version})\n`);
stdout.write(`${''.padEnd(16)}${['import', 'first', 'next'].map((name) => name.padStart(10)).join('')}\n`);
for (const [about, options] of fleets) {
  const measured = Array.from({ length: runs }, () => {
    const text = execFileSync(process.execPath, ['--input-type=module', '-e', probe(options)], { encoding: 'utf8' });
    return JSON.parse(text) as Record<'imported' | 'first' | 'next', number>;
  });
  const columns = (['imported', 'first', 'next'] as const).map((name) =>
    median(measured.map((one) => one[name]))
      .toFixed(1)
      .padStart(10),
  );
  stdout.write(`${about.padEnd(16)}${columns.join('')}\n`);
}

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}
