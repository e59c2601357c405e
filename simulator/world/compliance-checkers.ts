/**
 * What must hold in every run in which devices are judged. As the other checkers (checkers.ts), these hear what is said and share no code with
 * what they watch. They say nothing of runs without compliance policies.
 */
import type { ComplianceState } from '../../server-stub/core/records.ts';
import type { Scenario } from '../scenarios/scenario.ts';
import type { SeedAccessPolicy } from '../tenant/policy-seed.ts';
import { type Checker, findings } from './findings.ts';

/** An action for noncompliance comes on its day or later, once in a spell, and only to a device that breaks a policy then. */
function actionsOnTheirDay(): Checker {
  const found = findings('noncompliance-actions-once', 'actions for noncompliance, each once and not before its day');
  /** By record. */
  const states = new Map<string, ComplianceState>();
  const gone = new Set<string>();
  const fired = new Set<string>();
  return {
    ...found,
    server(index, note, now) {
      switch (note.kind) {
        case 'compliance-changed':
          states.set(note.deviceId, note.to);
          return;
        case 'record-removed':
          gone.add(note.deviceId);
          states.delete(note.deviceId);
          return;
        case 'noncompliance-action': {
          found.saw();
          const { deviceId, action, actionId, policyId, dueAt } = note;
          const key = `${deviceId} ${policyId} ${actionId} ${dueAt}`;
          if (fired.has(key)) found.violation(index, now, `${action} of policy ${policyId} fired twice in a spell`);
          fired.add(key);
          if (now < dueAt) found.violation(index, now, `${action} of policy ${policyId} fired before its day`);
          if (gone.has(deviceId)) found.violation(index, now, `${action} of policy ${policyId} fired for a record that is gone`);
          const state = states.get(deviceId) ?? 'unknown';
          if (state === 'compliant' || state === 'unknown')
            found.violation(index, now, `${action} of policy ${policyId} fired while ${state}`);
        }
      }
    },
  };
}

/** NC-11: nothing but the mark happens to a device that is managed by Jamf. */
function nothingForPartners(): Checker {
  const found = findings('nothing-for-jamf', 'devices managed by Jamf, marked and nothing else');
  const partners = new Set<number>();
  return {
    ...found,
    start(index, { enrollment }) {
      if (enrollment !== 'jamf') return;
      found.saw();
      partners.add(index);
    },
    server(index, note, now) {
      if (note.kind !== 'noncompliance-action' || note.action === 'block' || !partners.has(index)) return;
      found.violation(index, now, `${note.action} came to it`);
    },
  };
}

/** Where only compliant devices are let in, no app gets in on one that is marked, or that nothing is known of. */
function noncompliantStaysOut(devices: number): Checker {
  const found = findings('noncompliant-stays-out', 'sign-ins that were let in, none from a noncompliant device');
  const states: (ComplianceState | undefined)[] = new Array<undefined>(devices);
  return {
    ...found,
    device(index, note, now) {
      if (note.kind !== 'access' || note.outcome !== 'allowed') return;
      found.saw();
      const state = states[index];
      // What cannot be read leaves a device as it was.
      if (state === 'compliant' || state === 'inGracePeriod' || state === 'error') return;
      found.violation(index, now, `${note.app} was let in while the device was ${state ?? 'not managed'}`);
    },
    server(index, note) {
      if (note.kind === 'enrolled') states[index] = 'unknown';
      else if (note.kind === 'compliance-changed') states[index] = note.to;
      else if (note.kind === 'record-removed') states[index] = undefined;
    },
  };
}

/** A mail is made once and sent once. */
function mailsOnce(): Checker {
  const found = findings('mails-once', 'mails, none sent twice');
  const queued = new Set<string>();
  const ended = new Set<string>();
  return {
    ...found,
    server(index, note, now) {
      if (note.kind === 'mail-queued') {
        found.saw();
        if (queued.has(note.mailId)) found.violation(index, now, `mail ${note.mailId} was made twice`);
        queued.add(note.mailId);
      } else if (note.kind === 'mail-sent' || note.kind === 'mail-failed') {
        if (!queued.has(note.mailId)) found.violation(index, now, `mail ${note.mailId} went though it was never made`);
        if (ended.has(note.mailId)) found.violation(index, now, `mail ${note.mailId} ended twice`);
        ended.add(note.mailId);
      }
    },
  };
}

/** Those that a scenario gives reason for. */
export function complianceCheckers(scenario: Pick<Scenario, 'devices' | 'tenant' | 'timeline'>): Checker[] {
  return [
    ...(hasCompliancePolicies(scenario) ? [actionsOnTheirDay(), nothingForPartners(), mailsOnce()] : []),
    ...(letsOnlyCompliantIn(scenario) ? [noncompliantStaysOut(scenario.devices)] : []),
  ];
}

/** Whether devices of the scenario are ever judged by more than the service itself asks for. */
export function hasCompliancePolicies({ tenant, timeline }: Pick<Scenario, 'tenant' | 'timeline'>): boolean {
  const seeds = [tenant.planted, ...timeline.map(({ step }) => (step.kind === 'tenant' ? step.seed : null))];
  return seeds.some((seed) => seed?.compliancePolicies.some(({ remove }) => !remove));
}

/** From the beginning to the end, everybody and everywhere. */
function letsOnlyCompliantIn({ tenant, timeline }: Pick<Scenario, 'tenant' | 'timeline'>): boolean {
  const changes = timeline.some(({ step }) => step.kind === 'tenant' && step.seed !== null && step.seed.conditionalAccess.length > 0);
  return !changes && tenant.planted.conditionalAccess.some(keepsAllOthersOut);
}

function keepsAllOthersOut(policy: SeedAccessPolicy): boolean {
  const { state, users, exclude, apps, excludeApps, platforms, excludePlatforms, clientAppTypes, require, operator, remove } = policy;
  const isAll = (names: readonly string[] | undefined) => names?.some((name) => name.toLowerCase() === 'all') ?? false;
  const isNone = (names: readonly unknown[] | undefined) => (names ?? []).length === 0;
  const isOfAll = isAll(users?.map(({ name }) => name)) && isNone(exclude) && isAll(apps) && isNone(excludeApps);
  const isEverywhere = isNone(platforms) && isNone(excludePlatforms) && (isNone(clientAppTypes) || isAll(clientAppTypes));
  const asks = require?.includes('compliantDevice') === true && (require.length === 1 || operator === 'AND');
  return !remove && state === 'enabled' && isOfAll && isEverywhere && asks;
}
