import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { ScenarioError, type ScenarioErrorCode } from './errors.ts';
import { loadScenarioFile, parseScenario } from './load.ts';

/** Line 1 is the name. */
const good = `name: small
title: A small one
days: 30
devices: 10
tenant:
  push: { lost: 2%, latency: { uniform: [1s, 10s] } }
fleet:
  - name: phones
    weight: 1
    platform: ios
    enrollment: automated
    enrolledWithin: 14d
    wipesSilently: 5%
    models: [{ model: iPhone 15, manufacturer: Apple, osVersion: "17.5" }]
    absences: { share: 30%, count: [1, 3], between: [1d, 20d], length: { exponential: 2d } }
  - name: tablets
    weight: 2
    platform: android
timeline:
  - at: 9d
    do: wipe
    to: { share: 2%, groups: [phones] }
    by: admin@contoso.example
  - every: { from: 1d, until: 5d, each: 2d }
    do: syncDevice
expectations:
  - name: something came of it
    figure: actions.wipe.acknowledged
    atLeast: 1
`;

function errorOf(text: string): ScenarioError {
  try {
    parseScenario(text, 'f.yaml');
  } catch (error) {
    if (error instanceof ScenarioError) return error;
    throw error;
  }
  throw new Error('the text was accepted');
}

/** What is changed in the good file, into what; where and how it is refused. */
const bad: [from: string, to: string, place: string, code: ScenarioErrorCode, fragment: string][] = [
  [
    '    weight: 2',
    '    weight: 2\n    signIns: { apps: [word], every: 4h }',
    '18:23 fleet[1].signIns.apps[0]',
    'scenario-value',
    'outlook, teams, sharepoint',
  ],
  [
    '    weight: 2',
    '    weight: 2\n    signIns: { apps: [outlook], every: 1s }',
    '18:40 fleet[1].signIns.every',
    'scenario-range',
    'from 1m to 365d',
  ],
  [
    '    weight: 2',
    '    weight: 2\n    signIns: { apps: [], every: 1h }',
    '18:22 fleet[1].signIns.apps',
    'scenario-range',
    '1 to 3 names of Office apps',
  ],
  [
    '    weight: 2',
    '    weight: 2\n    lapses: { perMonth: 120%, lasts: 2d }',
    '18:25 fleet[1].lapses.perMonth',
    'scenario-range',
    '0% to 100%',
  ],
  [
    '    weight: 2',
    '    weight: 2\n    lapses: { perMonth: 5%, lasts: 2d, of: [rain] }',
    '18:45 fleet[1].lapses.of[0]',
    'scenario-value',
    'passcode, encryption',
  ],
  ['days: 30', 'dayz: 30', '3:1 dayz', 'scenario-unknown-key', 'did you mean "days"? allowed: name, title,'],
  ['    weight: 2', '    weigth: 2', '17:5 fleet[1].weigth', 'scenario-unknown-key', 'did you mean "weight"?'],
  ['lost: 2%', 'lots: 2%', '6:11 tenant.push.lots', 'scenario-unknown-key', 'did you mean "lost"? allowed: lost, latency, late, keptFor'],
  ['days: 30', '<<: 30', '3:1 <<', 'scenario-unknown-key', 'unknown key "<<"'],
  ['    weight: 2\n', '', '16:5 fleet[1]', 'scenario-missing', 'allowed: either "count" or "weight"'],
  ['    weight: 2', '    weight: 2\n    count: 3', '16:5 fleet[1]', 'scenario-value', 'both "count" and "weight" are given'],
  ['    weight: 2', '    count: 30', '4:10 devices', 'scenario-range', 'the counts of the fleet add up to 30; allowed: 30 or more'],
  ['devices: 10\n', '', '1:1 devices', 'scenario-missing', 'or a "count" in every group'],
  [
    '    do: wipe',
    '    do: wipe\n    cancel: wipe',
    '20:5 timeline[0]',
    'scenario-value',
    '"do" and "cancel" are given; allowed: exactly one of do, cancel',
  ],
  ['    do: wipe\n', '', '20:5 timeline[0]', 'scenario-missing', 'it does not say what happens; allowed: exactly one of do, cancel, user'],
  [
    'do: wipe',
    'do: wipe\n    with: { keepUserDate: true }',
    '22:11 timeline[0].with',
    'scenario-value',
    'wipe does not take "keepUserDate"; allowed: keepEnrollmentData',
  ],
  [
    'do: wipe',
    'do: wipe\n    with: { keepUserData: 1 }',
    '22:27 timeline[0].with.keepUserData',
    'scenario-value',
    'parameter of wipe; allowed: true or false',
  ],
  ['do: wipe', 'do: delete\n    with: { keepUserData: true }', '22:11 timeline[0].with', 'scenario-value', '"delete" takes no parameters'],
  [
    'do: wipe',
    'do: cleanWindowsDevice',
    '20:5 timeline[0]',
    'scenario-missing',
    'cleanWindowsDevice needs parameters; allowed: with: { keepUserData: … }',
  ],
  ['do: wipe', 'cancel: wipe\n    with: {}', '22:11 timeline[0].with', 'scenario-value', '"with" belongs to "do"'],
  ['do: wipe', 'user: { pres: unlock }', '21:13 timeline[0].user.pres', 'scenario-unknown-key', 'did you mean "press"?'],
  ['do: wipe', 'user: { type: 246810 }', '21:19 timeline[0].user.type', 'scenario-type', 'digits in quotes'],
  ['do: wipe', 'user: { press: unlock, type: "1" }', '21:11 timeline[0].user', 'scenario-value', 'both "press" and "type" are given'],
  [
    'do: wipe',
    'portal: { do: rebootNow }',
    '21:19 timeline[0].portal.do',
    'scenario-value',
    'allowed: syncDevice, remoteLock, resetPasscode, retire, wipe',
  ],
  ['do: wipe', 'device: {}', '21:13 timeline[0].device', 'scenario-missing', 'nothing happens to it'],
  ['do: wipe', 'device: { network: maybe }', '21:24 timeline[0].device.network', 'scenario-value', 'allowed: on, off'],
  [
    'do: wipe',
    'device: { behavior: { on: wipe, then: slow } }',
    '21:25 timeline[0].device.behavior',
    'scenario-missing',
    '"slow" needs a "delay"',
  ],
  ['do: wipe', 'tenant: {}', '21:13 timeline[0].tenant', 'scenario-missing', 'it changes nothing'],
  ['do: wipe', 'copy: pin', '21:11 timeline[0].copy', 'scenario-value', 'bypassCode, passcode, unlockPin'],
  [
    'do: wipe',
    'expect: [{ name: a }]',
    '21:14 timeline[0].expect[0]',
    'scenario-missing',
    'it expects nothing; allowed: one or more of graph, screen',
  ],
  ['do: wipe', 'expect: [{ name: a, scren: home }]', '21:25 timeline[0].expect[0].scren', 'scenario-unknown-key', 'did you mean "screen"?'],
  [
    'do: wipe',
    'expect: [{ name: a, action: { lock: done } }]',
    '21:35 timeline[0].expect[0].action.lock',
    'scenario-unknown-key',
    'remoteLock',
  ],
  [
    'at: 9d\n    do: wipe',
    'at: 30d\n    expect: [{ name: a, screen: home }]',
    '20:9 timeline[0].at',
    'scenario-range',
    'after the end, and would never be judged; allowed: before 30d',
  ],
  ['lost: 2%, latency', 'lost: 2%, lots: 1, latency', '6:21 tenant.push.lots', 'scenario-unknown-key', 'did you mean "lost"?'],
  ['tenant:\n', 'tenant:\n  policy: { passcodeLengthMin: 3 }\n', '6:32 tenant.policy.passcodeLengthMin', 'scenario-range', 'from 4 to 16'],
  [
    'tenant:\n',
    'tenant:\n  apps: [{ id: a, name: A, intent: available }, { id: a, name: B, intent: available }]\n',
    '6:55 tenant.apps[1].id',
    'scenario-value',
    'already the id of apps[0]',
  ],
  ['    weight: 2', '    weight: 2\n    has: { passcode: 246810 }', '18:22 fleet[1].has.passcode', 'scenario-range', 'a passcode as text'],
  ['    weight: 2', '    weight: 2\n    user: nobody', '18:11 fleet[1].user', 'scenario-value', 'a user principal name'],
  ['days: 30\n', '', '1:1 days', 'scenario-missing', 'it is missing; allowed: a whole number from 1 to 36500'],
  ['    platform: android', '', '16:5 fleet[1].platform', 'scenario-missing', 'allowed: ios, macos, android, windows'],
  ['  - at: 9d\n    do', '  - do', '20:5 timeline[0]', 'scenario-missing', 'either "at" or "every"'],
  ['    atLeast: 1', '', '27:5 expectations[0]', 'scenario-missing', '"equals", "atLeast", "atMost"'],
  ['days: 30', 'days: "30"', '3:7 days', 'scenario-type', '"30" is text; allowed: a whole number from 1 to 36500 (without quotes: 30)'],
  ['days: 30', 'days: many', '3:7 days', 'scenario-type', '"many" is text'],
  ['days: 30', 'days: 1.5', '3:7 days', 'scenario-type', '1.5 is a number; allowed: a whole number'],
  ['days: 30', 'days:', '3:6 days', 'scenario-type', 'nothing is written here'],
  ['osVersion: "17.5"', 'osVersion: 17.5', '14:66 fleet[0].models[0].osVersion', 'scenario-type', 'put it in quotes: "17.5"'],
  ['enrolledWithin: 14d', 'enrolledWithin: 14', '12:21 fleet[0].enrolledWithin', 'scenario-type', '14 has no unit: write 14d for days'],
  ['exponential: 2d', 'exponential: 2', '15:87 fleet[0].absences.length.exponential', 'scenario-type', '2 has no unit'],
  ['platform: ios', 'platform: [ios]', '10:15 fleet[0].platform', 'scenario-type', 'a list stands here; allowed: ios, macos'],
  ['days: 30', 'days: 0', '3:7 days', 'scenario-range', '0 is not allowed here; allowed: a whole number from 1 to 36500'],
  ['days: 30', 'days: -3', '3:7 days', 'scenario-range', '-3 is not allowed here; allowed: a whole number from 1 to 36500'],
  ['devices: 10', 'devices: 2000001', '4:10 devices', 'scenario-range', 'from 1 to 2000000'],
  ['wipesSilently: 5%', 'wipesSilently: 150%', '13:20 fleet[0].wipesSilently', 'scenario-range', 'a share of 0% to 100%, or of 0 to 1'],
  ['wipesSilently: 5%', 'wipesSilently: 5', '13:20 fleet[0].wipesSilently', 'scenario-range', 'half is 50% or 0.5'],
  ['enrolledWithin: 14d', 'enrolledWithin: -14d', '12:21 fleet[0].enrolledWithin', 'scenario-range', 'a duration'],
  ['count: [1, 3]', 'count: [3, 1]', '15:36 fleet[0].absences.count', 'scenario-range', 'runs backwards'],
  ['between: [1d, 20d]', 'between: [30d, 20d]', '15:53 fleet[0].absences.between', 'scenario-range', 'runs backwards'],
  ['uniform: [1s, 10s]', 'uniform: [1s]', '6:41 tenant.push.latency.uniform', 'scenario-range', 'a range of two durations'],
  ['from: 1d, until: 5d', 'from: 6d, until: 5d', '24:31 timeline[1].every.until', 'scenario-range', '"until" lies before "from"'],
  ['until: 5d, each: 2d', 'until: 50d, each: 1m', '24:12 timeline[1].every', 'scenario-range', 'allowed: up to 10000 in a file'],
  ['atLeast: 1', 'atLeast: 2\n    atMost: 1', '30:13 expectations[0].atMost', 'scenario-range', 'atLeast ≤ atMost'],
  ['weight: 2', 'weight: -2', '17:13 fleet[1].weight', 'scenario-range', 'a number above 0'],
  [
    'platform: ios',
    'platform: symbian',
    '10:15 fleet[0].platform',
    'scenario-value',
    '"symbian" is not allowed here; allowed: ios, macos, android, windows',
  ],
  [
    'enrollment: automated',
    'enrollment: joined',
    '11:17 fleet[0].enrollment',
    'scenario-value',
    'not an enrollment type of ios; allowed: device, automated, user',
  ],
  ['enrolledWithin: 14d', 'enrolledWithin: two weeks', '12:21 fleet[0].enrolledWithin', 'scenario-value', '90s, 15m, 8h, 30d, 2w'],
  ['enrolledWithin: 14d', 'enrolledWithin: "14"', '12:21 fleet[0].enrolledWithin', 'scenario-value', 'write 14d for days'],
  ['wipesSilently: 5%', 'wipesSilently: few', '13:20 fleet[0].wipesSilently', 'scenario-value', '"few" is not allowed here'],
  ['{ exponential: 2d }', '{ gamma: 2d }', '15:72 fleet[0].absences.length', 'scenario-value', '{uniform: [1d, 5d]}, {exponential: 20d}'],
  ['name: tablets', 'name: phones', '16:11 fleet[1].name', 'scenario-value', 'already the name of fleet[0]'],
  ['groups: [phones]', 'groups: [fones]', '22:31 timeline[0].to.groups[0]', 'scenario-value', 'no group "fones"; allowed: phones, tablets'],
  ['  - at: 9d', '  - every: { from: 1d, until: 2d, each: 1d }\n    at: 9d', '20:5 timeline[0]', 'scenario-value', 'both "at" and "every"'],
  [
    'do: wipe',
    'notify: { title: A, body: B }',
    '21:13 timeline[0].notify.groups',
    'scenario-missing',
    'it goes to nobody; allowed: names of 1 to 25',
  ],
  [
    'do: wipe',
    'notify: { body: B, groups: [g] }',
    '21:13 timeline[0].notify.title',
    'scenario-missing',
    'it is missing; allowed: text of 1 to 50',
  ],
  [
    'do: wipe',
    'notify: { title: A, body: "", groups: [g] }',
    '21:31 timeline[0].notify.body',
    'scenario-missing',
    'allowed: text of 1 to 500 characters',
  ],
  [
    'do: wipe',
    `notify: { title: ${'x'.repeat(51)}, body: B, groups: [g] }`,
    '21:22 timeline[0].notify.title',
    'scenario-value',
    'the service refuses it: 51 characters, and 50 are allowed; allowed: text of 1 to 50 characters, as a person counts them',
  ],
  ['do: wipe', 'notify: { title: "a\\nb", body: B, groups: [g] }', '21:22 timeline[0].notify.title', 'scenario-value', 'line break'],
  [
    'do: wipe',
    'notify: { title: 1, body: B, groups: [g] }',
    '21:22 timeline[0].notify.title',
    'scenario-type',
    'text of 1 to 50 characters',
  ],
  [
    'do: wipe',
    'notify: { titel: A, body: B, groups: [g] }',
    '21:15 timeline[0].notify.titel',
    'scenario-unknown-key',
    'did you mean "title"?',
  ],
  [
    'do: wipe',
    `notify: { title: A, body: B, groups: [${Array.from({ length: 26 }, (_, n) => `g${n}`).join(', ')}] }`,
    '21:42 timeline[0].notify.groups',
    'scenario-value',
    'it names 26 groups; allowed: up to 25',
  ],
  [
    'do: wipe',
    'notify: { title: A, body: B, groups: [Sales] }',
    '21:43 timeline[0].notify.groups[0]',
    'scenario-value',
    'the file has no group of the tenant "Sales"; allowed: a group of the tenant that the file names',
  ],
  [
    'do: wipe',
    'notify: { title: A, body: B, groups: [phones] }',
    '21:43 timeline[0].notify.groups[0]',
    'scenario-value',
    '"phones" is a group of the fleet; allowed: a group of the tenant, such as',
  ],
  [
    'do: wipe',
    'device: { notificationsAllowed: maybe }',
    '21:37 timeline[0].device.notificationsAllowed',
    'scenario-value',
    'allowed, denied, not-asked',
  ],
  [
    'do: wipe',
    'device: { lockScreenNotifications: true }',
    '21:40 timeline[0].device.lockScreenNotifications',
    'scenario-type',
    'shown, content-hidden, hidden',
  ],
  ['do: wipe', 'device: { companyPortal: gone }', '21:30 timeline[0].device.companyPortal', 'scenario-type', 'true or false'],
  [
    'do: wipe',
    'device: { notificationReader: "" }',
    '21:35 timeline[0].device.notificationReader',
    'scenario-range',
    'text of 1 to 64 characters',
  ],
  [
    'do: wipe',
    'expect: [{ name: a, notifications: [{ shown: somewhere }] }]',
    '21:50 timeline[0].expect[0].notifications[0].shown',
    'scenario-value',
    'banner, lock-screen, in-app',
  ],
  [
    'do: wipe',
    'expect: [{ name: a, notifications: [{ titel: A }] }]',
    '21:43 timeline[0].expect[0].notifications[0].titel',
    'scenario-unknown-key',
    'did you mean "title"?',
  ],
  [
    'do: wipe',
    'expect: [{ name: a, refused: true }]',
    '21:34 timeline[0].expect[0].refused',
    'scenario-type',
    'or false (it was not refused)',
  ],
  [
    'lost: 2%',
    'lost: 2%, late: { share: 5% }',
    '6:27 tenant.push.late.by',
    'scenario-missing',
    'it is missing; allowed: a duration such as',
  ],
  ['lost: 2%', 'lost: 2%, late: { share: 150%, by: 1h }', '6:36 tenant.push.late.share', 'scenario-range', 'a share of 0% to 100%'],
  ['lost: 2%', 'lost: 2%, membershipLag: soon', '6:36 tenant.push.membershipLag', 'scenario-value', 'a duration such as'],
  [
    'lost: 2%',
    'lost: 2%, notificationsKeptFor: 200y',
    '6:43 tenant.push.notificationsKeptFor',
    'scenario-value',
    'a duration, a number with its unit',
  ],
  [
    'wipesSilently: 5%',
    'has: { notifications: maybe }',
    '13:27 fleet[0].has.notifications',
    'scenario-value',
    'allowed, denied or not-asked for all of them',
  ],
  [
    'wipesSilently: 5%',
    'has: { notifications: { allowed: 70%, notAsked: 40% } }',
    '13:53 fleet[0].has.notifications.notAsked',
    'scenario-range',
    'are 110% together; allowed: up to 100%',
  ],
  [
    'wipesSilently: 5%',
    'has: { notificationReader: { share: 10% } }',
    '13:32 fleet[0].has.notificationReader.app',
    'scenario-missing',
    'it is missing; allowed: text of 1 to 64',
  ],
  [
    'wipesSilently: 5%',
    'has: { lockScreenNotifications: some }',
    '13:37 fleet[0].has.lockScreenNotifications',
    'scenario-value',
    'shown, content-hidden, hidden',
  ],
  ['do: wipe', 'do: explode', '21:9 timeline[0].do', 'scenario-value', 'syncDevice, remoteLock, resetPasscode'],
  ['name: small', 'name: Small One', '1:7 name', 'scenario-value', 'lower-case letters'],
  ['actions.wipe.acknowledged', 'states.wipePendng', '28:13 expectations[0].figure', 'scenario-value', 'did you mean states.wipePending?'],
  [
    'actions.wipe.acknowledged',
    'actions.constructor.name',
    '28:13 expectations[0].figure',
    'scenario-value',
    'is not a figure of the result',
  ],
  ['actions.wipe.acknowledged', 'actions.wipe.done', '28:13 expectations[0].figure', 'scenario-value', 'acknowledged|failed'],
  ['actions.wipe.acknowledged', 'recordRemoved', '28:13 expectations[0].figure', 'scenario-value', 'did you mean recordsRemoved?'],
  ['days: 30', 'days: 30\nstart: 2026-02-30T00:00:00Z', '4:8 start', 'scenario-value', '2026-01-01T00:00:00Z'],
  ['days: 30', '\tdays: 30', '3:1', 'scenario-syntax', 'a tab is used for indentation; allowed: spaces'],
  ['days: 30', 'days: 30\ndays: 31', '4:1 days', 'scenario-syntax', 'stands here twice'],
  ['days: 30', 'days: !days 30', '3:7', 'scenario-syntax', 'Unresolved tag: !days'],
  ['days: 30', 'days: *many', '3:7 days', 'scenario-syntax', 'no anchor &many above'],
  ['days: 30', '__proto__: 30', '3:1', 'scenario-syntax', '"__proto__" is not allowed'],
  ['title: A small one', 'title: A: small one', '2:8', 'scenario-syntax', 'not valid YAML'],
  ['days: 30', 'days: 30\n---\nname: another', '4:1', 'scenario-syntax', 'a second document'],
];

describe('one thing wrong in a good file', () => {
  test('the good file is good', () => expect(parseScenario(good, 'f.yaml').name).toBe('small'));

  test.each(bad)('%j → %j', (from, to, place, code, fragment) => {
    expect(good).toContain(from);
    const error = errorOf(good.replace(from, to));
    const [issue, ...others] = error.issues;
    const { line, column, path } = issue ?? {};
    // Some slips leave a key missing as well: the table's issue must be among them, and alone where nothing follows from it.
    const all = [issue, ...others].map((each) => `${each?.line}:${each?.column}${each?.path === '' ? '' : ` ${each?.path}`}`);
    const index = all.indexOf(place);
    expect(all.join(', ')).toContain(place);
    expect(error.issues[index]).toMatchObject({ code, file: 'f.yaml' });
    expect(error.issues[index]?.message).toContain(fragment);
    expect(error.message.split('\n')[0]).toBe(
      `f.yaml:${line}:${column}${path === '' ? '' : ` ${path}`}: ${issue?.message} (${issue?.code})`,
    );
    expect(all.length).toBeLessThanOrEqual(to.startsWith('<<') ? 2 : 1);
  });

  test('an empty fleet, in its three spellings', () => {
    const head = 'name: a\ntitle: b\ndays: 1\ndevices: 1\n';
    expect(errorOf(`${head}fleet: []\n`).message).toBe(
      'f.yaml:5:8 fleet: an empty list is not allowed here; allowed: a list of 1 to 1000 groups of devices (scenario-range)',
    );
    expect(errorOf(`${head}fleet:\n`).code).toBe('scenario-type');
    expect(errorOf(`${head}fleet: {}\n`).code).toBe('scenario-type');
  });

  test('a reported key cannot steer the terminal', () => {
    const { message } = errorOf(`"\\e[31m\\u202e": 1\n${good}`);
    expect(message).not.toContain('\u001b');
    expect(message).not.toContain('\u202e');
  });
});

test('several issues come in the order of the file, twenty at most', () => {
  const two = errorOf(good.replace('days: 30', 'days: 0').replace('platform: ios', 'platform: symbian'));
  expect(two.issues.map((issue) => issue.line)).toEqual([3, 10]);
  const keys = Array.from({ length: 50 }, (_, index) => `extra${index}: 1`).join('\n');
  const many = errorOf(`${good}${keys}\n`);
  expect(many.issues).toHaveLength(20);
  expect(many.omitted).toBe(30);
  expect(many.message.split('\n')).toHaveLength(21);
  expect(many.message).toMatch(/… and 30 more$/);
});

describe('texts that are no scenario', () => {
  const bomb = `a: &a [1, 1]\n${[...'bcdefghij'].map((name, index) => `${name}: &${name} [${`*${'abcdefghij'[index]}, `.repeat(9)}1]`).join('\n')}\n`;
  const rows: [name: string, text: string, code: ScenarioErrorCode, fragment: string][] = [
    ['empty', '', 'scenario-missing', 'the file is empty; allowed: a scenario'],
    ['only comments', '# nothing\n', 'scenario-missing', 'fleet-lifecycle.yaml'],
    ['a sentence', 'hello there', 'scenario-type', '"hello there" is not a scenario; allowed: a mapping'],
    ['a list', '- a\n- b\n', 'scenario-type', 'a list is not a scenario'],
    ['NUL', 'name: \0', 'scenario-unreadable', 'binary'],
    ['alias bomb', bomb, 'scenario-syntax', 'too many aliases'],
    ['alias inside of itself', `${good}extra: &a [*a]\n`, 'scenario-unknown-key', 'extra'],
    ['very deep', '['.repeat(100_000), 'scenario-syntax', 'nested too deep'],
    ['deep', `a: ${'['.repeat(40)}${']'.repeat(40)}\n`, 'scenario-syntax', 'nested too deep'],
    ['YAML 1.1', `%YAML 1.1\n---\n${good}`, 'scenario-syntax', 'YAML 1.2'],
    ['too large', 'x'.repeat(1_048_577), 'scenario-too-large', '1048577 bytes; allowed: up to 1048576'],
    ['too large in bytes', 'é'.repeat(600_000), 'scenario-too-large', '1200000 bytes'],
  ];
  test.each(rows)('%s', (_, text, code, fragment) => {
    const error = errorOf(text);
    expect(error.code).toBe(code);
    expect(error.message).toContain(fragment);
  });

  test.each([
    ['keys', Array.from({ length: 90_000 }, (_, index) => `k${index}: 1`).join('\n')],
    ['groups', `fleet:\n${'- {}\n'.repeat(200_000)}`],
    ['aliases', `a: &a 1\nb: [${'*a,'.repeat(300_000)}]`],
    ['brackets', ']'.repeat(300_000)],
  ])('a megabyte of %s ends within bounded time', (_, text) => {
    const begun = performance.now();
    expect(errorOf(text).issues.length).toBeLessThanOrEqual(20);
    expect(performance.now() - begun).toBeLessThan(20_000);
  });
});

describe('files', () => {
  const folder = mkdtempSync(join(tmpdir(), 'mockfleet-scenarios-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'a.yaml');

  function refusal(path: string): ScenarioError {
    try {
      loadScenarioFile(path);
    } catch (error) {
      if (error instanceof ScenarioError) return error;
      throw error;
    }
    throw new Error('the file was accepted');
  }

  test('a good one, with its text', () => {
    writeFileSync(file, `\ufeff${good.replaceAll('\n', '\r\n')}`);
    const loaded = loadScenarioFile(file);
    expect(loaded).toMatchObject({ file, scenario: { name: 'small' } });
    expect(parseScenario(loaded.text, file)).toEqual(loaded.scenario);
  });

  test('ten megabytes of nonsense are refused by size alone', () => {
    writeFileSync(file, Buffer.alloc(10_000_000, '{[*&!'));
    const begun = performance.now();
    expect(refusal(file).message).toBe(`${file}: it has 10000000 bytes; allowed: up to 1048576 (1 MiB) (scenario-too-large)`);
    expect(performance.now() - begun).toBeLessThan(200);
  });

  test('not text, not a file, not there', () => {
    writeFileSync(file, Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]));
    expect(refusal(file)).toMatchObject({ code: 'scenario-unreadable', message: expect.stringContaining('not UTF-8 text') });
    expect(refusal(folder)).toMatchObject({ code: 'scenario-unreadable', message: expect.stringContaining('it is a directory') });
    expect(refusal(join(folder, 'none.yaml'))).toMatchObject({
      code: 'scenario-unreadable',
      message: expect.stringContaining('no such file'),
    });
    expect(refusal(`${folder}/a\0b`).code).toBe('scenario-unreadable');
  });
});
