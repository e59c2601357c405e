/** What went over the wire in one case, both ways, for whoever has to mend a server. */

export interface TranscriptEntry {
  /** Milliseconds since the case began. */
  ms: number;
  /** Links of a case are counted from 1; 0: not on a link. */
  link: number;
  /** `event`: a link was opened or ended; `administrator`: what was asked of Graph. */
  from: 'device' | 'server' | 'event' | 'administrator';
  text: string;
}

const entriesMax = 200;
const charsMax = 1_500;

export class Transcript {
  readonly entries: TranscriptEntry[] = [];
  readonly #startedAt = performance.now();
  readonly #secrets: readonly string[];

  /** @param secrets texts that no report may show */
  constructor(secrets: readonly string[]) {
    this.#secrets = secrets.filter((secret) => secret !== '');
  }

  add(link: number, from: TranscriptEntry['from'], text: string): void {
    if (this.entries.length > entriesMax) return;
    const ms = Math.round(performance.now() - this.#startedAt);
    if (this.entries.length === entriesMax) this.entries.push({ ms, link: 0, from: 'event', text: 'and so on: the rest is left out' });
    else this.entries.push({ ms, link, from, text: this.#shown(text) });
  }

  /** Certificates say nothing to a reader, and tokens are secret. */
  #shown(text: string): string {
    const open = this.#secrets.reduce((all, secret) => all.replaceAll(secret, 'TOKEN'), text);
    const short = open.replace(/(-----BEGIN [A-Z ]+-----)[^"]*?(-----END [A-Z ]+-----(\\n)?)/g, '$1…');
    return short.length > charsMax ? `${short.slice(0, 200)}… (${text.length} characters)` : short;
  }
}
