/**
 * Makes dist/: compiles, makes the console, copies what is not TypeScript, and removes what has no source any more. Incremental, because `npm start` builds.
 *
 *   tsx scripts/build.ts [--quiet]
 */
import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { argv, stdout } from 'node:process';
import { buildConsole, consoleFolder } from './console.ts';
import { folders, root, runTool } from './tools.ts';

const dist = join(root, 'dist');
const buildInfo = join(dist, '.tsbuildinfo');
const bin = 'cli/mockfleet.js';

const isOfConsole = (path: string) => path.startsWith(`${consoleFolder}/`);
const sources = folders
  .flatMap((folder) => filesBelow(join(root, folder)))
  .map((path) => relative(root, path))
  .filter((path) => !isOfConsole(path));
const modules = sources.filter((path) => path.endsWith('.ts') && !/\.(test|contract|fixture|d)\.ts$/.test(path));
/** Scenarios, their schema, and what browsers get. */
const copied = sources.filter((path) => /\.(yaml|schema\.json|html|css|js)$/.test(path));
const compiled = modules.flatMap((path) => [path.replace(/\.ts$/, '.js'), path.replace(/\.ts$/, '.d.ts')]);

// The compiler trusts its notes: it would not write again what somebody else has removed.
if (compiled.some((path) => !existsSync(join(dist, path)))) rmSync(buildInfo, { force: true });
const status = runTool('typescript', 'tsc', ['-p', 'tsconfig.build.json']);
if (status !== 0) process.exit(status);

await buildConsole(dist);
for (const path of copied) {
  mkdirSync(dirname(join(dist, path)), { recursive: true });
  copyFileSync(join(root, path), join(dist, path));
}
chmodSync(join(dist, bin), 0o755);

const wanted = new Set([...compiled, ...copied].map((path) => join(dist, path)).concat(buildInfo));
for (const path of filesBelow(dist)) if (!wanted.has(path) && !isOfConsole(relative(dist, path))) rmSync(path);

if (!argv.includes('--quiet')) stdout.write(`dist: ${modules.length} modules, ${copied.length} data files\n`);

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
