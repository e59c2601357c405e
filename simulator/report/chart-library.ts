import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';

export interface ChartLibrary {
  code: string;
  style: string;
}

/** uPlot as it is installed, with its licence, to be put into a page: the report works without network, for ever. */
export function chartLibrary(): ChartLibrary {
  const { resolve } = createRequire(import.meta.url);
  const read = (name: string) => readFileSync(resolve(`uplot/${name}`), 'utf8');
  return { code: `/*\n${read('LICENSE').trim()}\n*/\n${read('dist/uPlot.iife.min.js')}`, style: read('dist/uPlot.min.css') };
}
