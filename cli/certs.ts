/** `mockfleet certs`: the stub's certificate authority by hand. Makes or shows it, issues for a CSR, looks at a certificate. */
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, readSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Argv, CommandModule } from 'yargs';
import { authorityFiles, openAuthority, openOrCreateAuthority } from '../certs/authority-folder.ts';
import { CertificateError } from '../certs/errors.ts';
import { serialBytes, serialFromBytes } from '../certs/serial.ts';
import { type CertificateDescription, describeCertificate, summarize } from '../certs/summary.ts';
import { validityFrom } from '../certs/validity.ts';
import { systemClock } from '../runtime/clock.ts';
import { dayMs, formatInstant } from '../runtime/duration.ts';
import { CommandError } from './errors.ts';

/** Certificates and requests are a few thousand octets; anything larger was meant for another program. */
const fileBytesMax = 1024 * 1024;
const daysMax = 36_500;

const initCommand: CommandModule<object, { state: string; json: boolean }> = {
  command: 'init',
  describe: 'Make the certificate authority of a state folder, or show the one that is there',
  builder: (yargs) => common(yargs),
  handler({ state, json }) {
    const folder = authorityFolder(state);
    const now = systemClock.now();
    const created = !isThere(authorityFiles(folder).certificate);
    const authority = openOrCreateAuthority(folder, { now, serialNumber: newSerial() });
    const description = describeCertificate(authority.certificate, now);
    const file = authorityFiles(folder).certificate;
    if (json) return printJson({ created, file, ...forJson(description) });
    print(`${created ? 'Made a certificate authority' : 'The certificate authority is there already'}: ${file}\n${table(description)}`);
  },
};

interface IssueArguments {
  state: string;
  json: boolean;
  csr: string;
  subject: string;
  days: number;
  out: string | undefined;
  at: string | undefined;
}

const issueCommand: CommandModule<object, IssueArguments> = {
  command: 'issue',
  describe: 'Issue a device certificate for a certificate request (CSR)',
  builder: (yargs) =>
    common(yargs)
      .option('csr', { type: 'string', demandOption: true, requiresArg: true, describe: 'File with the request in PEM' })
      .option('subject', { type: 'string', demandOption: true, requiresArg: true, describe: 'Device id, whatever the request asks for' })
      .option('days', { type: 'number', default: 365, requiresArg: true, describe: 'Days that it is valid' })
      .option('out', { type: 'string', requiresArg: true, describe: 'Write the certificate to this new file instead of standard output' })
      .option('at', { type: 'string', requiresArg: true, describe: 'Instant of issue in ISO 8601 (default: now)' }),
  handler({ state, json, csr, subject, days, out, at }) {
    const authority = openExisting(state);
    const { notBefore } = validityFrom(readInstant(at) ?? systemClock.now());
    const serialNumber = newSerial();
    const validity = { notBefore, notAfter: notBefore + readDays(days) * dayMs };
    const certificate = authority.issueForCsr({ csr: readText(csr, 'a CSR'), subject, serialNumber, ...validity });
    if (out !== undefined) writeNew(out, certificate);
    const dates = { notBefore: formatInstant(validity.notBefore), notAfter: formatInstant(validity.notAfter) };
    if (json) return printJson({ subject, serialNumber, ...dates, ...(out === undefined ? {} : { file: out }), certificate });
    print(out === undefined ? certificate : `${out}: ${subject}, serial number ${serialNumber}, ${dates.notBefore} to ${dates.notAfter}\n`);
  },
};

interface InspectArguments {
  state: string;
  json: boolean;
  file: string;
  at: string | undefined;
}

const inspectCommand: CommandModule<object, InspectArguments> = {
  command: 'inspect <file>',
  describe: 'Show what is in a certificate (PEM or DER), and whether the authority of the state folder issued it',
  builder: (yargs) =>
    common(yargs).positional('file', { type: 'string', demandOption: true, describe: 'File with the certificate' }).option('at', {
      type: 'string',
      requiresArg: true,
      describe: 'Instant to count the days left from (default: now)',
    }),
  handler({ state, json, file, at }) {
    const content = readOctets(file, 'a certificate');
    const description = describeCertificate(content, readInstant(at) ?? systemClock.now());
    // A certificate can be looked at without an authority; whether it is ours is then not known.
    const ours = isThere(authorityFiles(authorityFolder(state)).certificate) ? summarize(content, openExisting(state)).trusted : undefined;
    if (json) return printJson({ ...forJson(description), ...(ours === undefined ? {} : { issuedByThisAuthority: ours }) });
    print(table(description, ours === undefined ? [] : [['issued by this authority', ours ? 'yes' : 'no']]));
  },
};

export const certsCommand: CommandModule = {
  builder: (yargs) =>
    yargs.command(initCommand).command(issueCommand).command(inspectCommand).demandCommand(1, 'Say what to do: init, issue or inspect.'),
  handler: () => {},
};

function common<T>(yargs: Argv<T>) {
  return yargs
    .option('state', { type: 'string', default: '.mockfleet', requiresArg: true, describe: 'Folder of everything that lasts' })
    .option('json', { type: 'boolean', default: false, describe: 'One JSON object instead of text' });
}

function authorityFolder(state: string): string {
  return join(state, 'ca');
}

function openExisting(state: string) {
  try {
    return openAuthority(authorityFolder(state));
  } catch (error) {
    if (!(error instanceof CertificateError) || error.code !== 'ca-missing') throw error;
    throw new CommandError(error.code, `${error.message} Make one with \`mockfleet certs init --state ${state}\`, or name another folder.`);
  }
}

function newSerial(): string {
  return serialFromBytes(randomBytes(serialBytes));
}

/** Checked in the handlers, because yargs strips the code from what a `coerce` throws. */
function readDays(days: number): number {
  if (Number.isInteger(days) && days >= 1 && days <= daysMax) return days;
  throw new CommandError('wrong-use', `--days takes a whole number from 1 to ${daysMax}.`);
}

/** A date without a time means midnight UTC; a time needs its zone, so that the same command does the same everywhere. */
function readInstant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const shape = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2}))?$/;
  const instant = typeof text === 'string' && shape.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new CommandError('wrong-use', '--at takes an instant in ISO 8601 with its zone, such as 2027-03-01T12:00:00Z.');
}

function isThere(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false }) !== undefined;
}

function readText(path: string, what: string): string {
  return readOctets(path, what).toString('utf8');
}

/** Reads one octet more than is allowed at most, because devices and pipes do not tell their size. */
function readOctets(path: string, what: string): Buffer {
  const octets = Buffer.alloc(fileBytesMax + 1);
  let length = 0;
  try {
    const file = openSync(path, 'r');
    try {
      for (let got = -1; got !== 0 && length < octets.length; length += got)
        got = readSync(file, octets, length, octets.length - length, null);
    } finally {
      closeSync(file);
    }
  } catch (error) {
    throw new CommandError('file-unreadable', `Cannot read ${path} (${reasonOf(error)}). Name a file with ${what} in it.`);
  }
  if (length <= fileBytesMax) return octets.subarray(0, length);
  throw new CommandError('file-unreadable', `${path} has more than ${fileBytesMax} octets. Name a file with ${what} in it.`);
}

/** Never over an existing file: a slip of the keyboard must not cost a private key. */
function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx' });
  } catch (error) {
    throw new CommandError(
      'file-unwritable',
      `Cannot write ${path} (${reasonOf(error)}). Name a new file with --out, in a folder that exists.`,
    );
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  const words: Record<string, string> = { ENOENT: 'there is none', EEXIST: 'it exists', EACCES: 'not permitted', EISDIR: 'it is a folder' };
  return words[code ?? ''] ?? code ?? 'unknown reason';
}

function forJson(description: CertificateDescription) {
  return { ...description, notBefore: formatInstant(description.notBefore), notAfter: formatInstant(description.notAfter) };
}

function table(description: CertificateDescription, more: [string, string][] = []): string {
  const rows: [string, string | undefined][] = [
    ['subject', description.subject],
    ['issuer', description.issuer],
    ['serial number', description.serialNumber],
    ['valid from', formatInstant(description.notBefore)],
    ['valid to', `${formatInstant(description.notAfter)} (${left(description.daysLeft)})`],
    ['authority', description.isAuthority ? 'yes' : 'no'],
    ['key usage', [...description.keyUsage, ...description.extendedKeyUsage].join(', ')],
    ['names', description.subjectAltName],
    ['subject key id', description.subjectKeyIdentifier],
    ['authority key id', description.authorityKeyIdentifier],
    ['SHA-256', description.fingerprintSha256],
    ...more,
  ];
  const width = Math.max(...rows.map(([name]) => name.length)) + 2;
  return rows.map(([name, value]) => (value ? `${name.padEnd(width)}${printable(value)}\n` : '')).join('');
}

function left(days: number): string {
  return days < 0 ? 'expired' : `${days} ${days === 1 ? 'day' : 'days'} left`;
}

/** A certificate's names are a stranger's text: nothing of it may steer a terminal. */
function printable(text: string): string {
  return text.replace(/\p{Cc}/gu, '?');
}

function print(text: string): void {
  process.stdout.write(text);
}

function printJson(value: object): void {
  print(`${JSON.stringify(value)}\n`);
}
