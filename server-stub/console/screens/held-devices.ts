/** The devices that somebody holds, page by page. */
import { get } from '../api.ts';
import type { ListedDevice } from './device-view.ts';

interface DevicePage {
  count: number;
  value: ListedDevice[];
}

/** @param search in names, users and serial numbers */
export function heldDevices(search: string, skip: number, top: number, stop: AbortSignal): Promise<DevicePage> {
  const query = new URLSearchParams({ top: String(top), skip: String(skip), ...(search === '' ? {} : { search }) });
  return get<DevicePage>(`/mockfleet/devices?${query}`, { signal: stop });
}
