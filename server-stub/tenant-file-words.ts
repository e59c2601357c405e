/** What tenant files call what Graph has ids or other words for, in Conditional Access. */

import { directoryApps } from './core/office-apps.ts';

/** In place of people. */
export const everybodyWords: Readonly<Record<string, string>> = { 'all users': 'All', none: 'None', guests: 'GuestsOrExternalUsers' };

/** Client ids in the real service are the same in every tenant. */
export const appWords: Readonly<Record<string, string>> = {
  all: 'All',
  none: 'None',
  office365: 'Office365',
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

/** The word for what Graph has; what has none stands for itself. */
export function wordFor(table: Readonly<Record<string, string>>, graph: string): string {
  return Object.keys(table).find((word) => table[word]?.toLowerCase() === graph.toLowerCase()) ?? graph;
}
