/** Whether what a story expects of a device is so. Pure: an expectation and an observation in, sentences about what is missed out. */
import type { CommandType } from '../../protocol/commands.ts';
import type { DeviceView } from '../../protocol/hands.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { MailRecord } from '../../server-stub/core/directory-records.ts';
import type { Json, MailExpectation, NotificationExpectation, ReadExpectation, StoryExpectation } from '../scenarios/story-expectation.ts';
import type { JsonRecord, Observed } from './observe.ts';

/** One sentence per member that is missed; none: it is all so. */
export function missesOf(expected: StoryExpectation, observed: Observed): string[] {
  const { view } = observed;
  const misses: string[] = [];
  const miss = (what: string, wanted: unknown, found: unknown) => {
    misses.push(`${what} is ${inWords(found)}, expected ${inWords(wanted)}`);
  };
  const same = (what: string, wanted: unknown, found: unknown) => {
    if (!matches(wanted as Json, found)) miss(what, wanted, found);
  };
  if (expected.record !== undefined) same('the record', expected.record, observed.isPresent() ? 'present' : 'gone');
  if (expected.graph !== undefined) misses.push(...graphMisses(expected.graph, observed));
  if (expected.screen !== undefined) same('the screen', expected.screen, view.screen.kind);
  if (expected.notice !== undefined && !contains(view.screen.notice ?? '', expected.notice))
    miss('the notice', expected.notice, view.screen.notice);
  for (const [name, wanted] of entries(expected.view)) same(name, wanted, (view as unknown as JsonRecord)[name]);
  for (const [app, wanted] of entries(expected.access)) same(`the access of ${app}`, wanted, view.access[app] ?? 'none');
  const names = view.apps.map(({ name }) => name);
  for (const name of expected.apps?.present ?? []) if (!names.includes(name)) misses.push(`the app ${name} is not on the device`);
  for (const name of expected.apps?.absent ?? []) if (names.includes(name)) misses.push(`the app ${name} is on the device`);
  if (expected.bypassCode !== undefined) same('the bypass code', expected.bypassCode, observed.bypassCode() === null ? 'none' : 'shown');
  if (expected.action !== undefined) {
    const results = observed.actionResults();
    if (results === null) misses.push('the record is gone, and with it the results of its actions');
    else
      for (const [action, wanted] of entries(expected.action)) same(`the action ${action}`, wanted, stateOf(results, 'actionName', action));
  }
  for (const [action, wanted] of entries(expected.greyedOut)) {
    const found = observed.whyUnavailable(action as CommandType);
    if (found === null) misses.push(`whether ${action} is greyed out cannot be seen: the record is gone`);
    else if (wanted === false ? found !== undefined : !contains(found ?? '', wanted)) {
      miss(`why ${action} is greyed out`, wanted === false ? 'available' : wanted, found ?? 'available');
    }
  }
  misses.push(...auditMisses(expected, observed));
  if (expected.remoteAction !== undefined) {
    const rows = observed.remoteActions();
    for (const [action, wanted] of entries(expected.remoteAction))
      same(`the remote action ${action}`, wanted, stateOf(rows, 'action', action));
  }
  misses.push(...complianceMisses(expected, observed), ...notificationMisses(expected, observed));
  return misses;
}

function graphMisses(wanted: Readonly<Record<string, Json>>, observed: Observed): string[] {
  const found = observed.entity();
  if (found === null) return ['Graph has no such device'];
  return Object.entries(wanted).flatMap(([name, value]) => {
    const shown = found[name];
    if (matches(value, shown)) {
      // Nothing is expected, and nothing is there: but is there such a property at all?
      const why = name in found ? null : observed.whyNoProperty(name);
      return why === null ? [] : [`Graph has no property ${name}: ${why}`];
    }
    return [`${name} is ${inWords(shown)}, expected ${inWords(value)}`];
  });
}

function complianceMisses(expected: StoryExpectation, observed: Observed): string[] {
  const misses: string[] = [];
  const same = (what: string, wanted: unknown, found: unknown) => {
    if (!matches(wanted as Json, found)) misses.push(`${what} is ${inWords(found)}, expected ${inWords(wanted)}`);
  };
  if (expected.compliance !== undefined || expected.settings !== undefined) {
    const policies = observed.policies();
    if (policies === null) return ['the record is gone, and with it its compliance'];
    for (const [name, wanted] of entries(expected.compliance)) {
      const found = policies.find(({ displayName }) => displayName.toLowerCase() === name.toLowerCase());
      same(`the policy "${name}"`, wanted, found?.state ?? 'none');
    }
    const settings = policies.flatMap((policy) => policy.settings);
    for (const [name, wanted] of entries(expected.settings)) {
      same(`the setting ${name}`, wanted, settings.find(({ setting }) => setting === name)?.state ?? 'none');
    }
  }
  if (expected.mails !== undefined) {
    const mails = observed.mails();
    for (const wanted of expected.mails) {
      const found = mails.filter((mail) => isMeant(mail, wanted)).length;
      if (isOtherCount(found, wanted.count)) misses.push(counted(found, 'mails', wanted, mails.map(inShort)));
    }
  }
  if (expected.notices !== undefined) same('the number of notices', expected.notices, observed.view.notices.length);
  if (expected.retireListed !== undefined) same('whether it is on the retire list', expected.retireListed, observed.isRetireListed());
  for (const [app, wanted] of entries(expected.signIns)) {
    const found = observed.signIns().flatMap((one) => (one.app === app ? [one.outcome] : []));
    same(`the sign-in log of ${app}`, wanted, found);
  }
  return misses;
}

function notificationMisses({ notifications = [], readByOtherApps = [], banner, refused }: StoryExpectation, observed: Observed): string[] {
  const { view } = observed;
  const misses: string[] = [];
  for (const wanted of notifications) {
    const found = view.notifications.filter((one) => fits(one, wanted)).length;
    if (isOtherCount(found, wanted.count)) misses.push(counted(found, 'notifications', wanted, view.notifications.map(shownInShort)));
  }
  for (const wanted of readByOtherApps) {
    const found = view.readByOtherApps.filter((one) => fits(one, wanted)).length;
    const all = view.readByOtherApps.map(({ app, title }) => `${app} "${title}"`);
    if (isOtherCount(found, wanted.count)) misses.push(counted(found, 'notifications read by other apps', wanted, all));
  }
  const above = view.screen.banner?.title ?? false;
  if (banner !== undefined && !isSaid(banner, above))
    misses.push(`the banner is ${inWords(above || null)}, expected ${inWords(banner || null)}`);
  if (refused !== undefined && !isSaid(refused, observed.refused)) {
    const found = observed.refused === undefined ? 'there was none' : observed.refused === false ? 'it was not refused' : observed.refused;
    misses.push(`the latest request of an administrator: ${found}, expected ${refused === false ? 'no refusal' : inWords(refused)}`);
  }
  return misses;
}

/** false is wanted where there is none, a text where it is contained. */
function isSaid(wanted: string | false, found: string | false | undefined): boolean {
  return wanted === false ? found === false : typeof found === 'string' && contains(found, wanted);
}

interface Shown {
  title: string;
  body: string;
  from?: string;
  shown?: string;
  app?: string;
}

function fits(found: Shown, wanted: NotificationExpectation & ReadExpectation): boolean {
  return (
    (wanted.title === undefined || contains(found.title, wanted.title)) &&
    (wanted.body === undefined || contains(found.body, wanted.body)) &&
    (wanted.from === undefined || found.from === wanted.from) &&
    (wanted.shown === undefined || found.shown === wanted.shown) &&
    (wanted.app === undefined || found.app?.toLowerCase() === wanted.app.toLowerCase())
  );
}

function isOtherCount(found: number, wanted: number | undefined): boolean {
  return wanted === undefined ? found === 0 : found !== wanted;
}

function counted(found: number, what: string, wanted: object, all: readonly string[]): string {
  return `there are ${found} ${what} ${JSON.stringify(wanted)}; all of them: ${all.join('; ') || 'none'}`;
}

function shownInShort({ at, title, shown }: DeviceView['notifications'][number]): string {
  return `${formatInstant(at)} "${title}" (${shown})`;
}

function isMeant(mail: MailRecord, { to, subject, text, on, state }: MailExpectation): boolean {
  const addresses = [...mail.to, ...mail.cc, ...mail.bcc];
  return (
    (to === undefined || addresses.some((address) => address.toLowerCase() === to.toLowerCase())) &&
    (subject === undefined || contains(mail.subject, subject)) &&
    (text === undefined || contains(mail.body, text) || contains(mail.text ?? '', text)) &&
    (on === undefined || formatInstant(mail.at).startsWith(on)) &&
    (state === undefined || mail.state === state)
  );
}

function inShort({ at, to, subject, state }: MailRecord): string {
  return `${formatInstant(at)} to ${to.join(', ') || 'nobody'} "${subject}" (${state})`;
}

function auditMisses({ audit, auditBy }: StoryExpectation, observed: Observed): string[] {
  if (audit === undefined && auditBy === undefined) return [];
  const all = observed.audits();
  const misses: string[] = [];
  for (const [activity, wanted] of entries(audit)) {
    const count = all.filter((entry) => entry.activity === activity).length;
    if (count !== wanted) misses.push(`the audit log has ${count} entries "${activity}", expected ${wanted}`);
  }
  for (const [activity, wanted] of entries(auditBy)) {
    const newest = all.find((entry) => entry.activity === activity);
    if (newest?.actor !== wanted) misses.push(`the audit entry "${activity}" is by ${newest?.actor ?? 'nobody'}, expected ${wanted}`);
  }
  return misses;
}

function stateOf(rows: readonly JsonRecord[], key: string, action: string): Json {
  const row = rows.find((one) => one[key] === action);
  return row?.actionState ?? 'none';
}

function contains(text: string, part: string): boolean {
  return text.toLowerCase().includes(part.toLowerCase());
}

/** Equal; of a mapping only the members that are named, of a list all. Nothing and null are the same. */
function matches(wanted: Json, found: unknown): boolean {
  if (wanted === null) return found === null || found === undefined;
  if (typeof wanted !== 'object') return wanted === found;
  if (typeof found !== 'object' || found === null) return false;
  if (Array.isArray(wanted)) {
    return Array.isArray(found) && found.length === wanted.length && wanted.every((member, index) => matches(member, found[index]));
  }
  return Object.entries(wanted).every(([name, member]) => matches(member, (found as Record<string, unknown>)[name]));
}

function inWords(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  return typeof value === 'string' ? `"${value}"` : JSON.stringify(value);
}

function entries<T>(table: Readonly<Partial<Record<string, T>>> | undefined): [string, T][] {
  return Object.entries(table ?? {}).filter((entry): entry is [string, T] => entry[1] !== undefined);
}
