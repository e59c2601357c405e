/** What the made-up run of the reports' tests holds besides its devices: mails, notifications, sign-ins, faults, and names that hold markup. */
import { dayMs, hourMs } from '../../runtime/duration.ts';
import type { MailRecord } from '../../server-stub/core/directory-records.ts';
import type { SignInRecord } from '../../server-stub/core/policy-records.ts';
import { type MessageOutcome, messageOutcomes, type NotificationFigures, type NotificationMessage, type RunResult } from '../result.ts';
import { NotificationTally } from '../world/notification-tally.ts';

export const markup = `</script><script>alert("1")</script><!-- & 'x'`;

export const exampleStart = Date.UTC(2026, 0, 1);

export const exampleCompliance = {
  compliance: { noncompliant: 130, compliant: 840, inGracePeriod: 10 },
  noncomplianceActions: { block: { done: 412 }, remoteLock: { skipped: 23, done: 177 } },
  mails: { failed: 2, sent: 1_204 },
  notices: 31,
  access: { outlook: { granted: 990, lost: 45, regained: 40 } },
};

export const noNotifications = new NotificationTally().figures();

const noOutcomes = Object.fromEntries(messageOutcomes.map((outcome) => [outcome, 0])) as Record<MessageOutcome, number>;

export const exampleMessages: NotificationMessage[] = [
  {
    id: 'notification/1',
    sentAt: exampleStart + dayMs,
    deviceId: null,
    groups: 3,
    pushes: 1_000,
    outcomes: {
      ...noOutcomes,
      lost: 8,
      expired: 20,
      gone: 2,
      banner: 700,
      'lock-screen': 120,
      'no-app': 40,
      'not-allowed': 60,
      ignored: 1,
    },
  },
  {
    id: 'device-1/notification/7',
    sentAt: exampleStart + 2 * dayMs,
    deviceId: 'device-1',
    groups: 0,
    pushes: 1,
    outcomes: { ...noOutcomes, 'in-app': 1 },
  },
];

export const exampleNotifications: NotificationFigures = {
  sent: { device: 1, groups: 1 },
  refused: { device: 0, groups: 4 },
  pushes: 1_001,
  lost: 8,
  expired: 20,
  gone: 2,
  waiting: 49,
  shown: { banner: 700, 'lock-screen': 120, 'in-app': 1, 'notification-centre': 0 },
  notShown: { 'no-app': 40, 'not-allowed': 60, 'no-google-play': 0, ignored: 1 },
  delays: noNotifications.delays.map(({ upToMs }, index) => ({ upToMs, count: [3, 640, 0, 9, 25, 90, 31, 0, 18, 5, 0][index] ?? 0 })),
};

export const exampleFaults: RunResult['faults'] = {
  [markup]: {
    kind: 'unavailable',
    windows: [
      { from: '2026-01-03T08:00:00Z', until: '2026-01-05T08:00:00Z' },
      { from: '2026-01-20T08:00:00Z', until: '2036-01-05T08:00:00Z' },
    ],
    devices: 800,
    touched: 641,
    effects: { refused: 1_204, linkCut: 77 },
  },
};

export const exampleMail: MailRecord = {
  id: 'mail-1',
  from: 'microsoft-noreply@microsoft.com',
  to: ['adele@contoso.example'],
  cc: ['helpdesk@contoso.example'],
  bcc: [],
  subject: markup,
  contentType: 'text',
  body: 'Your device does not keep the rules.',
  about: { deviceId: 'device-1', policyId: 'policy-1', actionId: 'action-1', templateId: 'template-1' },
  at: exampleStart + dayMs,
  queuedAt: exampleStart + dayMs,
  messageId: 'mail-1@mockfleet.example',
  state: 'sent',
  attempts: 2,
  nextAttemptAt: null,
  pending: [],
  refused: [],
  finishedAt: exampleStart + dayMs + hourMs,
  error: null,
};

export const exampleSignIn: SignInRecord = {
  id: 'sign-in-1',
  at: exampleStart + 2 * dayMs,
  userPrincipalName: 'adele@contoso.example',
  app: 'outlook',
  deviceId: 'device-1',
  deviceName: 'phone',
  operatingSystem: 'iOS',
  outcome: 'device-not-compliant',
  isBackground: true,
  isCompliant: false,
  policies: [],
};
