/** A state folder for a stub that is to start fast: what takes it longest is to make keys, and no test is about which ones it has. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openKeyPool } from '../../certs/key-pool.ts';
import { root } from './program.ts';
import { scratch } from './scratch.ts';

/** Made once per checkout. Stubs that one test starts beside each other have different ones. */
const authorities = openKeyPool(join(root, 'node_modules/.cache/mockfleet/test-stub-keys'), 4);
const devices = openKeyPool(join(root, 'node_modules/.cache/mockfleet/test-keys'), 4);
let started = 0;

/**
 * For `mockfleet serve` with these words. The authority's key, without a certificate: the stub goes on as after a start that was
 * interrupted. And those that its fleet shares. That of a scenario has to be empty.
 */
export async function stateFor(words: readonly string[]): Promise<string> {
  const state = join(scratch(), 'stub');
  if (words.includes('--scenario')) return state;
  keep(join(state, 'ca'), 'ca.key.pem', await authorities.keyAt(started++));
  for (let index = 0; index < devices.size; index += 1) keep(join(state, 'keys'), `key-0${index}.pem`, await devices.keyAt(index));
  return state;
}

function keep(folder: string, name: string, pem: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, name), pem, { mode: 0o600 });
}
