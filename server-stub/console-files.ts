/** The files of the console as they were built; beside this module in `dist`, where a checkout has them too. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

export interface ConsoleFile {
  body: Uint8Array<ArrayBuffer>;
  type: string;
}

/** By path below `/console/`; undefined: there is none. `index.html` is the page. */
export type ConsoleFiles = (path: string) => ConsoleFile | undefined;

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

/** Only what is there when the first one is asked for: no path from outside ever reaches the disk. */
export function consoleFiles(): ConsoleFiles {
  let files: Map<string, ConsoleFile> | undefined;
  return (path) => {
    files ??= read();
    return files.get(path);
  };
}

function read(): Map<string, ConsoleFile> {
  const isSource = import.meta.url.endsWith('.ts');
  const folder = fileURLToPath(new URL(isSource ? '../dist/server-stub/console/' : './console/', import.meta.url));
  if (!existsSync(folder)) return new Map();
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) => path.replaceAll('\\', '/'));
  return new Map(
    entries.flatMap((path) => {
      const type = types[extname(path)];
      return type === undefined ? [] : [[path, { body: Uint8Array.from(readFileSync(`${folder}${path}`)), type }] as const];
    }),
  );
}
