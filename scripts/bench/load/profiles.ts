/** Where the time goes while devices check in: profiles of the stub and of one lane, by parts. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type CpuProfile, type Parts, type Shares, sharesOf } from '../million/profile.ts';

const parts: Parts = [
  ['garbage collection', /^\(garbage collector\)/],
  ['native code outside of any function', /^\(program\)/],
  ['sockets, TLS, streams (node)', /(node:|^\S* $)/],
  ['WebSocket frames (ws)', /node_modules\/ws\//],
  ['messages: schemas (zod)', /node_modules\/zod\//],
  ['SQLite', /better-sqlite3|\/store\/sqlite|sqlite-file/],
  ['certificates', /\/certs\/|node-forge|@noble/],
  ['the service', /\/server-stub\//],
  ['the devices', /\/agent\//],
  ['the load run around them', /\/simulator\//],
  ['protocol and links', /\/(protocol|runtime)\//],
];

/** Of the profile that a process has left in this folder. */
export function sharesIn(folder: string): Shares {
  const file = readdirSync(folder).find((name) => name.endsWith('.cpuprofile'));
  if (file === undefined) throw new Error(`There is no profile in ${folder}.`);
  return sharesOf(JSON.parse(readFileSync(join(folder, file), 'utf8')) as CpuProfile, parts, 'the rest');
}
