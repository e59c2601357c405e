/** What is measured: the built package; or, for a look while working on it, the sources. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { root } from '../../tools.ts';

export interface Measured {
  /** Starts `mockfleet`: what comes after `node`. */
  main: readonly string[];
  /** @param module such as `runtime/duration` */
  load(module: string): Promise<unknown>;
}

export function measured(fromSources: boolean): Measured {
  const file = (module: string) => (fromSources ? join(root, `${module}.ts`) : join(root, 'dist', `${module}.js`));
  const loader = fromSources ? ['--import', import.meta.resolve('tsx')] : [];
  return {
    main: [...loader, file('cli/mockfleet')],
    load: (module) => import(pathToFileURL(file(module)).href),
  };
}
