/** A tenant's way to the mail server, which ends with it: what is on its way then is let through, and nothing else leaves. */
import type { MailOutcome, MailRecord } from '../../server-stub/core/directory-records.ts';
import type { Mailer } from '../../server-stub/stub.ts';

/** In real time, for answers of a mail server. Whoever takes longer gets the mail once more, under the same Message-ID. */
const answerMsMax = 3_000;

export class HeldMails implements Mailer {
  readonly #mailer: Mailer;
  readonly #underWay = new Set<Promise<MailOutcome>>();
  #isHeld = false;

  constructor(mailer: Mailer) {
    this.#mailer = mailer;
  }

  send(mail: MailRecord): Promise<MailOutcome> {
    // Its attempt is written down, and begun again when the tenant is served the next time: until then there is no answer.
    if (this.#isHeld) return new Promise(() => {});
    const answer = this.#mailer.send(mail);
    this.#underWay.add(answer);
    void answer.finally(() => this.#underWay.delete(answer));
    return answer;
  }

  /** From here on nothing is sent. Resolves when what was on its way has its answer, or after a while. */
  async hold(): Promise<void> {
    this.#isHeld = true;
    if (this.#underWay.size === 0) return;
    let timer: NodeJS.Timeout | undefined;
    const patience = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, answerMsMax);
    });
    await Promise.race([Promise.all(this.#underWay), patience]);
    clearTimeout(timer);
  }
}
