/** `mockfleet compare`: what changed from one run to another. */
import type { CommandModule } from 'yargs';
import { compareRuns } from '../simulator/report/compare.ts';
import { compareLives } from '../simulator/report/compare-lives.ts';
import { compareText } from '../simulator/report/compare-text.ts';
import { readRun } from '../simulator/report/run-data.ts';
import { exitCodes } from './errors.ts';
import { shellWord } from './shell-word.ts';

interface CompareArguments {
  run: string;
  other: string;
  json: boolean;
  all: boolean;
  'fail-on-change': boolean;
}

const figuresShown = 40;

export const compareCommand: CommandModule<object, CompareArguments> = {
  builder: (yargs) =>
    yargs
      .positional('run', { type: 'string', demandOption: true, describe: "A run's folder, or its run.sqlite" })
      .positional('other', { type: 'string', demandOption: true, describe: 'Another one' })
      .option('json', { type: 'boolean', default: false, describe: 'One JSON object instead of text' })
      .option('all', { type: 'boolean', default: false, describe: `Every figure that changed, not the first ${figuresShown} alone` })
      .option('fail-on-change', { type: 'boolean', default: false, describe: 'Exit with 1 where the outcome is not the same' })
      .example('$0 compare mockfleet-out/before mockfleet-out/after', 'figures with difference and per cent')
      .example(
        '$0 compare nightly/run.sqlite run.sqlite --fail-on-change',
        'for a CI: the same digest, figures and verdicts, or exit code 1',
      )
      .epilogue(
        [
          'Runs of different size are compared per device. Time, memory and executed events are shown, but are no part of the outcome.',
          '',
          'Exit codes: 0 compared, whatever was found; 1 a run cannot be read, or (--fail-on-change) the outcome changed; 2 wrong use.',
        ].join('\n'),
      ),
  handler({ run, other, json, all, 'fail-on-change': failOnChange }) {
    const [before, after] = [readRun(run), readRun(other)];
    const comparison = compareRuns(before, after, compareLives(before.file, after.file));
    const named = [shellWord(run), shellWord(other)] as const;
    const figuresMax = all ? Number.POSITIVE_INFINITY : figuresShown;
    process.stdout.write(json ? `${JSON.stringify(comparison)}\n` : compareText(comparison, { named, figuresMax }));
    if (failOnChange && !comparison.same) process.exitCode = exitCodes.failed;
  },
};
