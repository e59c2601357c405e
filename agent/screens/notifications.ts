/** How notifications look on the screens that list them, and what dismisses them there. */
import type { InputOutcome, ScreenButton } from '../../protocol/screens.ts';
import { dismiss } from '../device/notifications.ts';
import type { DeviceNotification, DeviceState } from '../device/state.ts';
import { cutLine } from './screen.ts';

/** The management's app, as a device calls it: Company Portal, or the Intune app. */
export const appName = 'Company Portal';

const dismissPrefix = 'dismiss-';
const dismissAll = `${dismissPrefix}all`;

/** Its title after `before`, and the paragraphs of its body. */
export function notificationLines({ title, body }: Pick<DeviceNotification, 'title' | 'body'>, before: string): string[] {
  return [`${before}${title}`, ...body.split(/\r\n?|\n/)].map((text) => cutLine(text.replaceAll('\t', ' ')));
}

/** By their place in the list, from 1: `dismiss-1`. */
export function dismissButtons(list: readonly DeviceNotification[]): ScreenButton[] {
  if (list.length === 0) return [];
  const each = list.map((_, index) => ({ name: `${dismissPrefix}${index + 1}`, label: `Dismiss ${index + 1}` }));
  return [...each, { name: dismissAll, label: 'Dismiss all' }];
}

/** undefined: it is none of these buttons. */
export function pressDismiss(state: DeviceState, list: readonly DeviceNotification[], button: string): InputOutcome | undefined {
  const gone = button === dismissAll ? list : list.filter((_, index) => button === `${dismissPrefix}${index + 1}`);
  if (gone.length === 0) return undefined;
  dismiss(state, gone);
  return 'done';
}
