/** `mockfleet report`: the report of a run or a load run again, in any form, from its file alone. */
import type { CommandModule } from 'yargs';
import { loadJunit } from '../simulator/load/report/load-junit.ts';
import { loadPage } from '../simulator/load/report/load-page.ts';
import type { LoadReport } from '../simulator/load/report/load-report.ts';
import { loadSummary } from '../simulator/load/report/load-summary.ts';
import { reportHtml } from '../simulator/report/html.ts';
import { junitXml } from '../simulator/report/junit.ts';
import { readRun } from '../simulator/report/run-data.ts';
import { summaryText } from '../simulator/report/terminal.ts';
import type { RunData } from '../simulator/result.ts';
import { findLoadFile, readLoadFile } from './load/files.ts';
import { nearPath, writeNamed } from './run-files.ts';

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
      .positional('run', {
        type: 'string',
        demandOption: true,
        describe: "A run's folder, or its run.sqlite; of a load run its folder, or its load.json",
      })
      .option('format', {
        choices: formats,
        default: 'text' as Format,
        requiresArg: true,
        describe: 'text: the summary; html: the page; json: the result; junit: XML for a CI',
      })
      .option('out', { type: 'string', requiresArg: true, describe: 'File to write it to (default: standard output)' })
      .example('$0 report mockfleet-out/fleet-lifecycle-1', 'the summary again')
      .example('$0 report mockfleet-out/fleet-lifecycle-1 --format html --out report.html', 'the page, byte for byte as the run made it')
      .example('$0 report mockfleet-out/load-steady-1', 'the summary of a load run')
      .example('$0 report run.sqlite --format junit --out junit.xml', 'one test case per checker and expectation'),
  handler({ run, format, out }) {
    const isShown = out === undefined;
    const loadFile = findLoadFile(run);
    const text = loadFile === undefined ? made(readRun(run), format, isShown) : madeOfLoad(readLoadFile(loadFile), format, isShown);
    if (isShown) process.stdout.write(text);
    else writeNamed(out, text, 'out');
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
      const { report, file } = data.result;
      const result = { ...data.result, report: report && nearPath(report), file: file && nearPath(file) };
      return summaryText(result, { ...looks(isShown), replay: data.replay });
    }
  }
}

function madeOfLoad(report: LoadReport, format: Format, isShown: boolean): string {
  switch (format) {
    case 'html':
      return loadPage(report);
    case 'json':
      return `${JSON.stringify(report, null, 2)}\n`;
    case 'junit':
      return loadJunit(report);
    case 'text':
      return loadSummary({ ...report, report: report.report && nearPath(report.report) }, looks(isShown));
  }
}

/** Of text on this terminal; of a file: plain, and of the usual width. */
function looks(isShown: boolean): { color: boolean; width?: number } {
  const { stdout } = process;
  const color = isShown && stdout.isTTY === true && process.env.TERM !== 'dumb' && stdout.hasColors();
  return { color, ...(isShown && stdout.columns > 0 ? { width: stdout.columns } : {}) };
}
