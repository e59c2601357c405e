/**
 * The kinds of device: a platform, and on it a way to be enrolled.
 * Everything that differs between kinds (what an action may do, what a retire removes) is keyed on this pair.
 */
export const platforms = ['ios', 'macos', 'android', 'windows'] as const;
export type Platform = (typeof platforms)[number];

/** Enrollment types by platform; the first of each is the default where none is named. */
export const enrollmentTypesOf = {
  ios: ['device', 'automated', 'user'],
  macos: ['device', 'automated'],
  android: ['personal-work-profile', 'corporate-work-profile', 'fully-managed', 'dedicated', 'device-administrator'],
  windows: ['joined', 'registered'],
} as const satisfies Record<Platform, readonly [string, ...string[]]>;

export type EnrollmentType = (typeof enrollmentTypesOf)[Platform][number];

export const enrollmentTypes: readonly EnrollmentType[] = [...new Set(Object.values(enrollmentTypesOf).flat())];

/** Whether devices of this platform can be enrolled this way. */
export function isEnrollmentTypeOf(platform: Platform, enrollment: string): enrollment is EnrollmentType {
  return (enrollmentTypesOf[platform] as readonly string[]).includes(enrollment);
}

/** An iPad is an iOS device whose model says so. */
export function isTablet({ platform, model }: { platform: Platform; model: string }): boolean {
  return platform === 'ios' && model.startsWith('iPad');
}

/** What Graph calls the system (decisions: operatingSystem). */
export function operatingSystemOf(device: { platform: Platform; model: string }): string {
  if (isTablet(device)) return 'iPadOS';
  return { ios: 'iOS', macos: 'macOS', android: 'Android', windows: 'Windows' }[device.platform];
}
