/** The package as npm would publish it, installed and run from another folder. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const scratch = realpathSync(mkdtempSync(join(tmpdir(), 'mockfleet-package-')));
const elsewhere = join(scratch, 'elsewhere');
const prefix = join(scratch, 'prefix');
const installed = join(prefix, 'lib/node_modules/mockfleet');
/** A project of somebody who tests with mockfleet, in each of the usual runners. */
const consumer = join(scratch, 'consumer');
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
      'dist/simulator/simulate.js',
      'dist/simulator/simulate.d.ts',
      'dist/simulator/shards/thread-entry.js',
      'dist/simulator/testing/node.js',
      'dist/simulator/testing/node.d.ts',
      'dist/simulator/testing/msw.js',
      'dist/simulator/testing/msw.d.ts',
      'dist/simulator/scenarios/fleet-lifecycle.yaml',
      'dist/simulator/scenarios/scenario.schema.json',
      'dist/simulator/report/run-result.schema.json',
      'dist/simulator/load/load-result.schema.json',
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
  const { status, stdout, stderr } = mockfleet('run', '--devices', '50', '--days', '30', '--shards', '2', '--workers', '2', '--json');
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

it('gives editors and programs the schemas', () => {
  const script = join(installed, 'probe.mjs');
  writeFileSync(
    script,
    `import schema from 'mockfleet/scenario.schema.json' with { type: 'json' };
     import result from 'mockfleet/run-result.schema.json' with { type: 'json' };
     import load from 'mockfleet/load-result.schema.json' with { type: 'json' };
     for (const { title } of [schema, result, load]) console.log(title);`,
  );
  const { stdout, stderr } = spawnSync(process.execPath, ['--no-warnings', script], { encoding: 'utf8' });
  expect({ stdout, stderr }).toEqual({ stdout: 'mockfleet scenario\nmockfleet run result\nmockfleet load result\n', stderr: '' });
});

describe('in a project that tests with it', () => {
  beforeAll(() => {
    cpSync(join(root, 'test/consumer'), consumer, { recursive: true });
    // msw is a copy of the project's own, beside the one that mockfleet brings along: at run time that does no harm.
    for (const name of ['msw', 'vitest', 'jest', '@microsoft/microsoft-graph-client']) link(join(root, 'node_modules', name), name);
    link(installed, 'mockfleet');
  });

  function link(target: string, name: string): void {
    const place = join(consumer, 'node_modules', name);
    mkdirSync(dirname(place), { recursive: true });
    symlinkSync(target, place);
  }

  function node(words: string[], env: NodeJS.ProcessEnv = {}) {
    // The runner that runs this must not be taken for the project's own.
    const { VITEST: _, VITEST_POOL_ID: __, VITEST_WORKER_ID: ___, NODE_ENV: ____, ...around } = process.env;
    const { status, stdout, stderr } = spawnSync(process.execPath, words, {
      cwd: consumer,
      encoding: 'utf8',
      env: { ...around, NO_COLOR: '1', ...env },
    });
    return { status, output: stdout + stderr };
  }

  it('TD-13 TD-15 TD-16 works under node:test', () => {
    const { status, output } = node(['--test', '--test-reporter=tap', 'node.test.mjs']);
    expect(status, output).toBe(0);
    expect(output).toMatch(/^# pass 1$/m);
  });

  it('TD-13 TD-15 TD-16 works under vitest', () => {
    const { status, output } = node(['node_modules/vitest/vitest.mjs', 'run']);
    expect(status, output).toBe(0);
    expect(output).toMatch(/Tests +1 passed/);
  });

  it('TD-13 TD-15 TD-16 works under jest, from a module and from CommonJS', () => {
    const { status, output } = node(['node_modules/jest/bin/jest.js'], { NODE_OPTIONS: '--experimental-vm-modules' });
    expect(status, output).toBe(0);
    expect(output).toMatch(/^Tests: +2 passed, 2 total$/m);
  });

  it('works where it is required', () => {
    const { status, output } = node([
      '--no-warnings',
      '-e',
      "console.log(require('mockfleet/testing').createTenant({ devices: [{ platform: 'ios' }] }).devices.length)",
    ]);
    expect({ status, output }).toEqual({ status: 0, output: '1\n' });
  });

  it('compiles, with the types that it brings along', () => {
    // Two copies of one class are two types: here both share one, as npm installs it.
    rmSync(join(consumer, 'node_modules/msw'));
    link(join(installed, 'node_modules/msw'), 'msw');
    const { status, output } = node([join(root, 'node_modules/typescript/bin/tsc'), '-p', 'tsconfig.json']);
    expect({ status, output }).toEqual({ status: 0, output: '' });
  }, 180_000);
});

it('has a lock file that names no host, so that any registry will do', () => {
  expect(readFileSync(join(root, 'package-lock.json'), 'utf8')).not.toContain('"resolved"');
});
