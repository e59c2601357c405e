/**
 * Chance that replays: everything drawn comes from a seed and a label, never from a shared sequence.
 * A fork by label depends on nothing that was drawn before it, so adding one device changes no other device's life.
 * The generator is a counter through a 32-bit finaliser (murmur3's), twice, for 53 bits a draw.
 */

/** murmur3's finaliser over two words: a stateless hash, the same on every machine. Returns an unsigned 32-bit integer. */
export function hash32(a: number, b: number): number {
  let h = Math.imul(a ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(b + 0x7f4a7c15, 0xc2b2ae35);
  h ^= h >>> 16;
  h = Math.imul(h, 0x85ebca6b);
  h ^= h >>> 13;
  h = Math.imul(h, 0xc2b2ae35);
  h ^= h >>> 16;
  return h >>> 0;
}

/** Hashes a string to an unsigned 32-bit integer. */
export function hashString(text: string, seed = 0): number {
  let h = seed ^ text.length;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193) ^ (h >>> 15);
  return hash32(h, text.length);
}

/** A number in [0, 1) that depends on its two arguments alone. */
export function hashUnit(seed: number, n: number): number {
  return hash32(seed, n) / 4_294_967_296;
}

export class Random {
  readonly #a: number;
  readonly #b: number;
  #drawn = 0;
  /** What the seeds of its forks begin with; '' as long as there is none. */
  #prefix = '';

  /** @param seed any text or number; equal seeds give equal draws */
  constructor(seed: string | number) {
    const text = String(seed);
    const { length } = text;
    // `hashString` of two seeds in one walk: fleets make a dozen of these for each device.
    let a = 0x243f6a88 ^ length;
    let b = 0x13198a2e ^ length;
    for (let i = 0; i < length; i++) {
      const unit = text.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x01000193) ^ (a >>> 15);
      b = Math.imul(b ^ unit, 0x01000193) ^ (b >>> 15);
    }
    this.#a = hash32(a, length);
    this.#b = hash32(b, length);
  }

  /** A generator of its own for `label`, independent of how much was drawn here. */
  fork(label: string | number): Random {
    if (this.#prefix === '') this.#prefix = `${this.#a.toString(36)}.${this.#b.toString(36)}/`;
    return new Random(this.#prefix + label);
  }

  /** An unsigned 32-bit integer that stands for this generator in stateless hashes. */
  get key(): number {
    return hash32(this.#a, this.#b);
  }

  /** A number in [0, 1), 53 bits. */
  unit(): number {
    const n = this.#drawn++;
    const high = hash32(this.#a, n) >>> 5;
    const low = hash32(this.#b, n) >>> 6;
    return (high * 67_108_864 + low) / 9_007_199_254_740_992;
  }

  /** A whole number from `min` to `max`, both included. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.unit() * (max - min + 1));
  }

  /** True with this probability. */
  chance(probability: number): boolean {
    return this.unit() < probability;
  }

  /** `count` lower-case hexadecimal digits. */
  hex(count: number): string {
    const codes: number[] = new Array(count);
    for (let at = 0; at < count; at += 8) writeDigits(codes, at, this.#word(), Math.min(8, count - at));
    return String.fromCharCode.apply(null, codes);
  }

  /** A GUID in the usual form (version 4, RFC 9562 variant). */
  guid(): string {
    const first = this.#word();
    const version = (this.#word() & 0xffff_0fff) | 0x4000;
    const variant = (this.#word() & 0x3fff_ffff) | 0x8000_0000;
    return guidText(first, version, variant, this.#word());
  }

  /** Both lanes in turn: ids that came from one of them alone would meet after some 100,000. */
  #word(): number {
    const n = this.#drawn++;
    return hash32(n % 2 === 0 ? this.#a : this.#b, n);
  }
}

const digits = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0));
/** A GUID of 128 bits, as four words. */
export function guidText(a: number, b: number, c: number, d: number): string {
  writeDigits(guidCodes, 0, a, 8);
  writeDigits(guidCodes, 9, b, 4);
  writeDigits(guidCodes, 14, b << 16, 4);
  writeDigits(guidCodes, 19, c, 4);
  writeDigits(guidCodes, 24, c << 16, 4);
  writeDigits(guidCodes, 28, d, 8);
  return String.fromCharCode.apply(null, guidCodes);
}

/** Of a GUID that is being made: its dashes stay. */
const guidCodes: number[] = new Array(36).fill('-'.charCodeAt(0));

/**
 * Writes the `count` highest hexadecimal digits of a word. Ids are put together of character codes, as one flat text: of pieces they cost
 * ten times as much (3 µs), here and wherever they are looked up.
 */
function writeDigits(codes: number[], at: number, word: number, count: number): void {
  for (let place = 0; place < count; place++) codes[at + place] = digits[(word >>> (28 - 4 * place)) & 15] as number;
}
