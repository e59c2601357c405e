/** The events of all devices of a shard, each device's in its own order: rows of typed arrays that grow, chained per device. */

const roomAtFirst = 4096;
const none = -1;
/** What JSON writes otherwise than it is. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about.
const unusual = /["\\\u0000-\u001f\ud800-\udfff]/;

export class EventLog {
  readonly #startAt: number;
  /** Latest event of each device. */
  readonly #latest: Int32Array;
  #count = 0;
  /** The one before it of the same device. */
  #before = new Int32Array(roomAtFirst);
  #at = new Float64Array(roomAtFirst);
  #kind = new Uint8Array(roomAtFirst);
  /** Places in `#texts`. */
  #detail = new Int32Array(roomAtFirst);
  /** NaN: none. */
  #value = new Float64Array(roomAtFirst);
  readonly #about: (string | null)[] = [];
  /** As JSON: few texts say what most events say. */
  readonly #texts: string[] = [];
  readonly #placeOf = new Map<string, number>();

  /** @param startAt times are told since then */
  constructor(devices: number, startAt: number) {
    this.#startAt = startAt;
    this.#latest = new Int32Array(devices).fill(none);
  }

  get count(): number {
    return this.#count;
  }

  /** @param before how many events there were before it happened: those of this device that came since were set off by it */
  add(
    index: number,
    at: number,
    kind: number,
    detail: string | null,
    about: string | null,
    value: number | null,
    before = this.#count,
  ): void {
    const row = this.#count++;
    if (row === this.#at.length) this.#grow();
    this.#at[row] = at;
    this.#kind[row] = kind;
    this.#detail[row] = detail === null ? none : this.#place(detail);
    this.#about[row] = about;
    this.#value[row] = value ?? Number.NaN;
    let later = none;
    let earlier = this.#latest[index] as number;
    while (earlier >= before) {
      later = earlier;
      earlier = this.#before[earlier] as number;
    }
    this.#before[row] = earlier;
    if (later === none) this.#latest[index] = row;
    else this.#before[later] = row;
  }

  /** Those of a device, in the order in which they happened, as JSON: `[[at, kind, detail, about, value], …]`, without the nulls at an end. */
  json(index: number): string {
    const rows: number[] = [];
    for (let row = this.#latest[index] as number; row !== none; row = this.#before[row] as number) rows.push(row);
    let json = '';
    for (let place = rows.length - 1; place >= 0; place--) json += `${json === '' ? '' : ','}${this.#rowJson(rows[place] as number)}`;
    return `[${json}]`;
  }

  #rowJson(row: number): string {
    const head = `[${(this.#at[row] as number) - this.#startAt},${this.#kind[row]}`;
    const detail = this.#detail[row] as number;
    const about = this.#about[row] as string | null;
    const value = this.#value[row] as number;
    const hasValue = !Number.isNaN(value);
    if (detail === none && about === null && !hasValue) return `${head}]`;
    const detailed = detail === none ? `${head},null` : `${head},${this.#texts[detail]}`;
    if (about === null && !hasValue) return `${detailed}]`;
    const aboutIt = `${detailed},${about === null ? 'null' : textJson(about)}`;
    return hasValue ? `${aboutIt},${value}]` : `${aboutIt}]`;
  }

  #place(text: string): number {
    const known = this.#placeOf.get(text);
    if (known !== undefined) return known;
    const place = this.#texts.push(textJson(text)) - 1;
    this.#placeOf.set(text, place);
    return place;
  }

  #grow(): void {
    const room = this.#at.length * 2;
    this.#before = copied(new Int32Array(room), this.#before);
    this.#at = copied(new Float64Array(room), this.#at);
    this.#kind = copied(new Uint8Array(room), this.#kind);
    this.#detail = copied(new Int32Array(room), this.#detail);
    this.#value = copied(new Float64Array(room), this.#value);
  }
}

function textJson(text: string): string {
  return unusual.test(text) ? JSON.stringify(text) : `"${text}"`;
}

function copied<T extends Int32Array | Float64Array | Uint8Array>(larger: T, old: T): T {
  larger.set(old);
  return larger;
}
