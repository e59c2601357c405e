/** The tenant's clock, between two words of the stub too. */
import { signal } from '@preact/signals';
import { get } from '../api.ts';

export interface ClockView {
  /** ISO 8601. */
  now: string;
  /** 0 frozen, 1 real. */
  speed: number;
  mode: 'real' | 'frozen' | 'scaled';
  advancing: boolean;
  /** Of a jump that is under way. */
  advance: { from: string; target: string } | null;
}

export const clock = signal<ClockView | null>(null);
/** The tenant's time in ms, twice a second; NaN before it is known. */
export const now = signal(Number.NaN);

let heardAt = 0;

export function clockShown(view: ClockView): void {
  heardAt = performance.now();
  clock.value = view;
  now.value = Date.parse(view.now);
}

export async function lookAtClock(): Promise<void> {
  clockShown(await get<ClockView>('/mockfleet/clock'));
}

setInterval(() => {
  const view = clock.value;
  if (view === null || view.advancing || view.speed === 0) return;
  now.value = Date.parse(view.now) + (performance.now() - heardAt) * view.speed;
}, 500);
