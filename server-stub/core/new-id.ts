import { Random } from '../../runtime/random.ts';
import type { EntryKind } from './directory-records.ts';
import type { Core } from './sessions.ts';

const idsSetting = 'directory-ids';

/**
 * Another tenant of the same seed draws the same ids: one that came with its tenant file is not given again.
 * @param label what tells two calls of one instant apart: a name
 */
export function newId({ store, settings }: Core, label: string): string {
  let count = Number(store.setting(idsSetting) ?? 0);
  for (;;) {
    count += 1;
    const id = new Random(`${settings.seed}/directory/${label}/${count}`).guid();
    if (kindsOfEntries.some((kind) => store.entry(kind, id) !== undefined)) continue;
    store.saveSetting(idsSetting, String(count));
    return id;
  }
}

const kindsOfEntries: readonly EntryKind[] = [
  'user',
  'group',
  'application',
  'roleDefinition',
  'roleAssignment',
  'compliancePolicy',
  'notificationTemplate',
  'accessPolicy',
];
