/** The sessions of protocol/examples are what our own stub says, frame by frame: whoever builds a server by them builds the same. */
import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { recordSession, sessionNames } from './support/record-session.ts';

const folder = new URL('../protocol/examples/sessions/', import.meta.url);

/** Keys are those of a checkout, and so is all that depends on them. */
const withoutKeys = (text: string) => text.replace(/(-----BEGIN [A-Z ]+-----).*?(-----END [A-Z ]+-----)/g, '$1$2');

describe('recorded sessions', () => {
  it.each(sessionNames)('%s is what the stub says today (scripts/record-sessions.ts writes it anew)', async (name) => {
    const kept = readFileSync(new URL(`${name}.json`, folder), 'utf8');
    const today = JSON.stringify(await recordSession(name), null, 2);
    expect(JSON.parse(withoutKeys(today))).toEqual(JSON.parse(withoutKeys(kept)));
  });

  it('are all that is in the folder', () => {
    expect(readdirSync(folder).sort()).toEqual(sessionNames.map((name) => `${name}.json`));
  });
});
