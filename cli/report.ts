/** `mockfleet report`: a run's report again, in any form, from its file alone. */
import type { CommandModule } from 'yargs';
import { reportHtml } from '../simulator/report/html.ts';
import { junitXml } from '../simulator/report/junit.ts';
import { readRun } from '../simulator/report/run-data.ts';
import { summaryText } from '../simulator/report/terminal.ts';
import type { RunData } from '../simulator/result.ts';
import { CommandError } from './errors.ts';
import { nearPath } from './run-files.ts';
import { writeWhole } from './whole-file.ts';

const formats = ['text', 'html', 'json', 'junit'] as const;
type Format = (typeof formats)[number];

interface ReportArguments {
  run: string;
  format: Format;
  out: string | undefined;
}

export const reportCommand: CommandModule<object, ReportArguments> = {
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: "A run's folder, or its run.sqlite" })
      .option('format', {
        choices: formats,
        default: 'text' as Format,
        requiresArg: true,
        describe: 'text: the summary; html: the page; json: the result; junit: XML for a CI',
      })
      .option('out', { type: 'string', requiresArg: true, describe: 'File to write it to (default: standard output)' })
      .example('$0 report mockfleet-out/fleet-lifecycle-1', 'the summary again')
      .example('$0 report mockfleet-out/fleet-lifecycle-1 --format html --out report.html', 'the page, byte for byte as the run made it')
      .example('$0 report run.sqlite --format junit --out junit.xml', 'one test case per checker and expectation'),
  handler({ run, format, out }) {
    const data = readRun(run);
    const text = made(data, format, out === undefined);
    if (out === undefined) process.stdout.write(text);
    else write(out, text);
  },
};

function made(data: RunData, format: Format, isShown: boolean): string {
  switch (format) {
    case 'html':
      return reportHtml(data);
    case 'json':
      return `${JSON.stringify(data.result, null, 2)}\n`;
    case 'junit':
      return junitXml(data);
    case 'text': {
      const { stdout } = process;
      const color = isShown && stdout.isTTY === true && process.env.TERM !== 'dumb' && stdout.hasColors();
      const { report, file } = data.result;
      const result = { ...data.result, report: report && nearPath(report), file: file && nearPath(file) };
      return summaryText(result, { color, replay: data.replay, ...(isShown && stdout.columns > 0 ? { width: stdout.columns } : {}) });
    }
  }
}

function write(path: string, text: string): void {
  try {
    writeWhole(path, text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new CommandError('file-unwritable', `${path} cannot be written (${why}). Name another file with --out.`);
  }
}
