/** What faults of devices do to their service: to its pushes, its mails, its signatures. The same in virtual time and live. */
import type { Troubles } from '../../../server-stub/troubles.ts';
import type { Roster } from '../roster.ts';
import type { Faults } from './faults.ts';
import { mailServerDown } from './mishaps.ts';

/** A service that has devices besides those of the fleet goes on as usual for them. */
export function serviceTroubles(faults: Faults, roster: Pick<Roster, 'indexOf'>): Troubles {
  const ifOurs = <T>(deviceId: string | undefined, otherwise: T, ask: (index: number) => T): T => {
    const index = deviceId === undefined ? undefined : roster.indexOf(deviceId);
    return index === undefined ? otherwise : ask(index);
  };
  return {
    push: (deviceId, now) => ifOurs(deviceId, { lateMs: 0 }, (index) => faults.push(index, now)),
    mail: ({ about }, now) => ifOurs(about?.deviceId, null, (index) => (faults.isMailDown(index, now) ? mailServerDown : null)),
    failsRenewal: ({ deviceId }, now) => ifOurs(deviceId, false, (index) => faults.failsRenewal(index, now)),
  };
}
