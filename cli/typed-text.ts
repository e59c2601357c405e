import { CommandError } from './errors.ts';

/** Longer than any text that is allowed anywhere; so much is read at most. */
const bytesMax = 1_048_576;

/** The text of an option: what was written, or for `-` all of standard input, without the line break at its end. @throws CommandError `input-too-large` */
export async function readText(written: string): Promise<string> {
  if (written !== '-') return written;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > bytesMax) throw new CommandError('input-too-large', `Standard input has more than ${bytesMax} bytes.`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
}
