/** The weather of the push service: as the stub was started, or as it was changed since. */
import type { Core } from './sessions.ts';
import type { PushChange, PushSettings } from './settings.ts';

const settingName = 'push';

export function pushSettings(core: Core): PushSettings {
  core.push ??= { ...core.settings.push, ...changesOf(core) };
  return core.push;
}

/** It counts for what is sent from now on, and is remembered; a member that is undefined is forgotten. */
export function changePushSettings(core: Core, change: PushChange): void {
  core.store.saveSetting(settingName, JSON.stringify({ ...changesOf(core), ...change }));
  core.push = null;
}

function changesOf({ store }: Core): Partial<PushSettings> {
  return JSON.parse(store.setting(settingName) ?? '{}') as Partial<PushSettings>;
}
