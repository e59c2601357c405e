/** From a tenant file to a seed, or to an error that says what is wrong, where, and what is allowed instead. */
import type { FileKind } from '../scenarios/document.ts';
import { parseText, readTextFile } from '../scenarios/load.ts';
import type { TenantSeed } from './seed.ts';
import { tenantSeedSchema } from './seed-schema.ts';

const tenantKind: FileKind = {
  noun: 'a tenant',
  keys: 'users: …, groups: …, devices: …',
  hint: '`mockfleet tenant new` writes one to begin with',
  elsewhere: '`mockfleet tenant new` writes one',
};

/** @throws ScenarioError */
export function loadSeedFile(file: string): { seed: TenantSeed; text: string } {
  const text = readTextFile(file, tenantKind);
  return { seed: parseSeed(text, file), text };
}

/**
 * @param file how messages call it
 * @throws ScenarioError, and nothing else, whatever the text is
 */
export function parseSeed(text: string, file: string): TenantSeed {
  return parseText(text, file, tenantKind, tenantSeedSchema);
}
