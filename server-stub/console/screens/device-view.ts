/** A device from its user's side, as `/mockfleet/devices/REF` shows it (protocol/hands.ts), and its words for people. */

export type Platform = 'ios' | 'macos' | 'android' | 'windows';

export interface ScreenView {
  kind: string;
  number: number;
  title: string;
  lines: string[];
  fields: { name: string; label: string; secret: boolean }[];
  buttons: { name: string; label: string }[];
  notice: string | null;
  banner: { app: string; title: string; body: string } | null;
}

export interface NotificationView {
  /** ms. */
  at: number;
  from: string;
  title: string;
  body: string;
  shown: string;
}

/** A habit: what the device does with actions of a kind. */
export interface Behavior {
  on: string;
  then: string;
  errorCode?: number;
  delayMs?: number;
  chance?: number;
  times?: number;
}

export type TraitValue = string | number | boolean;

export interface DeviceView {
  serialNumber: string;
  deviceId: string | null;
  deviceName: string;
  platform: Platform;
  enrollment: string;
  model: string;
  osVersion: string;
  userPrincipalName: string;
  phase: string;
  description: string;
  network: boolean;
  power: 'on' | 'restarting' | 'off';
  /** ms. */
  lastCheckInAt: number | null;
  certificateEndsAt: number | null;
  apps: { id: string; name: string; source: string }[];
  companyData: boolean;
  access: Record<string, string>;
  companyPortal: boolean;
  notificationsAllowed: string;
  lockScreenNotifications: string;
  notifications: NotificationView[];
  readByOtherApps: { app: string; at: number; title: string; body: string }[];
  condition?: {
    jailBroken: boolean;
    encrypted: boolean;
    findMy: boolean;
    passcode: boolean;
    workProfilePasscode: boolean | null;
    security: Record<string, TraitValue>;
    unreadable: string[];
    notificationReader: string | null;
    behaviors: Behavior[];
  };
  screen: ScreenView;
}

/** In a list, of its screen only the title. */
export type ListedDevice = Omit<DeviceView, 'screen'> & { screen: Pick<ScreenView, 'kind' | 'number' | 'title'> };

export type DeviceAct =
  | { input: { press: string; values: Record<string, string>; screen: number } }
  | { change: Record<string, unknown> }
  | { network: boolean }
  | { power: boolean }
  | { enroll: true };

export interface ActResult {
  outcome: string;
  view: DeviceView;
}

/** What kind of thing it is, by which it is drawn. */
export type Shape = 'phone' | 'tablet' | 'laptop' | 'desktop';

type Drawn = Pick<DeviceView, 'platform' | 'model'>;

const tabletModel = /^iPad|\bTab\b|\bPad\b|Tablet/i;
const desktopModel = /^iMac|^Mac (mini|Studio|Pro)|OptiPlex|Desktop|Tower|ThinkCentre|EliteDesk/i;

export function shapeOf({ platform, model }: Drawn): Shape {
  if (platform === 'ios' || platform === 'android') return tabletModel.test(model) ? 'tablet' : 'phone';
  return desktopModel.test(model) ? 'desktop' : 'laptop';
}

const systems: Readonly<Record<Platform, string>> = { ios: 'iOS', macos: 'macOS', android: 'Android', windows: 'Windows' };

/** `iPadOS 17.5.1`. */
export function systemText(device: Drawn & Pick<DeviceView, 'osVersion'>): string {
  const name = device.platform === 'ios' && shapeOf(device) === 'tablet' ? 'iPadOS' : systems[device.platform];
  return `${name} ${device.osVersion}`;
}

export function hasWorkProfile({ platform, enrollment }: Pick<DeviceView, 'platform' | 'enrollment'>): boolean {
  return platform === 'android' && enrollment.endsWith('work-profile');
}

/** Shows notifications of Company Portal, and asks whether it may. */
export function takesNotifications({ platform }: Pick<DeviceView, 'platform'>): boolean {
  return platform === 'ios' || platform === 'android';
}

/** What its state means to whoever looks at many. */
export function stateOf({ power, network, phase }: Pick<DeviceView, 'power' | 'network' | 'phase'>): {
  text: string;
  tone: 'good' | 'warn' | 'bad' | 'info' | 'quiet';
} {
  if (power !== 'on') return { text: power === 'off' ? 'Off' : 'Restarting', tone: 'quiet' };
  if (!network) return { text: 'Offline', tone: 'warn' };
  return phases[phase] ?? { text: phase, tone: 'quiet' };
}

const phases: Readonly<Record<string, ReturnType<typeof stateOf>>> = {
  'set-up': { text: 'Not enrolled', tone: 'quiet' },
  enrolling: { text: 'Enrolling', tone: 'info' },
  enrolled: { text: 'Enrolled', tone: 'good' },
  leaving: { text: 'Leaving', tone: 'info' },
  retired: { text: 'Retired', tone: 'quiet' },
  wiped: { text: 'Wiped', tone: 'quiet' },
  refused: { text: 'Refused', tone: 'bad' },
};

/** What came of an input, where its screen does not say so itself. */
export function outcomeText(outcome: string): string | null {
  switch (outcome) {
    case 'screen-changed':
      return 'Meanwhile the device shows another screen: nothing was typed. Look at it, and try again.';
    case 'no-such-button':
    case 'no-such-field':
      return 'The screen no longer has that: nothing was done.';
    case 'nothing-to-type':
      return 'There is nothing to type into on this screen.';
    case 'waiting':
      return 'The device waits for an answer …';
    default:
      return null;
  }
}
