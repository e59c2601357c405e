/**
 * What an entry of the timeline does to one device: the same in virtual time and live, because both drivers have a tenant and devices
 * in somebody's hands. A driver selects the devices, and lets what was set off be finished before the next entry.
 */
import type { Command } from '../../protocol/commands.ts';
import type { DeviceView, HandsAct } from '../../protocol/hands.ts';
import type { InputOutcome } from '../../protocol/screens.ts';
import { formatInstant } from '../../runtime/duration.ts';
import type { ActionName } from '../../server-stub/core/records.ts';
import type { Issued } from '../../server-stub/core/requests.ts';
import type { GraphTenant, Initiator } from '../../server-stub/graph/tenant.ts';
import type { Copied, Step } from '../scenarios/scenario.ts';
import { missesOf } from './judge.ts';
import { filledIn, type Notebook } from './notebook.ts';
import { type Observed, observe, shownSecret } from './observe.ts';

export interface StoryDevice {
  /** Graph ids of its records, oldest first. */
  readonly recordIds: readonly string[];
  readonly notebook: Notebook;
  /** What the latest request of an administrator was refused with; false: it was not; undefined: there was none. */
  readonly refused: string | false | undefined;
  view(): DeviceView;
  act(act: HandsAct): InputOutcome;
}

/** What came of a step, in a word or a sentence for the timeline; null: it was done as asked. */
export type Outcome = string | null;

const noRecord = 'there is no such record';

/** An administrator's action or the deletion of a record. Null where the record is not there: nothing was asked for. */
export function administer(tenant: GraphTenant, id: string, action: ActionName, parameters: object, by: Initiator): Issued | null {
  if (tenant.device(id) === undefined) return null;
  if (action !== 'delete') return tenant.issue(id, { type: action, parameters } as Command, by);
  tenant.deleteDevice(id, by);
  return { refused: null };
}

/** Does one step on one device. `tenant`, `notify` and `expect` steps are the driver's: two are about no device, the third changes nothing. */
export function perform(
  step: Exclude<Step, { kind: 'tenant' | 'notify' | 'expect' }>,
  device: StoryDevice,
  tenant: GraphTenant,
  by: string,
  now: number,
): Outcome {
  const id = device.recordIds.at(-1) ?? null;
  const initiator: Initiator = { name: by, isUser: false };
  switch (step.kind) {
    case 'action': {
      const done = id === null ? null : administer(tenant, id, step.do, step.parameters, initiator);
      return done === null ? noRecord : (tooMany(done.tryAgainAt) ?? refusal(done.refused));
    }
    case 'cancel': {
      const outcome = id === null ? 'not-found' : tenant.cancel(id, step.action, initiator);
      return outcome === 'canceled' ? null : outcome === 'delivered' ? 'too late: it was delivered' : 'nothing to take back';
    }
    case 'portal':
      return ofUser(device, tenant, (own, user) => refusal(tenant.issue(own, { type: step.do, parameters: {} } as Command, user).refused));
    case 'install':
      return ofUser(device, tenant, (own) => (tenant.requestApp(own, step.appId) ? null : 'no such app is available'));
    case 'user':
      return inputOutcome(device.act({ input: filledIn(step.input, device.notebook) }));
    case 'device': {
      const outcomes = step.acts.map((act) => device.act(act)).filter((outcome) => outcome !== 'done');
      return outcomes.length === 0 ? null : outcomes.join(', ');
    }
    case 'copy': {
      const copied = shown(step.what, observe(device.view(), device.recordIds, tenant, now));
      device.notebook[step.what] = copied;
      return copied === '' ? 'nothing is shown' : null;
    }
  }
}

/** What a story expects of one device, judged now. One row per expectation. */
export function expectationsMissed(
  step: Extract<Step, { kind: 'expect' }>,
  device: StoryDevice,
  tenant: GraphTenant,
  now: number,
): { name: string; misses: string[] }[] {
  const observed = observe(device.view(), device.recordIds, tenant, now, device.refused);
  return step.all.map((expected) => ({ name: expected.name, misses: missesOf(expected, observed) }));
}

/** At the self-service site: on a device of one's own that is there. */
function ofUser(device: StoryDevice, tenant: GraphTenant, ask: (id: string, user: Initiator) => Outcome): Outcome {
  const record = tenant.device(device.recordIds.at(-1) ?? '');
  if (record === undefined) return 'the site does not show the device any more';
  const { userPrincipalName } = record.inventory;
  if (userPrincipalName === '') return 'the device has no user';
  return ask(record.id, { name: userPrincipalName, isUser: true });
}

function shown(what: Copied, observed: Observed): string {
  switch (what) {
    case 'bypassCode':
      return observed.bypassCode() ?? '';
    case 'passcode':
      return shownSecret(observed.actionResults(), 'resetPasscode', 'passcode');
    case 'unlockPin':
      return shownSecret(observed.actionResults(), 'remoteLock', 'unlockPin');
  }
}

export function tooMany(tryAgainAt: number | undefined): Outcome {
  return tryAgainAt === undefined ? null : `refused: too many within the hour, possible again at ${formatInstant(tryAgainAt)}`;
}

function refusal(reason: string | null): Outcome {
  return reason === null ? null : `greyed out: ${reason}`;
}

function inputOutcome(outcome: InputOutcome): Outcome {
  return outcome === 'done' || outcome === 'waiting' ? null : outcome;
}
