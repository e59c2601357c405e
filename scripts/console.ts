/** Makes the console (`server-stub/console`) into `dist`: everything is in the package, and the page loads nothing from elsewhere. */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './tools.ts';

const sources = join(root, 'server-stub/console');
/** What its files are below, in `dist`. */
export const consoleFolder = 'server-stub/console';

/** Whether anything was made: not when nothing has changed since. */
export async function buildConsole(dist: string): Promise<boolean> {
  const outDir = join(dist, consoleFolder);
  if (isUpToDate(join(outDir, 'index.html'))) return false;
  // Loaded here: a tenth of a second that most builds do without.
  const { build } = await import('vite');
  await build({
    configFile: false,
    root: sources,
    base: '/console/',
    logLevel: 'warn',
    publicDir: false,
    oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      // A data: URL in a script or a style would want more than the content security policy gives.
      assetsInlineLimit: 0,
      // One style sheet: a page whose own did not come would not come either.
      cssCodeSplit: false,
      modulePreload: { polyfill: false },
      reportCompressedSize: false,
    },
  });
  return true;
}

function isUpToDate(page: string): boolean {
  if (!existsSync(page)) return false;
  const madeAt = statSync(page).mtimeMs;
  const files = readdirSync(sources, { recursive: true, withFileTypes: true }).map((entry) => join(entry.parentPath, entry.name));
  return [...files, sources, import.meta.filename, join(root, 'package-lock.json')].every((file) => statSync(file).mtimeMs < madeAt);
}
