/** `mockfleet conformance`: does a server speak the protocol? Case by case. */
import type { CommandModule } from 'yargs';
import type { GraphTarget } from '../simulator/conformance/administrator.ts';
import type { ConformanceTarget } from '../simulator/conformance/bench.ts';
import { conformanceCases } from '../simulator/conformance/conformance-cases.ts';
import { conformanceJunit } from '../simulator/conformance/conformance-junit.ts';
import { caseLines, listLines, summaryLines } from '../simulator/conformance/conformance-text.ts';
import { runConformance } from '../simulator/conformance/run-conformance.ts';
import { nearest } from '../simulator/scenarios/nearest.ts';
import { findPlace, type Place } from './connection.ts';
import { CommandError, exitCodes, wholeNumber, wrongUse } from './errors.ts';
import { lastOnly, repeatable } from './repeated.ts';
import { readEnrollmentToken, stateFiles, stateFolderDefault } from './state-folder.ts';
import { listenForStop } from './stop.ts';
import { writeWhole } from './whole-file.ts';

interface ConformanceArguments {
  server: string | undefined;
  token: string | undefined;
  ca: string | undefined;
  state: string;
  graph: string | undefined;
  'graph-token': string | undefined;
  user: string;
  case: string[] | undefined;
  timeout: number;
  list: boolean;
  json: boolean;
  junit: string | undefined;
}

export const conformanceCommand: CommandModule<object, ConformanceArguments> = {
  builder: (yargs) =>
    repeatable(yargs)
      .option('server', {
        type: 'string',
        requiresArg: true,
        describe: 'Where devices connect, wss://host:port/devices (or MOCKFLEET_URL; default: the stub that runs here)',
      })
      .option('token', { type: 'string', requiresArg: true, describe: 'Token to enrol with (default: of the stub that runs here)' })
      .option('ca', {
        type: 'string',
        requiresArg: true,
        describe: 'File with the certificate of the authority that signed the server\u2019s own (or MOCKFLEET_CA)',
      })
      .option('state', {
        type: 'string',
        default: stateFolderDefault,
        requiresArg: true,
        describe: 'State folder of a stub that runs on this machine',
      })
      .option('graph', {
        type: 'string',
        requiresArg: true,
        describe: 'Address of Graph, https://\u2026: without an administrator, cases with commands are not run',
      })
      .option('graph-token', { type: 'string', requiresArg: true, describe: 'Bearer token for it (or MOCKFLEET_TOKEN)' })
      .option('user', {
        type: 'string',
        default: 'conformance@contoso.example',
        requiresArg: true,
        describe: 'User principal name that its devices enrol for',
      })
      .option('case', { type: 'string', requiresArg: true, describe: 'Only this case; may be given several times' })
      .option('timeout', { type: 'number', default: 5, requiresArg: true, describe: 'Seconds that each answer may take' })
      .option('list', { type: 'boolean', default: false, describe: 'Show the cases, and try nothing' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object instead of text' })
      .option('junit', { type: 'string', requiresArg: true, describe: 'Write a JUnit report to this file, too' })
      .example('$0 conformance', 'the stub that runs here, with everything')
      .example('$0 conformance --server wss://mdm.example:8443/devices --token T --ca ca.pem', 'your own server')
      .example('$0 conformance --server wss://localhost:9000/devices --token T --ca ca.pem --case enrols', 'the first evening')
      .epilogue(
        [
          'What a server has to do is in protocol/README.md; each case names its section of it.',
          'Each case enrols devices of its own and unenrols them afterwards; the wipe and retire it asks for are of those.',
          'Not tried: expiry, advances of the clock, notices and notifications, and idle time-outs.',
          '',
          'Exit codes: 0 every case that was run passed; 1 a case failed; 2 wrong use; 130 interrupted.',
        ].join('\n'),
      ) as never,
  handler: conformance,
};

async function conformance(given: ConformanceArguments): Promise<void> {
  const args = lastOnly(given, ['case']);
  const only = [args.case ?? []].flat();
  for (const name of only) mustBeCase(name);
  wholeNumber('timeout', args.timeout, 1, 600);
  const chosen = conformanceCases.filter(({ name }) => only.length === 0 || only.includes(name));
  if (args.list) {
    const listed = chosen.map(({ name, section, title, needs, administrator = false }) => ({ name, section, title, needs, administrator }));
    const text = args.json ? JSON.stringify(listed) : listLines(chosen).join('\n');
    process.stdout.write(`${text}\n`);
    return;
  }
  const target = targetOf(args);
  const stop = listenForStop();
  const result = await runConformance({
    target,
    only,
    signal: stop.signal,
    onCase(outcome) {
      if (!args.json) for (const line of caseLines(outcome)) process.stdout.write(`${line}\n`);
    },
  });
  stop.close();
  if (args.junit !== undefined) writeReport(args.junit, conformanceJunit(result));
  process.stdout.write(args.json ? `${JSON.stringify(result)}\n` : `${summaryLines(result).join('\n')}\n`);
  if (stop.signal.aborted) process.exitCode = stop.exitCode();
  else if (!result.conforms) process.exitCode = exitCodes.failed;
}

function mustBeCase(name: string): void {
  const names = conformanceCases.map((one) => one.name);
  if (names.includes(name)) return;
  const meant = nearest(name, names);
  throw wrongUse(`--case: no case is called ${name}.${meant === undefined ? '' : ` Did you mean ${meant}?`} --list shows them all.`);
}

/** @throws CommandError when no server, or no token, is named and none is found */
function targetOf(args: ConformanceArguments): ConformanceTarget {
  const address = args.server ?? process.env.MOCKFLEET_URL;
  const url = address === undefined ? undefined : addressOf('server', address, /^(https|wss):/i);
  const place = findPlace({ server: url?.origin, ca: args.ca, state: args.state });
  mustBeCertificate(place.ca);
  // `place.token` is there where the stub is one of this machine, and so is the token that enrols: nobody else is shown either.
  const own = place.token === undefined ? undefined : readEnrollmentToken(stateFiles(args.state));
  const enrollmentToken = args.token ?? own ?? process.env.MOCKFLEET_TOKEN;
  if (enrollmentToken === undefined) throw wrongUse('A token to enrol with is needed: --token.');
  const path = url === undefined || url.pathname === '/' ? '/devices' : url.pathname;
  return {
    devices: `${place.url.replace(/^https:/i, 'wss:')}${path}`,
    ca: place.ca,
    enrollmentToken,
    userPrincipalName: args.user,
    graph: graphOf(args, place),
    answerMs: args.timeout * 1000,
  };
}

function addressOf(option: string, text: string, scheme: RegExp): URL {
  const beginning = option === 'graph' ? 'https://' : 'wss:// or https://';
  if (!scheme.test(text) || !URL.canParse(text)) throw wrongUse(`--${option} takes an address that begins with ${beginning}, not ${text}.`);
  return new URL(text.replace(/^wss:/i, 'https:'));
}

/** Without one, every connection would fail for a reason that OpenSSL does not name. */
function mustBeCertificate(pem: string | undefined): void {
  if (pem !== undefined && !pem.includes('-----BEGIN CERTIFICATE-----')) throw wrongUse('--ca names a file with no certificate in PEM.');
}

/** Graph, where an administrator can be played: at the address that was named, or at the stub of this machine. */
function graphOf({ graph, 'graph-token': named, state }: ConformanceArguments, place: Place): GraphTarget | null {
  if (graph === undefined && named === undefined && place.token === undefined) return null;
  const { url, token: own } =
    graph === undefined ? place : findPlace({ server: addressOf('graph', graph, /^https:/i).origin, ca: undefined, state });
  const token = named ?? process.env.MOCKFLEET_TOKEN ?? own;
  if (token === undefined) throw wrongUse('--graph needs a token, too: --graph-token or MOCKFLEET_TOKEN.');
  return { url, token, ca: place.ca };
}

function writeReport(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    throw new CommandError('file-unwritable', `Cannot write ${path}: ${(error as Error).message}. Name another file with --junit.`);
  }
}
