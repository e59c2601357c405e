/** The files of the self-service site, which stand beside this module. */
import { readFileSync } from 'node:fs';

export function portalPage(name: string): string {
  return readFileSync(new URL(`./portal/${name}`, import.meta.url), 'utf8');
}
