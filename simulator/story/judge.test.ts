/** Each member of an expectation, once met and once missed: no check that cannot fail. */
import { describe, expect, it } from 'vitest';
import type { DeviceView } from '../../protocol/hands.ts';
import type { MailRecord } from '../../server-stub/core/directory-records.ts';
import type { StoryExpectation } from '../scenarios/story-expectation.ts';
import { missesOf } from './judge.ts';
import type { Observed } from './observe.ts';

const view = {
  phase: 'enrolled',
  companyData: true,
  network: true,
  certificateEndsAt: null,
  apps: [{ id: 'chess', name: 'Chess', source: 'user' }],
  notices: [{ at: 0, title: 'Device not compliant', body: '' }],
  notifications: [
    { at: 0, from: 'custom', title: 'Lunch is ready', body: 'Second floor', shown: 'banner' },
    { at: 60_000, from: 'custom', title: 'Lunch is over', body: 'See you tomorrow', shown: 'lock-screen' },
    { at: 120_000, from: 'compliance', title: 'Device not compliant', body: '', shown: 'banner' },
  ],
  readByOtherApps: [{ app: 'Diary', at: 0, title: 'Lunch is ready', body: 'Second floor' }],
  access: { outlook: 'allowed' },
  screen: {
    kind: 'home',
    number: 3,
    title: 'Home',
    lines: [],
    fields: [],
    buttons: [],
    notice: 'Outlook is signed in.',
    banner: { app: 'Company Portal', title: 'Lunch is over', body: '' },
  },
} as unknown as DeviceView;

const mail: MailRecord = {
  id: 'm',
  from: 'microsoft-noreply@microsoft.com',
  to: ['adele@contoso.example'],
  cc: ['helpdesk@contoso.example'],
  bcc: [],
  subject: 'Your device needs an update',
  contentType: 'html',
  body: '<p>phone-1</p>',
  at: Date.UTC(2026, 2, 4, 23, 59),
  queuedAt: 0,
  messageId: 'm@mockfleet.example',
  state: 'sent',
  attempts: 1,
  nextAttemptAt: null,
  pending: [],
  refused: [],
  finishedAt: 0,
  error: null,
};

const observed: Observed = {
  view,
  refused: 'The title has 51 characters.',
  isPresent: () => true,
  entity: () => ({ managementState: 'managed', hardwareInformation: { isSharedDevice: true, model: 'iPad' }, userId: null, tags: ['a'] }),
  whyNoProperty: (name) => (name === 'misspelt' ? 'there is no such property' : null),
  actionResults: () => [{ actionName: 'remoteLock', actionState: 'done' }],
  whyUnavailable: (type) => (type === 'wipe' ? 'Google does not allow it.' : undefined),
  audits: () => [
    { activity: 'wipe', actor: 'erin@contoso.example' },
    { activity: 'wipe', actor: 'alex@contoso.example' },
    { activity: 'cancel wipe', actor: 'alex@contoso.example' },
  ],
  remoteActions: () => [
    { action: 'factoryReset', actionState: 'pending' },
    { action: 'factoryReset', actionState: 'done' },
  ],
  bypassCode: () => 'ABCDE',
  policies: () => [
    { displayName: 'Phones', state: 'inGracePeriod', settings: [{ setting: 'osMinimumVersion', state: 'nonCompliant' }] },
    { displayName: 'Others', state: 'compliant', settings: [] },
  ],
  mails: () => [mail],
  isRetireListed: () => true,
  signIns: () => [
    { app: 'outlook', outcome: 'allowed' },
    { app: 'teams', outcome: 'allowed' },
    { app: 'outlook', outcome: 'device-not-compliant' },
  ],
};
const gone: Observed = {
  ...observed,
  isPresent: () => false,
  entity: () => null,
  actionResults: () => null,
  whyUnavailable: () => null,
  bypassCode: () => null,
  policies: () => null,
  isRetireListed: () => null,
};

type Members = Omit<StoryExpectation, 'name'>;
const rows: [met: Members, missed: Members, sentence: string][] = [
  [
    { compliance: { phones: 'inGracePeriod', Nobody: 'none' } },
    { compliance: { Others: 'nonCompliant' } },
    'the policy "Others" is "compliant", expected "nonCompliant"',
  ],
  [
    { settings: { osMinimumVersion: 'nonCompliant', passcodeRequired: 'none' } },
    { settings: { osMinimumVersion: 'compliant' } },
    'the setting osMinimumVersion is "nonCompliant"',
  ],
  [
    { mails: [{ to: 'HELPDESK@contoso.example', subject: 'needs', text: 'PHONE-1', on: '2026-03-04', state: 'sent', count: 1 }, {}] },
    { mails: [{ on: '2026-03-05' }] },
    'there are 0 mails {"on":"2026-03-05"}; all of them: 2026-03-04T23:59:00Z to adele@contoso.example',
  ],
  [{ mails: [{ to: 'eve@contoso.example', count: 0 }] }, { mails: [{ state: 'sent', count: 2 }] }, 'there are 1 mails'],
  [
    { notifications: [{ title: 'LUNCH', count: 2 }, { body: 'floor', from: 'custom', shown: 'banner', count: 1 }, {}] },
    { notifications: [{ title: 'Lunch', count: 1 }] },
    'there are 2 notifications {"title":"Lunch","count":1}; all of them: 1970-01-01T00:00:00Z "Lunch is ready" (banner); 1970-01-01T00:01:00Z',
  ],
  [{ notifications: [{ body: 'Second' }] }, { notifications: [{ body: 'Third' }] }, 'there are 0 notifications {"body":"Third"}'],
  [{ notifications: [{ title: 'Lunch', from: 'custom' }] }, { notifications: [{ title: 'Lunch', from: 'compliance' }] }, 'there are 0'],
  [{ readByOtherApps: [{ body: 'Second' }] }, { readByOtherApps: [{ body: 'Third' }] }, 'there are 0 notifications read by other apps'],
  [{ notifications: [{ title: 'Dinner', count: 0 }] }, { notifications: [{ title: 'Dinner' }] }, 'there are 0 notifications'],
  [{ notifications: [{ from: 'compliance' }] }, { notifications: [{ from: 'compliance', shown: 'in-app' }] }, 'there are 0 notifications'],
  [
    { readByOtherApps: [{ app: 'diary', title: 'lunch', body: 'second', count: 1 }] },
    { readByOtherApps: [{ app: 'Calendar' }] },
    'there are 0 notifications read by other apps {"app":"Calendar"}; all of them: Diary "Lunch is ready"',
  ],
  [{ banner: 'lunch' }, { banner: false }, 'the banner is "Lunch is over", expected nothing'],
  [{ banner: 'over' }, { banner: 'Dinner' }, 'the banner is "Lunch is over", expected "Dinner"'],
  [
    { refused: '51 characters' },
    { refused: false },
    'the latest request of an administrator: The title has 51 characters., expected no refusal',
  ],
  [{ refused: 'TITLE' }, { refused: 'body' }, 'expected "body"'],
  [{ notices: 1 }, { notices: 0 }, 'the number of notices is 1, expected 0'],
  [{ retireListed: true }, { retireListed: false }, 'whether it is on the retire list is true, expected false'],
  [
    { signIns: { outlook: ['allowed', 'device-not-compliant'], teams: ['allowed'], sharepoint: [] } },
    { signIns: { outlook: ['allowed'] } },
    'the sign-in log of outlook is ["allowed","device-not-compliant"]',
  ],
  [{ record: 'present' }, { record: 'gone' }, 'the record is "present", expected "gone"'],
  [{ graph: { managementState: 'managed' } }, { graph: { managementState: 'wipePending' } }, 'managementState is "managed", expected'],
  [
    { graph: { hardwareInformation: { isSharedDevice: true } } },
    { graph: { hardwareInformation: { isSharedDevice: false } } },
    'hardwareInf',
  ],
  [{ graph: { tags: ['a'] } }, { graph: { tags: [] } }, 'tags is ["a"], expected []'],
  [{ graph: { userId: null, deviceCategory: null } }, { graph: { misspelt: null } }, 'Graph has no property misspelt'],
  [{ screen: 'home' }, { screen: 'locked' }, 'the screen is "home", expected "locked"'],
  [{ notice: 'SIGNED in' }, { notice: 'wrong' }, 'the notice is "Outlook is signed in.", expected "wrong"'],
  [{ view: { companyData: true, certificateEndsAt: null } }, { view: { companyData: false } }, 'companyData is true, expected false'],
  [
    { access: { outlook: 'allowed', teams: 'none' } },
    { access: { teams: 'allowed' } },
    'the access of teams is "none", expected "allowed"',
  ],
  [{ apps: { present: ['Chess'], absent: ['Mail'] } }, { apps: { present: ['Mail'], absent: [] } }, 'the app Mail is not on the device'],
  [{ apps: { present: [], absent: [] } }, { apps: { present: [], absent: ['Chess'] } }, 'the app Chess is on the device'],
  [{ bypassCode: 'shown' }, { bypassCode: 'none' }, 'the bypass code is "shown", expected "none"'],
  [{ action: { remoteLock: 'done', rebootNow: 'none' } }, { action: { remoteLock: 'pending' } }, 'the action remoteLock is "done"'],
  [
    { greyedOut: { wipe: 'google', retire: false } },
    { greyedOut: { wipe: 'apple' } },
    'why wipe is greyed out is "Google does not allow it."',
  ],
  [{ greyedOut: { retire: false } }, { greyedOut: { wipe: false } }, 'expected "available"'],
  [{ greyedOut: { wipe: 'allow' } }, { greyedOut: { retire: 'allow' } }, 'why retire is greyed out is "available"'],
  [{ audit: { wipe: 2, retire: 0, 'cancel wipe': 1 } }, { audit: { wipe: 1 } }, 'the audit log has 2 entries "wipe", expected 1'],
  [
    { auditBy: { wipe: 'erin@contoso.example' } },
    { auditBy: { wipe: 'alex@contoso.example' } },
    'is by erin@contoso.example, expected alex',
  ],
  [{ auditBy: {} }, { auditBy: { retire: 'erin@contoso.example' } }, 'is by nobody'],
  [
    { remoteAction: { factoryReset: 'pending' } },
    { remoteAction: { factoryReset: 'done' } },
    'the remote action factoryReset is "pending"',
  ],
];

describe('missesOf', () => {
  it.each(rows)('%j is met, %j is missed', (met, missed, sentence) => {
    expect(missesOf({ name: 'e', ...met }, observed)).toEqual([]);
    const misses = missesOf({ name: 'e', ...missed }, observed);
    expect(misses).toHaveLength(1);
    expect(misses[0]).toContain(sentence);
  });

  it.each<Members>([
    { graph: { managementState: null } },
    { action: { remoteLock: 'none' } },
    { greyedOut: { wipe: false } },
    { bypassCode: 'shown' },
    { compliance: { Phones: 'inGracePeriod' } },
    { settings: { osMinimumVersion: 'nonCompliant' } },
    { retireListed: true },
  ])('%j is missed where the record is gone', (missed) => expect(missesOf({ name: 'e', ...missed }, gone)).toHaveLength(1));

  it('a refusal is missed where nothing was asked for, and where nothing was refused', () => {
    const [none, taken] = [{ ...observed, refused: undefined }, { ...observed, refused: false } as const];
    for (const refused of ['a', false] as const) expect(missesOf({ name: 'e', refused }, none)[0]).toContain('there was none');
    expect(missesOf({ name: 'e', refused: 'a' }, taken)[0]).toContain('it was not refused, expected "a"');
    expect(missesOf({ name: 'e', refused: false }, taken)).toEqual([]);
  });

  it('judges all members', () => {
    expect(missesOf({ name: 'e', screen: 'off', record: 'gone', bypassCode: 'none' }, observed)).toHaveLength(3);
    expect(missesOf({ name: 'e', record: 'gone', bypassCode: 'none', audit: { wipe: 2 } }, gone)).toEqual([]);
  });
});
