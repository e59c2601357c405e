/**
 * `npm test`: every check, one after the other, each under a heading. One that fails does not keep the others from running.
 * What came out is also written to `checkSummary`, for .ci/run.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { chromiumPath } from './chromium.ts';
import { redisServerPath } from './redis.ts';
import { folders, root, run, runTool } from './tools.ts';

const checkSummary = join(root, 'node_modules/.cache/mockfleet/check.json');
const testSummary = join(root, 'node_modules/.cache/mockfleet/tests.json');

interface Count {
  passed: number;
  failed: number;
}

interface Check {
  name: string;
  /** What it finds out, for whoever reads the output. */
  about: string;
  work: () => Count;
}

const checks: Check[] = [
  { name: 'openssl', about: 'the program that the tests of certificates compare with', work: () => one(openssl()) },
  { name: 'chromium', about: 'the browser that the tests of pages look with', work: () => one(chromium()) },
  { name: 'redis', about: 'the queue that the tests of several machines share', work: () => one(redis()) },
  { name: 'build', about: 'dist/', work: () => one(runTool('tsx', 'tsx', ['scripts/build.ts'])) },
  { name: 'types', about: 'TypeScript, tests included', work: () => one(runTool('typescript', 'tsc', ['--noEmit'])) },
  {
    name: 'console',
    about: 'TypeScript of the console, which runs in a browser',
    work: () => one(runTool('typescript', 'tsc', ['-p', 'server-stub/console'])),
  },
  { name: 'style', about: 'Biome: format and lint', work: () => one(runTool('@biomejs/biome', 'biome', ['check', '--error-on-warnings'])) },
  {
    name: 'imports',
    about: 'dependency-cruiser: who may import whom',
    work: () => one(runTool('dependency-cruiser', 'depcruise', [...folders, 'scripts', 'test'])),
  },
  { name: 'dead code', about: 'knip: files, exports and dependencies that nobody uses', work: () => one(runTool('knip', 'knip', [])) },
  { name: 'package', about: 'publint: what npm would publish', work: () => one(runTool('publint', 'publint', ['--strict'])) },
  { name: 'tests', about: 'vitest', work: tests },
];

const began = performance.now();
const counts = checks.map((check) => {
  process.stdout.write(`\n=== ${check.name}: ${check.about}\n`);
  const startedAt = performance.now();
  const count = check.work();
  return { name: check.name, ...count, seconds: (performance.now() - startedAt) / 1000 };
});

process.stdout.write(`\n=== ${Math.round((performance.now() - began) / 1000)} s in all\n`);
for (const { name, passed, failed, seconds } of counts) {
  const verdict = failed === 0 ? 'ok' : 'FAILED';
  const figures = passed + failed > 1 ? `  ${passed} passed, ${failed} failed` : '';
  process.stdout.write(`${verdict.padEnd(7)}${name.padEnd(10)}${seconds.toFixed(1).padStart(6)} s${figures}\n`);
}
mkdirSync(dirname(checkSummary), { recursive: true });
const sum = (figure: keyof Count) => counts.reduce((total, count) => total + count[figure], 0);
const testsRun = counts.filter((count) => count.name === 'tests').reduce((total, count) => total + count.passed, 0);
writeFileSync(checkSummary, JSON.stringify({ passed: sum('passed'), failed: sum('failed'), tests: testsRun }));
process.exitCode = counts.some((count) => count.failed > 0) ? 1 : 0;

function one(status: number): Count {
  return status === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Debian's Node images come without it. */
function openssl(): number {
  if (run('openssl', ['version']) === 0) return 0;
  if (!install('openssl')) {
    process.stderr.write('The tests need the openssl program. Debian, Ubuntu: sudo apt-get install openssl; macOS: brew install openssl\n');
    return 1;
  }
  return run('openssl', ['version']);
}

/** Without it the tests of pages are skipped, which is a failure in CI alone. */
function chromium(): number {
  if (chromiumPath() === undefined && !install('chromium')) {
    process.stderr.write(
      'Chromium is missing: test/browser.test.ts DOES NOT RUN its page. Debian, Ubuntu: sudo apt-get install chromium; macOS: brew install --cask chromium; elsewhere: CHROMIUM_PATH=/path/to/chromium\n',
    );
    return process.env.CI ? 1 : 0;
  }
  const path = chromiumPath();
  process.stdout.write(`${path}\n`);
  return path === undefined ? 1 : 0;
}

/** Without it the tests of queues are skipped, which is a failure in CI alone. */
function redis(): number {
  if (redisServerPath() === undefined && !install('redis-server')) {
    process.stderr.write(
      'redis-server is missing: test/queue*.test.ts DO NOT RUN. Debian, Ubuntu: sudo apt-get install redis-server; macOS: brew install redis; elsewhere: REDIS_SERVER_PATH=/path/to/redis-server\n',
    );
    return process.env.CI ? 1 : 0;
  }
  const path = redisServerPath();
  return path === undefined ? 1 : run(path, ['--version']);
}

/** By root on Debian; false: not there. */
function install(name: string): boolean {
  const isDebianRoot = process.getuid?.() === 0 && spawnSync('apt-get', ['--version']).status === 0;
  if (!isDebianRoot) return false;
  process.stdout.write(`${name} is missing: installing it with apt-get\n`);
  return run('apt-get', ['update', '-qq']) === 0 && run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', name]) === 0;
}

function tests(): Count {
  mkdirSync(dirname(testSummary), { recursive: true });
  rmSync(testSummary, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${testSummary}`];
  // Programs that tests start are the ones built above.
  process.env.MOCKFLEET_BUILT = '1';
  const status = runTool('vitest', 'vitest', ['run', ...reporters]);
  const summary = readTestSummary();
  const failed = summary.numFailedTests + skippedInCi(summary.numPendingTests + summary.numTodoTests);
  // A file that cannot be loaded, or an error between tests, fails no test.
  const passed = summary.numPassedTests;
  return { passed, failed: failed === 0 && (status !== 0 || passed === 0) ? 1 : failed };
}

function skippedInCi(skipped: number): number {
  if (!process.env.CI || skipped === 0) return 0;
  process.stderr.write(`${skipped} tests were skipped: in CI none may be\n`);
  return skipped;
}

function readTestSummary(): Record<'numPassedTests' | 'numFailedTests' | 'numPendingTests' | 'numTodoTests', number> {
  try {
    return JSON.parse(readFileSync(testSummary, 'utf8'));
  } catch {
    process.stderr.write('vitest left no summary\n');
    return { numPassedTests: 0, numFailedTests: 0, numPendingTests: 0, numTodoTests: 0 };
  }
}
