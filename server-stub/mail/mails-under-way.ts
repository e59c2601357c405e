/**
 * Attempts to send that have no answer yet. An advance of the clock waits for them, as long as answers come; a server that keeps silent is waited
 * for once, and then not again until it is quick. Real time, and of no effect on what becomes of a mail.
 */
import { secondMs } from '../../runtime/duration.ts';

/** A server that says nothing for so long does not hold the tenant's time any longer. */
const patienceMsDefault = 10 * secondMs;

export class MailsUnderWay {
  readonly #patienceMs: number;
  #count = 0;
  #latestAnswerAt = 0;
  #isPatient = true;

  constructor(patienceMs: number = patienceMsDefault) {
    this.#patienceMs = patienceMs;
  }

  /** Returns what is to be called when it has its answer. */
  begin(): () => void {
    const begunAt = Date.now();
    if (this.#count === 0) this.#latestAnswerAt = begunAt;
    this.#count += 1;
    return () => {
      const now = Date.now();
      this.#count -= 1;
      this.#latestAnswerAt = now;
      if (now - begunAt < this.#patienceMs) this.#isPatient = true;
    };
  }

  /** Until when the clock waits for the next answer, in real ms; null: it does not wait. */
  waitedForUntil(): number | null {
    if (this.#count === 0 || !this.#isPatient) return null;
    const until = this.#latestAnswerAt + this.#patienceMs;
    if (until > Date.now()) return until;
    this.#isPatient = false;
    return null;
  }
}
