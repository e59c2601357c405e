/** Notifications on a device: who they are from, whether they may be shown, and how they come to be seen. */

/** custom: what an administrator wrote; compliance: the management itself, about a device that is not compliant. */
export const notificationSources = ['custom', 'compliance'] as const;
export type NotificationSource = (typeof notificationSources)[number];

/** Whether the user lets the app show notifications; `not-asked`: the app asks when it is opened (CN-03). */
export const notificationPermissions = ['allowed', 'denied', 'not-asked'] as const;
export type NotificationPermission = (typeof notificationPermissions)[number];

/** What a lock screen shows of notifications (CN-15): all of it; that there is one, of which app; nothing. */
export const lockScreenSettings = ['shown', 'content-hidden', 'hidden'] as const;
export type LockScreenSetting = (typeof lockScreenSettings)[number];

/**
 *   banner               above what the person is doing
 *   lock-screen          on the lock screen
 *   in-app               iOS: Company Portal is open, and shows it itself (CN-14)
 *   notification-centre  only there: another screen is in front, or the lock screen shows none
 */
export const waysToShow = ['banner', 'lock-screen', 'in-app', 'notification-centre'] as const;
export type WayToShow = (typeof waysToShow)[number];

/** Why a push came to nothing on the device (CN-03, CN-04). Nobody is told. */
export const reasonsNotShown = ['no-app', 'not-allowed', 'no-google-play'] as const;
export type ReasonNotShown = (typeof reasonsNotShown)[number];
