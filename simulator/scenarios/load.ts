/**
 * From a file to a `Scenario`, or to an error that says what is wrong, where, and what is allowed instead.
 * The order protects: size before reading, text before YAML, plain data before the schema.
 */
import { closeSync, constants, fstatSync, openSync, readSync } from 'node:fs';
import type { z } from 'zod';
import { type FileKind, readDocument, scenarioKind } from './document.ts';
import { fileError, ScenarioError, type ScenarioIssue } from './errors.ts';
import { explainAll, pathText } from './explain.ts';
import type { Scenario } from './scenario.ts';
import { scenarioSchema } from './schema.ts';

export interface LoadedScenario {
  scenario: Scenario;
  /** The file as it was read: a run keeps it, to be replayed from it. */
  text: string;
  /** Path of the file. */
  file: string;
}

/** 1 MiB. */
const bytesMax = 1_048_576;
/** Issues looked at in detail (place, nearest word); of them the first 20 are shown. */
const explainedMax = 200;

/**
 * @param file how messages call it
 * @throws ScenarioError, and nothing else, whatever the text is
 */
export function parseScenario(text: string, file: string): Scenario {
  return parseText(text, file, scenarioKind, scenarioSchema);
}

/**
 * The same for any kind of file.
 * @throws ScenarioError
 */
export function parseText<T>(text: string, file: string, kind: FileKind, schema: z.ZodType<T>): T {
  if (text.length > bytesMax || Buffer.byteLength(text) > bytesMax) throw tooLarge(file, Buffer.byteLength(text));
  if (text.includes('\0')) throw fileError(file, 'scenario-unreadable', 'it is binary data; allowed: YAML, as UTF-8 text');
  const document = readDocument(text, file, kind);
  const result = schema.safeParse(document.data);
  if (result.success) return result.data;

  const explanations = explainAll(result.error.issues.slice(0, explainedMax), document.data);
  const [first, ...others] = explanations.slice(0, explainedMax).map(({ path, part, message, code }): ScenarioIssue => {
    return { file, ...document.place(path, part), path: pathText(path), message, code };
  });
  if (first === undefined) throw new Error('zod refused the file without an issue');
  throw new ScenarioError(
    [first, ...others],
    explanations.length - 1 - others.length + Math.max(0, result.error.issues.length - explainedMax),
  );
}

/** @throws ScenarioError */
export function loadScenarioFile(file: string): LoadedScenario {
  const text = readTextFile(file, scenarioKind);
  return { scenario: parseScenario(text, file), text, file };
}

/** @throws ScenarioError */
export function readTextFile(file: string, kind: FileKind): string {
  const bytes = readBytes(file, kind);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw fileError(file, 'scenario-unreadable', 'it is not UTF-8 text; allowed: YAML, as UTF-8 text');
  }
}

/** Never reads more than the limit and one byte, whatever `stat` says or the file becomes meanwhile. */
function readBytes(file: string, { noun, elsewhere }: FileKind): Buffer {
  const allowed = `${noun} file (.yaml)`;
  let descriptor: number;
  try {
    // Without O_NONBLOCK the opening of a pipe that nobody writes to would never return.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    throw fileError(file, 'scenario-unreadable', whyUnreadable(error, allowed, elsewhere));
  }
  try {
    const facts = fstatSync(descriptor);
    if (facts.isDirectory()) throw fileError(file, 'scenario-unreadable', `it is a directory; allowed: ${allowed}`);
    if (!facts.isFile()) throw fileError(file, 'scenario-unreadable', `it is not a regular file; allowed: ${allowed}`);
    if (facts.size > bytesMax) throw tooLarge(file, facts.size);
    const buffer = Buffer.alloc(bytesMax + 1);
    let filled = 0;
    for (let read = -1; read !== 0 && filled < buffer.length; filled += read) {
      read = readSync(descriptor, buffer, filled, buffer.length - filled, null);
    }
    if (filled > bytesMax) throw tooLarge(file, filled);
    return buffer.subarray(0, filled);
  } catch (error) {
    if (error instanceof ScenarioError) throw error;
    throw fileError(file, 'scenario-unreadable', whyUnreadable(error, allowed, elsewhere));
  } finally {
    closeSync(descriptor);
  }
}

function tooLarge(file: string, bytes: number): ScenarioError {
  return fileError(file, 'scenario-too-large', `it has ${bytes} bytes; allowed: up to ${bytesMax} (1 MiB)`);
}

function whyUnreadable(error: unknown, allowed: string, elsewhere: string): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
  if (code === 'ENOENT' || code === 'ENOTDIR') return `there is no such file; ${elsewhere}`;
  if (code === 'EISDIR') return `it is a directory; allowed: ${allowed}`;
  if (code === 'EACCES' || code === 'EPERM') return 'it may not be read by this user';
  return `it cannot be read: ${code}`;
}
