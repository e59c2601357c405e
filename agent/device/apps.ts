/** The apps on a device: which came with the management, which are the user's own, and what becomes of each (TD-08). */
import { type AppSource, type AssignedApp, appsMax, type InstalledApp } from '../../protocol/device-information.ts';
import type { DeviceOut } from './effects.ts';

type Apps = readonly InstalledApp[];

/** An app that the user got from a public store; its name identifies it. */
export function userApp(name: string): InstalledApp {
  return { id: name, name, source: 'user' };
}

/** Whether this app is there, however it came. */
export function isInstalled(apps: Apps, { id, name }: Pick<InstalledApp, 'id' | 'name'>): boolean {
  return apps.some((app) => app.id === id || app.name === name);
}

/** With this app; the same list when it is there already, or the device is full. */
export function withApp(apps: Apps, app: InstalledApp): Apps {
  return isInstalled(apps, app) || apps.length >= appsMax ? apps : [...apps, app];
}

/**
 * The apps after a configuration: required and requested ones are installed, managed ones that are no longer assigned are removed.
 * An app that the user had installed before stays the user's, whoever assigns it later. The same list when nothing changes.
 */
export function configuredApps(apps: Apps, assigned: readonly AssignedApp[]): Apps {
  const kept = apps.flatMap((app): InstalledApp[] => {
    if (app.source === 'user') return [app];
    const wanted = assigned.find(({ id }) => id === app.id);
    if (wanted === undefined) return [];
    const source = sourceOf(wanted);
    return [source === app.source && wanted.name === app.name ? app : { id: app.id, name: wanted.name, source }];
  });
  let result: Apps = kept.length === apps.length && kept.every((app, index) => app === apps[index]) ? apps : kept;
  for (const app of assigned) {
    if (app.intent !== 'available') result = withApp(result, { id: app.id, name: app.name, source: sourceOf(app) });
  }
  return result;
}

/** What stays when the management ends: the user's own, and on kinds that keep managed apps those too, now the user's. */
export function appsAfterRetire(apps: Apps, keepsManaged: boolean): Apps {
  if (apps.every(({ source }) => source === 'user')) return apps;
  return keepsManaged ? apps.map((app) => ({ ...app, source: 'user' as const })) : withoutManaged(apps);
}

function withoutManaged(apps: Apps): Apps {
  return apps.filter(({ source }) => source === 'user');
}

export function withoutUsers(apps: Apps): Apps {
  return apps.filter(({ source }) => source !== 'user');
}

/** Says which apps came and went. */
export function noteApps(before: Apps, after: Apps, out: DeviceOut): void {
  if (before === after) return;
  const installed = missing(after, before);
  const removed = missing(before, after);
  if (installed.length + removed.length > 0) out.note({ kind: 'apps', installed, removed });
}

function missing(from: Apps, among: Apps): string[] {
  return from.filter(({ id }) => !among.some((app) => app.id === id)).map(({ name }) => name);
}

function sourceOf({ intent }: AssignedApp): AppSource {
  return intent === 'required' ? 'required' : 'available';
}
