/**
 * The catalogue of troubleshooting stories: every question of document 004 and every requirement of its table has one, each is lived in
 * virtual time and comes out as it says, and none of its expectations is one that cannot fail.
 */
import { describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { lockScreenSettings, notificationPermissions, notificationSources, waysToShow } from '../protocol/notifications.ts';
import { screenKinds } from '../protocol/screens.ts';
import type { RunResult } from '../simulator/result.ts';
import { type RunOptions, runScenario } from '../simulator/run.ts';
import { findScenario, listScenarios } from '../simulator/scenarios/catalogue.ts';
import { type LoadedScenario, parseScenario } from '../simulator/scenarios/load.ts';

/** The questions of document 004 in its order, in our own words, and the story that answers each. */
const answeredBy = {
  '1 Bypass Activation Lock changes nothing on the device': 'bypass-activation-lock-does-nothing',
  '2 no Activation Lock bypass code is shown': 'activation-lock-code-missing',
  '3 Bypass Activation Lock is greyed out': 'bypass-activation-lock-greyed-out',
  '4 case and dashes of a bypass code': 'activation-lock-code-without-dashes',
  '5 who started a retire or wipe': 'who-started-the-wipe',
  '6 an app outlives a retire': 'app-left-after-retire',
  '7 Wipe is greyed out for a work profile': 'wipe-greyed-out-work-profile',
  '8 Office still signs in after a retire': 'office-signs-in-after-retire',
  '9 how to watch a retire or wipe': 'watch-a-wipe',
  '10 a wipe is pending for ever': 'wipe-pending-for-ever',
  '11 a retire or wipe of an offline device': 'offline-device-wiped-on-return',
  '12 Reset passcode is greyed out for a device administrator': 'reset-passcode-greyed-out-android-7',
  '13 Reset passcode is not supported on a work profile': 'reset-passcode-not-supported',
  '14 a new passcode is asked for after one was removed': 'passcode-asked-again-after-removal',
};

/** The requirements of documents 000 to 004, and a story that shows each end to end. */
const shownBy = {
  'TD-01': 'bypass-activation-lock-does-nothing',
  'TD-02': 'activation-lock-code-expired',
  'TD-03': 'wiped-iphone-asks-for-apple-id',
  'TD-04': 'activation-lock-code-without-dashes',
  'TD-05': 'bypass-activation-lock-greyed-out',
  'TD-06': 'bypass-activation-lock-does-nothing',
  'TD-07': 'who-started-the-wipe',
  'TD-08': 'app-left-after-retire',
  'TD-09': 'wipe-greyed-out-work-profile',
  'TD-10': 'office-signs-in-after-retire',
  'TD-11': 'watch-a-wipe',
  'TD-12': 'wipe-pending-for-ever',
  'TD-13': 'offline-device-removed-after-180-days',
  'TD-14': 'offline-device-wiped-on-return',
  'TD-15': 'device-cannot-check-in-any-more',
  'TD-16': 'offline-device-removed-after-180-days',
  'TD-17': 'reset-passcode-greyed-out-android-7',
  'TD-18': 'reset-passcode-not-supported',
  'TD-19': 'passcode-asked-again-after-removal',
  'NC-01': 'noncompliant-phone-blocked-at-once',
  'NC-02': 'policy-of-another-platform',
  'NC-03': 'grace-period-made-longer',
  'NC-04': 'actions-in-order-on-their-days',
  'NC-05': 'mail-about-a-noncompliant-pc',
  'NC-06': 'mails-on-day-2-and-day-5',
  'NC-07': 'locked-for-noncompliance',
  'NC-08': 'compliant-again-starts-anew',
  'NC-09': 'mail-template-edited',
  'NC-10': 'mail-template-edited',
  'NC-11': 'device-group-gets-no-actions',
  'NC-12': 'marked-but-not-blocked',
  'NC-13': 'what-a-policy-makes-of-its-devices',
  'CN-01': 'notification-to-macs-and-pcs',
  'CN-02': 'notification-title-too-long',
  'CN-03': 'notification-not-shown-on-some-phones',
  'CN-04': 'notification-without-google-play',
  'CN-05': 'who-may-send-notifications',
  'CN-06': 'notification-sent-again',
  'CN-07': 'too-many-notifications-in-an-hour',
  'CN-08': 'eleventh-notification-to-a-phone',
  'CN-09': 'notification-to-nested-groups',
  'CN-10': 'notification-to-a-group-of-devices',
  'CN-11': 'notification-to-one-phone',
  'CN-12': 'notification-without-signing-in',
  'CN-13': 'notification-hours-late',
  'CN-14': 'notification-inside-company-portal',
  'CN-15': 'notification-on-the-lock-screen',
  'CN-16': 'notification-read-by-another-app',
  'CN-17': 'notification-after-leaving-the-group',
  'CN-18': 'was-the-notification-delivered',
  'CN-19': 'notification-stays-until-dismissed',
};

const catalogue = listScenarios();
const names = catalogue.map(({ name }) => name);
const stories = names.filter((name) => findScenario(name).scenario.answer !== null);

/** As far as a file of the catalogue is changed here: the rest of it stays as it is. */
interface StoryFile {
  timeline: { expect?: Expectation[] }[];
  expectations?: { equals?: number }[];
}
type Expectation = { name: string } & Record<string, unknown>;

async function outcome(scenario: LoadedScenario, options: RunOptions = {}): Promise<RunResult> {
  const run = await runScenario(scenario, options);
  run.close();
  return run.result;
}

const failed = (result: RunResult) => [...result.checkers, ...result.expectations].filter(({ passed }) => !passed);

describe('the catalogue', () => {
  it.each(Object.entries(answeredBy))('answers question %s', (_label, name) => {
    expect(stories).toContain(name);
    expect(findScenario(name).scenario.question).toMatch(/\?/);
  });

  it.each(Object.entries(shownBy))('shows %s', (id, name) => {
    expect(stories).toContain(name);
    expect(findScenario(name).scenario.requirements).toContain(id);
  });

  it('asks no question twice', () => {
    for (const of of ['question', 'title'] as const) expect(new Set(catalogue.map((entry) => entry[of])).size).toBe(names.length);
  });
});

describe.each(names)('%s', (name) => {
  it('comes out as it says, however it is lived', async () => {
    const scenario = findScenario(name);
    const result = await outcome(scenario);
    expect(failed(result)).toEqual([]);
    expect(result.passed).toBe(true);
    expect(result.expectations.filter(({ judged }) => judged === false)).toEqual([]);
    if (!stories.includes(name)) return;
    const other = await outcome(scenario, { everyCheckIn: true, codec: true, store: 'sqlite' });
    expect(failed(other)).toEqual([]);
    expect(other.digest).toBe(result.digest);
  });
});

describe.each(stories)('the story %s', (name) => {
  const { text, file } = findScenario(name);

  it('has a question, an answer from all four sides, and both sides in what it expects', () => {
    const { scenario } = findScenario(name);
    expect(scenario.question).not.toBeNull();
    expect(Object.keys(scenario.answer ?? {}).sort()).toEqual(['administrator', 'device', 'whatToDo', 'why']);
    const expected = new Set(expectationsOf(parse(text)).flatMap((one) => Object.keys(one)));
    expect(administratorSees.filter((member) => expected.has(member))).not.toEqual([]);
    expect(deviceShows.filter((member) => expected.has(member))).not.toEqual([]);
  });

  // Expectations only look. So each value can be made wrong, one at a time, within one run: every single one has to be noticed.
  it('notices each single value that it expects and that is wrong', async () => {
    const story: StoryFile = parse(text);
    for (const step of story.timeline) if (step.expect !== undefined) step.expect = step.expect.flatMap(wrongVariants);
    for (const figure of story.expectations ?? []) figure.equals = (figure.equals ?? 0) + 1;
    const wrong = expectationsOf(story).length + (story.expectations?.length ?? 0);
    const changed = stringify(story);
    const result = await outcome({ scenario: parseScenario(changed, file), text: changed, file });
    expect(result.expectations.filter(({ passed }) => passed)).toEqual([]);
    expect(result.expectations).toHaveLength(wrong);
    expect(result.passed).toBe(false);
  });
});

const administratorSees = [
  ...['graph', 'record', 'action', 'greyedOut', 'audit', 'auditBy', 'remoteAction', 'bypassCode'],
  ...['compliance', 'settings', 'mails', 'retireListed', 'signIns', 'refused'],
];
/** A mail is read on some device, too. */
const deviceShows = [
  ...['screen', 'apps', 'view', 'access', 'notice', 'notices', 'mails'],
  ...['notifications', 'readByOtherApps', 'banner'],
];

function expectationsOf(story: StoryFile): Expectation[] {
  return story.timeline.flatMap((step) => step.expect ?? []);
}

/** The same expectation with one value wrong, once for each value in it. */
function wrongVariants({ name, ...members }: Expectation): Expectation[] {
  return Object.entries(members).flatMap(([member, value]) =>
    wrongValues(member, value).map((wrong, index) => ({
      ...members,
      [member]: wrong,
      name: `${member} ${index} wrong: ${name}`.slice(0, 100),
    })),
  );
}

function wrongValues(member: string, value: unknown): unknown[] {
  if (member === 'apps') return wrongApps(value as { present?: string[]; absent?: string[] });
  if (counted.includes(member)) {
    return (value as Counted[]).flatMap((one, place, all) => wrongCounted(one).map((wrong) => all.with(place, wrong)));
  }
  if (typeof value !== 'object' || value === null) return [wrongValue(member, '', value)];
  return Object.entries(value).map(([key, one]) => ({ ...value, [key]: wrongValue(member, key, one) }));
}

/** One app after the other changes sides. */
function wrongApps({ present = [], absent = [] }: { present?: string[]; absent?: string[] }): unknown[] {
  const without = (list: string[], app: string) => list.filter((one) => one !== app);
  return [
    ...present.map((app) => ({ present: without(present, app), absent: [...absent, app] })),
    ...absent.map((app) => ({ present: [...present, app], absent: without(absent, app) })),
  ];
}

/** Of what fits each entry there is a number. */
const counted = ['mails', 'notifications', 'readByOtherApps'];
type Counted = Record<string, string | number>;

/** Another number of such things; and where there are some, another word of each kind. */
function wrongCounted(entry: Counted): Counted[] {
  const { count, ...words } = entry;
  const others = Object.keys(words).map((key) => ({ ...entry, [key]: choices[key]?.find((one) => one !== entry[key]) as string }));
  return [...(typeof count === 'number' ? [{ ...entry, count: count + 1 }] : []), ...(count === 0 ? [] : others)];
}

/** Values that may stand in each member: the first one that is not the right one is a wrong one. */
const choices: Record<string, readonly unknown[]> = {
  screen: screenKinds,
  record: ['present', 'gone'],
  bypassCode: ['shown', 'none'],
  action: ['done', 'pending'],
  remoteAction: ['done', 'pending'],
  access: ['allowed', 'code-wrong'],
  auditBy: ['nobody@contoso.example'],
  compliance: ['compliant', 'nonCompliant'],
  settings: ['compliant', 'nonCompliant'],
  signIns: [['token-unknown']],
  to: ['nobody@contoso.example'],
  subject: ['what no mail ever says'],
  text: ['what no mail ever says'],
  title: ['what no notification ever says'],
  body: ['what no notification ever says'],
  from: notificationSources,
  shown: waysToShow,
  app: ['Nobody'],
  notificationsAllowed: notificationPermissions,
  lockScreenNotifications: lockScreenSettings,
  on: ['2025-01-01'],
  state: ['sent', 'failed'],
  notice: ['what no screen ever says'],
  phase: ['enrolled', 'retired'],
  power: ['on', 'off'],
};

/** Text that is contained, or false where there is none. */
const sentences = ['greyedOut', 'banner', 'refused'];

function wrongValue(member: string, key: string, value: unknown): unknown {
  if (sentences.includes(member)) return value === false ? 'a reason that is never given' : `not ${String(value)}`;
  if (typeof value === 'boolean') return !value;
  if (typeof value === 'number') return value + 1;
  const wrong = (choices[key] ?? choices[member] ?? ['what Graph never says']).find((choice) => choice !== value);
  if (wrong === undefined) throw new Error(`No wrong value is known for ${member} ${key}.`);
  return wrong;
}
