/** The queue and the cadence alone, for as many events as a quiet run has: what a world costs beyond it is the work of the two machines. */
import type { Measured } from './package.ts';

export interface BareLap {
  seconds: number;
  events: number;
}

/** Each device takes its turn, has the instant of a later check-in computed, and is put back: `perDevice` times within the days. */
export async function bareQueue({ load }: Measured, devices: number, days: number, perDevice: number): Promise<BareLap> {
  const { HeapQueue } = (await load('simulator/world/heap-queue')) as typeof import('../../../simulator/world/heap-queue.ts');
  const { firstSlotAt, slotTime } = (await load('agent/device/cadence')) as typeof import('../../../agent/device/cadence.ts');
  const { hash32 } = (await load('runtime/random')) as typeof import('../../../runtime/random.ts');
  const { dayMs } = (await load('runtime/duration')) as typeof import('../../../runtime/duration.ts');
  const begun = performance.now();
  const pauseMs = (days * dayMs) / perDevice;
  const queue = new HeapQueue(devices);
  const enrolledAt = (index: number) => hash32(index, 1) % (14 * dayMs);
  const left = new Int32Array(devices).fill(perDevice);
  for (let index = 0; index < devices; index++) queue.set(index, enrolledAt(index));
  let events = 0;
  for (let now = queue.nextAt(); now < Number.POSITIVE_INFINITY; now = queue.nextAt()) {
    const index = queue.take();
    events += 1;
    left[index] = (left[index] as number) - 1;
    if (left[index] === 0) continue;
    const schedule = { platform: 'ios', key: hash32(index, 2), enrolledAt: enrolledAt(index) } as const;
    queue.set(index, slotTime(schedule, firstSlotAt(schedule, now + pauseMs)));
  }
  return { seconds: (performance.now() - begun) / 1000, events };
}
