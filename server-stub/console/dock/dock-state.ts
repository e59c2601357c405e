/** What the dock shows, and which devices are pinned to it. Kept in this browser; a device by its serial number and its name, and nothing secret. */
import { effect, signal } from '@preact/signals';

export type DockTab = 'screen' | 'mailbox' | 'activity';

export interface Pinned {
  serialNumber: string;
  name: string;
}

interface Kept {
  isFolded: boolean;
  tab: DockTab;
  /** Id, serial number or name of the device whose screen is shown. */
  device: string | null;
  pins: Pinned[];
}

const keptAs = 'mockfleet.dock';
const pinsMax = 8;

/** What was kept by an earlier version, or by hand, may be anything. */
function read(): Kept {
  const nothing: Kept = { isFolded: false, tab: 'screen', device: null, pins: [] };
  try {
    const kept = JSON.parse(localStorage.getItem(keptAs) ?? '{}') as Partial<Kept>;
    return {
      isFolded: kept.isFolded === true,
      tab: kept.tab === 'mailbox' || kept.tab === 'activity' ? kept.tab : 'screen',
      device: typeof kept.device === 'string' ? kept.device : null,
      pins: Array.isArray(kept.pins) ? kept.pins.filter(isPinned).slice(0, pinsMax) : [],
    };
  } catch (error) {
    if (error instanceof SyntaxError) return nothing;
    throw error;
  }
}

function isPinned(one: unknown): one is Pinned {
  const { serialNumber, name } = (one ?? {}) as Partial<Pinned>;
  return typeof serialNumber === 'string' && typeof name === 'string';
}

const kept = read();
export const isFolded = signal(kept.isFolded);
export const tab = signal<DockTab>(kept.tab);
export const device = signal<string | null>(kept.device);
export const pins = signal<readonly Pinned[]>(kept.pins);
/** Where there is no room beside the page: whether it lies above it. Not kept. */
export const isSheetOpen = signal(false);

effect(() => {
  const now = { isFolded: isFolded.value, tab: tab.value, device: device.value, pins: pins.value };
  localStorage.setItem(keptAs, JSON.stringify(now));
});

export function isPinnedNow(serialNumber: string): boolean {
  return pins.value.some((one) => one.serialNumber === serialNumber);
}

/** Beyond the limit the oldest one goes. */
export function pin(one: Pinned): void {
  pins.value = [...pins.value.filter(({ serialNumber }) => serialNumber !== one.serialNumber), one].slice(-pinsMax);
}

export function unpin(serialNumber: string): void {
  pins.value = pins.value.filter((one) => one.serialNumber !== serialNumber);
}

/** @param ref its Graph id, serial number or name */
export function showInDock(ref: string): void {
  device.value = ref;
  tab.value = 'screen';
  isFolded.value = false;
  isSheetOpen.value = true;
}
