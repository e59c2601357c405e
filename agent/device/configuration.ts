/** What the tenant wants of the device, applied at once: policy, required apps, company data. */
import type { Configuration } from '../../protocol/device-information.ts';
import { configuredApps, noteApps } from './apps.ts';
import { checkInAnswered } from './check-in.ts';
import type { DeviceOut } from './effects.ts';
import { change, tellInformation } from './information.ts';
import type { DeviceState } from './state.ts';

/** Comes within a check-in, before any command. What changed by it is told in the same session; the version, by the next check-in. */
export function configurationArrived(state: DeviceState, configuration: Configuration, now: number, out: DeviceOut): void {
  checkInAnswered(state, now, out);
  const { apps } = state.has;
  const after = configuredApps(apps, configuration.apps);
  change(state, { configuration, has: { ...state.has, apps: after, companyData: true } });
  out.note({ kind: 'configured', version: configuration.version });
  noteApps(apps, after, out);
  tellInformation(state, out);
  if (state.exchange === 'check-in') state.replyBy = now + state.replyMs;
}
