/** Artillery (npm): one worker, its own `ws` engine; each user connects as a device of its own. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { env } from 'node:process';
import { subProtocol } from '../../../protocol/messages.ts';
import { checkInOf } from './check-in.ts';
import type { Errand, Tool } from './tool.ts';

const checkIns = 1_000_000;

/** @param folder that it was installed into (`npm install --prefix`). null: it is not there */
export function findArtillery(folder: string | undefined): Tool | null {
  if (folder === undefined) return null;
  const home = join(folder, 'node_modules/artillery');
  if (!existsSync(home)) return null;
  const { version } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as { version: string };
  return { name: 'Artillery', version, prepare: (errand) => prepare(errand, join(home, 'bin/run')) };
}

function prepare({ url, ca, identities, connectionsPerSecond, holdSeconds, folder }: Errand, main: string): readonly string[] {
  const users = identities.map((identity) => ({ cert: identity.certificate, key: identity.key, checkIn: checkInOf(identity) }));
  writeFileSync(join(folder, 'users.json'), JSON.stringify(users), { mode: 0o600 });
  writeFileSync(join(folder, 'ca.pem'), ca);
  // Its engine hands over what a user connects with before it does.
  writeFileSync(
    join(folder, 'users.cjs'),
    `const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const users = JSON.parse(readFileSync(join(__dirname, 'users.json'), 'utf8'));
const ca = readFileSync(join(__dirname, 'ca.pem'), 'utf8');
let next = 0;
module.exports.asDevice = (wsArgs, context, done) => {
  const { cert, key, checkIn } = users[next++ % users.length];
  context.vars.checkIn = checkIn;
  wsArgs.subprotocols = ['${subProtocol}'];
  wsArgs.options = { ...wsArgs.options, ca, cert, key, perMessageDeflate: false };
  done();
};
`,
  );
  const seconds = Math.max(1, Math.ceil(identities.length / connectionsPerSecond));
  const answer = { json: '$.type', value: 'check-in-done' };
  const script = {
    config: {
      target: url,
      processor: './users.cjs',
      timeout: 120,
      phases: [{ duration: seconds, arrivalCount: identities.length }],
    },
    scenarios: [
      {
        engine: 'ws',
        flow: [
          { connect: { function: 'asDevice' } },
          { think: holdSeconds },
          { loop: [{ send: { payload: '{{ checkIn }}', match: answer } }], count: checkIns },
        ],
      },
    ],
  };
  const file = join(folder, 'artillery.json');
  writeFileSync(file, JSON.stringify(script));
  // One worker, so that no two users are the same device.
  return [
    env.SHELL ?? '/bin/sh',
    '-c',
    `WORKERS=1 ARTILLERY_DISABLE_TELEMETRY=true exec '${process.execPath}' '${main}' run --quiet '${file}'`,
  ];
}
