/** The package as npm would publish it, installed and run from another folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'mockfleet-package-')));
const elsewhere = join(scratch, 'elsewhere');
const prefix = join(scratch, 'prefix');
const installed = join(prefix, 'lib/node_modules/mockfleet');
let files: string[] = [];

function npm(...args: string[]): string {
  return execFileSync('npm', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
}

function mockfleet(...args: string[]) {
  return spawnSync(join(prefix, 'bin/mockfleet'), args, { cwd: elsewhere, encoding: 'utf8' });
}

beforeAll(() => {
  mkdirSync(elsewhere);
  const [packed] = JSON.parse(npm('pack', '--json', '--silent', '--pack-destination', scratch)) as [
    { filename: string; files: { path: string }[] },
  ];
  files = packed.files.map((file) => file.path);
  // Compiling better-sqlite3 takes minutes: the one that is compiled here already will do.
  npm(
    'install',
    '--global',
    '--prefix',
    prefix,
    '--ignore-scripts',
    '--no-audit',
    '--no-fund',
    '--prefer-offline',
    join(scratch, packed.filename),
  );
  cpSync(join(root, 'node_modules/better-sqlite3/build'), join(installed, 'node_modules/better-sqlite3/build'), { recursive: true });
}, 240_000);
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

it('holds the programs, the scenarios and the licence, and nothing that is only for us', () => {
  expect(files).toEqual(
    expect.arrayContaining([
      'LICENSE',
      'package.json',
      'dist/cli/mockfleet.js',
      'dist/server-stub/msw.js',
      'dist/server-stub/msw.d.ts',
      'dist/simulator/scenarios/fleet-lifecycle.yaml',
      'dist/simulator/scenarios/scenario.schema.json',
    ]),
  );
  expect(files.filter((file) => /\.(test|contract|fixture)\.|tsbuildinfo|^(scripts|test|node_modules)\//.test(file))).toEqual([]);
});

it('has what it imports among its dependencies', () => {
  const { dependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { dependencies: Record<string, string> };
  const imported = files
    .filter((file) => file.endsWith('.js'))
    .flatMap((file) => [
      ...readFileSync(join(root, file), 'utf8').matchAll(/^(?:import|export) (?:.* from )?'((?:@[^/']+\/)?[^./'][^/']*)[^']*';/gm),
    ])
    .map((match) => match[1] as string)
    .filter((name) => !name.startsWith('node:'));
  expect(imported).toContain('yargs');
  expect([...new Set(imported)].filter((name) => !(name in dependencies))).toEqual([]);
});

it('says its version', () => {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  expect(mockfleet('--version')).toMatchObject({ status: 0, stdout: `${version}\n`, stderr: '' });
});

it('lives a scenario, and writes its files where it was called', () => {
  const { status, stdout, stderr } = mockfleet('run', '--devices', '50', '--days', '30', '--json');
  expect(status, stderr).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    scenario: 'fleet-lifecycle',
    devices: 50,
    days: 30,
    passed: true,
    report: join(elsewhere, 'mockfleet-out/fleet-lifecycle-1/report.html'),
  });
  expect(readFileSync(join(elsewhere, 'mockfleet-out/fleet-lifecycle-1/report.html'), 'utf8')).toContain('uPlot');
});

it('gives editors the schema', () => {
  const script = join(installed, 'probe.mjs');
  writeFileSync(
    script,
    `import schema from 'mockfleet/scenario.schema.json' with { type: 'json' };
     console.log(schema.title);`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', script], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'mockfleet scenario\n', stderr: '' });
});

it('has a lock file that names no host, so that any registry will do', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});
