/**
 * Counts of times, in buckets whose bounds are fixed: those of processes and machines add up, which percentiles do not (and node's own
 * histograms cannot leave their process as anything else). A bucket is at most 1/64 wide of what is in it, so a percentile is right to 1.6 %.
 */

/** Microseconds below this have a bucket each. */
const exactBelow = 64;
const perOctave = 64;
const octaves = 34;
const buckets = exactBelow + perOctave * octaves;

/** What is in a histogram, as plain data: pairs of bucket and count, and the exact extremes in microseconds (0 where it is empty). */
export interface HistogramFound {
  counts: [bucket: number, count: number][];
  count: number;
  sumUs: number;
  minUs: number;
  maxUs: number;
}

export class Histogram {
  readonly #counts = new Float64Array(buckets);
  #count = 0;
  #sumUs = 0;
  #minUs = Number.POSITIVE_INFINITY;
  #maxUs = 0;

  get count(): number {
    return this.#count;
  }

  /** @param us microseconds; below 0 counts as 0 (clocks of two machines) */
  record(us: number): void {
    const value = Math.max(0, Math.round(us));
    const bucket = bucketOf(value);
    this.#counts[bucket] = (this.#counts[bucket] as number) + 1;
    this.#count += 1;
    this.#sumUs += value;
    if (value < this.#minUs) this.#minUs = value;
    if (value > this.#maxUs) this.#maxUs = value;
  }

  /** Takes another one's counts in. */
  add({ counts, count, sumUs, minUs, maxUs }: HistogramFound): void {
    if (count === 0) return;
    for (const [bucket, more] of counts) this.#counts[bucket] = (this.#counts[bucket] as number) + more;
    this.#count += count;
    this.#sumUs += sumUs;
    this.#minUs = Math.min(this.#minUs, minUs);
    this.#maxUs = Math.max(this.#maxUs, maxUs);
  }

  /** The time that this share of all (0 to 1) is not above, in microseconds; 0 where nothing was counted. */
  quantile(share: number): number {
    if (this.#count === 0) return 0;
    const wanted = Math.max(1, Math.ceil(share * this.#count));
    let seen = 0;
    for (let bucket = 0; bucket < buckets; bucket++) {
      seen += this.#counts[bucket] as number;
      if (seen >= wanted) return Math.min(this.#maxUs, Math.max(this.#minUs, middleOf(bucket)));
    }
    return this.#maxUs;
  }

  /** What was counted, as times in microseconds with how often they were: rising. */
  static timesOf({ counts }: HistogramFound): [us: number, count: number][] {
    return counts.map(([bucket, count]) => [middleOf(bucket), count]);
  }

  found(): HistogramFound {
    const counts: HistogramFound['counts'] = [];
    for (let bucket = 0; bucket < buckets; bucket++) {
      const count = this.#counts[bucket] as number;
      if (count > 0) counts.push([bucket, count]);
    }
    return { counts, count: this.#count, sumUs: this.#sumUs, minUs: this.#count === 0 ? 0 : this.#minUs, maxUs: this.#maxUs };
  }
}

function bucketOf(value: number): number {
  if (value < exactBelow) return value;
  const octave = Math.floor(Math.log2(value)) - 6;
  const within = Math.floor((value / 2 ** octave - exactBelow) * (perOctave / exactBelow));
  return Math.min(buckets - 1, exactBelow + octave * perOctave + within);
}

function middleOf(bucket: number): number {
  if (bucket < exactBelow) return bucket;
  const octave = Math.floor((bucket - exactBelow) / perOctave);
  return (exactBelow + ((bucket - exactBelow) % perOctave) + 0.5) * 2 ** octave;
}
