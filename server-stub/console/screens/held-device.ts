/** One device in somebody's hands: what it shows, and what is done to it. */
import { useEffect, useState } from 'preact/hooks';
import { type ApiError, get, post } from '../api.ts';
import { useRemote } from '../live/use-remote.ts';
import { attempt, say } from '../ui/toast.tsx';
import type { ActResult, DeviceAct, DeviceView } from './device-view.ts';

export interface HeldDevice {
  view: DeviceView | undefined;
  error: ApiError | undefined;
  reload: () => void;
  /** Does it. @returns what came of it; null: the stub refused, and that was said */
  act: (act: DeviceAct) => Promise<ActResult | null>;
  /** The same, for what is no input of a screen; says `done` when it was done. @returns whether it was */
  change: (act: DeviceAct, done: string) => Promise<boolean>;
}

/** One whose view is there. */
export type ShownDevice = HeldDevice & { view: DeviceView };

const pathOf = (ref: string) => `/mockfleet/devices/${encodeURIComponent(ref)}`;

/** @param ref its Graph id, serial number or name; null: none is looked at */
export function useHeldDevice(ref: string | null): HeldDevice {
  const load = ref === null ? undefined : (stop: AbortSignal) => get<DeviceView>(pathOf(ref), { signal: stop });
  const remote = useRemote<DeviceView>(`device ${ref}`, load, ['hands', 'devices']);
  const { data, error, reload } = remote;
  // What an act came to is newer than what was loaded before it.
  const [latest, setLatest] = useState<{ ref: string | null; view: DeviceView } | null>(null);
  useEffect(() => setLatest(null), [data]);

  async function act(asked: DeviceAct): Promise<ActResult | null> {
    if (ref === null) return null;
    let result: ActResult | null = null;
    await attempt(async () => {
      result = await post<ActResult>(`${pathOf(ref)}/act`, asked);
      setLatest({ ref, view: result.view });
      reload();
    });
    return result;
  }

  async function change(asked: DeviceAct, done: string): Promise<boolean> {
    const result = await act(asked);
    if (result === null) return false;
    const isDone = result.outcome === 'done';
    if (isDone) say(done);
    else say('The device is in no state for that: nothing was done.', 'refused');
    return isDone;
  }

  return { view: latest?.ref === ref ? latest.view : data, error, reload, act, change };
}
