/** A device with something of everything, for what actions do to it. */
import type { InstalledApp } from '../../protocol/device-information.ts';
import type { Kind } from '../../protocol/platforms.ts';
import { Bench } from '../device/machine.fixture.ts';
import type { DeviceState, Possessions } from '../device/state.ts';

const apps: InstalledApp[] = [
  { id: 'Chess', name: 'Chess', source: 'user' },
  { id: 'mail', name: 'Mail', source: 'required' },
  { id: 'expenses', name: 'Expenses', source: 'available' },
];

export const full: Partial<Possessions> = {
  passcode: '246810',
  apps,
  companyData: true,
  esim: true,
  encrypted: true,
  jailBroken: true,
  activeUser: 'adele@contoso.example',
  tokens: { outlook: 'opaque' },
  bitLockerKey: 3,
};

/** A device in use, with something of everything. */
export function inUse(kind: Partial<Kind>, has: Partial<Possessions> = {}): Bench {
  const bench = new Bench(kind, undefined, { ...full, ...has }).enrolled();
  return bench.configured({
    apps: [
      { id: 'mail', name: 'Mail', intent: 'required' },
      { id: 'expenses', name: 'Expenses', intent: 'available' },
    ],
  });
}

export const names = ({ has }: DeviceState) => has.apps.map(({ name }) => name);
