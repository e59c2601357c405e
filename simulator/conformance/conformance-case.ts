/** A case of the conformance suite: one thing that the protocol asks of a server, and how it is tried. The rule itself is in protocol/README.md. */
import type { Bench } from './bench.ts';

/** Headings of protocol/README.md; of `Flows` the paragraph too. */
export type Section =
  | 'Connection'
  | 'Certificates'
  | 'Frames'
  | 'From the device'
  | 'Codes'
  | `Flows: ${'Enrol' | 'Check in' | 'Tell and be told' | 'Wipe and retire' | 'Renew' | 'Leave' | 'Refusal' | 'Clock'}`;

export interface ConformanceCase {
  /** Stable: programs and CI jobs name it. */
  name: string;
  section: Section;
  /** What a server does that passes. */
  title: string;
  /** Cases that have to pass before this one can say anything of its own. */
  needs: readonly string[];
  /** It asks for actions through Graph. */
  administrator?: true;
  /** @throws CaseFailure (rejects) */
  run(bench: Bench): Promise<void>;
}

/** The server did something else than the protocol says. */
export class CaseFailure extends Error {
  readonly expected: string;
  readonly came: string;
  constructor(expected: string, came: string) {
    super(`Expected: ${expected}. Came: ${came}.`);
    this.name = 'CaseFailure';
    this.expected = expected;
    this.came = came;
  }
}

/** @throws CaseFailure */
export function mustBe(isSo: boolean, expected: string, came: string): asserts isSo {
  if (!isSo) throw new CaseFailure(expected, came);
}

/** Nothing came in time. */
export class Silence extends CaseFailure {
  constructor(expected: string, waitedMs: number) {
    super(expected, `nothing within ${waitedMs} ms`);
    this.name = 'Silence';
  }
}

/** The server does not do what it may leave out: the case says nothing about it. */
export class LeftOut extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LeftOut';
  }
}
