/** What tenant files call what Graph has ids or other words for, in Conditional Access. */

import { directoryApps } from './core/office-apps.ts';

/** In place of people. */
export const everybodyWords: Readonly<Record<string, string>> = { 'all users': 'All', none: 'None', guests: 'GuestsOrExternalUsers' };

/** Client ids in the real service are the same in every tenant. */
export const appWords: Readonly<Record<string, string>> = {
  all: 'All',
  none: 'None',
  office365: 'Office365',
  'admin-portals': 'MicrosoftAdminPortals',
  ...Object.fromEntries(Object.entries(directoryApps).map(([app, { resourceId }]) => [app, resourceId])),
};

/** In lower case, as files write platforms. */
export const platformWords = {
  all: 'all',
  android: 'android',
  ios: 'iOS',
  windows: 'windows',
  macos: 'macOS',
  linux: 'linux',
  'windows-phone': 'windowsPhone',
} as const;

/** What Graph has for a word of a file, in whatever case; undefined: it is none of these. */
export function graphOf(table: Readonly<Record<string, string>>, word: string): string | undefined {
  const name = word.toLowerCase();
  // Groups may be called `constructor`.
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

/** The word for what Graph has; what has none stands for itself. */
export function wordFor(table: Readonly<Record<string, string>>, graph: string): string {
  return Object.keys(table).find((word) => table[word]?.toLowerCase() === graph.toLowerCase()) ?? graph;
}
