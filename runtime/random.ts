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

  /** @param seed any text or number; equal seeds give equal draws */
  constructor(seed: string | number) {
    const text = String(seed);
    this.#a = hashString(text, 0x243f6a88);
    this.#b = hashString(text, 0x13198a2e);
  }

  /** A generator of its own for `label`, independent of how much was drawn here. */
  fork(label: string | number): Random {
    return new Random(`${this.#a.toString(36)}.${this.#b.toString(36)}/${label}`);
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
    let text = '';
    while (text.length < count) {
      // Both lanes in turn: ids that came from one of them alone would meet after some 100,000.
      const n = this.#drawn++;
      const word = hash32(n % 2 === 0 ? this.#a : this.#b, n);
      text += word.toString(16).padStart(8, '0');
    }
    return text.slice(0, count);
  }

  /** A GUID in the usual form (version 4, RFC 9562 variant). */
  guid(): string {
    const h = this.hex(32);
    const variant = '89ab'[Number.parseInt(h[16] as string, 16) & 3];
    return `${h.slice(0, 8)}-${h.slice(8, 12)}-4${h.slice(13, 16)}-${variant}${h.slice(17, 20)}-${h.slice(20)}`;
  }
}
