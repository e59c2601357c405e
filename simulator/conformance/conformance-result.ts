/** What a conformance run comes to: what `--json` prints. Names are fixed; fields may be added. */
import type { Section } from './conformance-case.ts';
import type { TranscriptEntry } from './transcript.ts';

export interface ConformanceResult {
  schema: 'mockfleet/conformance-result/1';
  server: string;
  /** ISO 8601. */
  startedAt: string;
  durationMs: number;
  /** Cases. */
  passed: number;
  failed: number;
  notRun: number;
  /** Something was run, and nothing of it failed. */
  conforms: boolean;
  cases: readonly CaseOutcome[];
}

export type CaseOutcome = { name: string; section: Section; title: string; ms: number } & (
  | { status: 'passed' }
  | { status: 'failed'; expected: string; came: string; frames: readonly TranscriptEntry[] }
  | { status: 'not-run'; why: string }
);
