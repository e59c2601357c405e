/** Writes protocol/examples/sessions: whole sessions, recorded from the stub. `npx tsx scripts/record-sessions.ts`, after the protocol changed. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { recordSession, sessionNames } from '../test/support/record-session.ts';

const folder = new URL('../protocol/examples/sessions/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const name of sessionNames) {
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(await recordSession(name), null, 2)}\n`);
}
