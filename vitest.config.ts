import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** These wait for clocks and processes more than they work: whoever comes last would keep a core idle for minutes. */
const first = [
  'test/parity-scaled.test.ts',
  'test/live-kills.test.ts',
  'test/run-command.test.ts',
  'test/live.test.ts',
  'test/parity-catalogue.test.ts',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const index = first.findIndex((name) => moduleId.endsWith(name));
      return index === -1 ? first.length : index;
    };
    return (await super.sort(files)).sort((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Real processes and sockets share two cores with the tests.
    maxWorkers: 2,
    // Of tests that say they may run beside each other.
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
  },
});
