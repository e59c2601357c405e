/** How a fleet is dealt out to shards. */

/** Devices `first` to `first + count - 1` of a scenario. */
export interface Slice {
  /** From 0. */
  number: number;
  first: number;
  count: number;
}

/** In neighbouring slices of about the same size, none of them empty. */
export function slicesOf(devices: number, shards: number): Slice[] {
  const wanted = Math.max(1, Math.min(shards, devices));
  return Array.from({ length: wanted }, (_, number) => {
    const first = Math.floor((devices * number) / wanted);
    return { number, first, count: Math.floor((devices * (number + 1)) / wanted) - first };
  });
}
